"""Plain attributes of products and variants, as far as a client may set them."""

from collections.abc import Collection, Mapping

from core.domain.errors import FieldProblem, Invalid
from core.domain.product import Product, ProductStatus, Variant

_SHARED = frozenset(
    {"title", "weight", "length", "height", "width", "hs_code", "origin_country", "mid_code", "material"}
)
OF_PRODUCT = _SHARED | {
    "subtitle",
    "description",
    "handle",
    "status",
    "discountable",
    "thumbnail",
    "collection_id",
    "external_id",
}
OF_VARIANT = _SHARED | {
    "sku",
    "barcode",
    "ean",
    "upc",
    "inventory_quantity",
    "allow_backorder",
    "manage_inventory",
    "requires_shipping",
}
_NEVER_NULL = {
    "title",
    "handle",
    "status",
    "discountable",
    "inventory_quantity",
    "allow_backorder",
    "manage_inventory",
    "requires_shipping",
}
_UNIQUE_CODES = {"sku", "barcode", "ean", "upc"}


def stated(values: Mapping[str, object]) -> dict[str, object]:
    """What a new thing is told: null, or an empty handle, leaves it the default."""
    empty = {"handle": ""}
    return {name: value for name, value in values.items() if value is not None and value != empty.get(name)}


def check_names(values: Mapping[str, object], known: Collection[str]) -> None:
    """Raises Invalid for a name that cannot be set and for null where there must be a value."""
    for name, value in values.items():
        if name not in known:
            raise Invalid(f"{name} cannot be set", fields=[FieldProblem(name, "cannot be set")])
        if value is None and name in _NEVER_NULL:
            raise Invalid(f"{name} must not be null", fields=[FieldProblem(name, "must not be null")])


def set_attributes(thing: Product | Variant, values: Mapping[str, object]) -> None:
    """Set what was sent; the rest keeps what it was."""
    for name, value in values.items():
        if name in _UNIQUE_CODES and value == "":
            value = None  # an emptied form field is no code, and must not clash with the next one
        if name == "status":
            value = ProductStatus(str(value))
        setattr(thing, name, value)
