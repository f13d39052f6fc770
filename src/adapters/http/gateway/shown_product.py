"""A product as the gateway shows it: one thing with one price, that of the variant chosen.

Attributes are texts; variants appear only where there are several; what has no price costs 0.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from adapters.http.gateway.shown_lines import around, link_of, slug
from adapters.http.gateway.views import present, price, selected
from ports.reads import Tree

ATTRIBUTES = ("weight", "height", "width", "length", "material", "origin_country", "hs_code", "mid_code")
_OF_VARIANT = ("title", "sku", "requires_shipping", "calculated_price", *ATTRIBUTES)
_OF_STOCK = ("manage_inventory", "allow_backorder", "inventory_quantity")
_OF_PRODUCT = ("title", "subtitle", "description", "handle", "thumbnail", *ATTRIBUTES)


def _below(relation: str, names: Sequence[str]) -> str:
    return ",".join(f"{relation}.{name}" for name in names)


_AROUND = "type.value,categories.name,tags.value"
LISTED = selected(
    ",".join(
        (
            *_OF_PRODUCT,
            _AROUND,
            "images.url",
            _below("variants", (*_OF_VARIANT, *_OF_STOCK)),
            "variants.options.value,variants.options.option_id",
        )
    )
)
DETAILED = selected(
    ",".join(
        (
            *_OF_PRODUCT,
            _AROUND,
            "images.url",
            _below("variants", (*_OF_VARIANT, *_OF_STOCK)),
            "variants.options.value,variants.options.option_id,options.title,options.values.value",
        )
    )
)
RELATED = selected(
    ",".join(
        (
            "reference_type",
            _below("targetProduct", _OF_VARIANT),
            _below("targetProduct.product", _OF_PRODUCT),
            "targetProduct.product.type.value,targetProduct.product.categories.name,targetProduct.product.tags.value",
            "targetProduct.product.images.url",
        )
    )
)


def product_view(product: Any, variant: Any, currency: str, base: str, *, name: str | None = None) -> Tree:
    """variant: the one chosen. base: where the storefront shows products. name: instead of the title."""
    title = name or product["title"]
    images = [present(url=image["url"], alt=title) for image in product["images"]]
    cover = product["thumbnail"]
    several = product.get("variants") or []
    return present(
        id=product["id"],
        sku=variant["sku"],
        name=title,
        description=product["description"] or "",
        subtitle=product["subtitle"],
        variantId=variant["id"],
        image=present(url=cover, alt=title) if cover else next(iter(images), None),
        images=images or None,
        price=price(variant["calculated_price"], currency),
        link=_link(base, product, variant["sku"] or ""),
        **around(product, requires_shipping=bool(variant["requires_shipping"])),
        attributes=_attributes(variant, product) or None,
        variants=[_variant(product, each, base) for each in several] if len(several) > 1 else None,
    )


def detail_view(product: Any, variant: Any, currency: str, base: str) -> Tree:
    """With what only a single product shows."""
    shown = product_view(product, variant, currency, base)
    groups = [
        {
            "id": option["id"],
            "title": option["title"],
            "values": list(dict.fromkeys(value["value"] for value in option["values"])),
        }
        for option in product["options"]
    ]
    return {**shown, **present(shortDescription=product["subtitle"], optionGroups=groups or None)}


def slug_of(variant: Mapping[str, Any]) -> str:
    return slug(variant["sku"] or "") or str(variant["id"])


def _link(base: str, product: Any, sku: str) -> str:
    """Below ``base``, which is empty where products lie at the root."""
    return link_of(product["handle"] or product["id"], sku, base or "/").replace("//", "/")


def _attributes(variant: Any, product: Any) -> Tree:
    found = {name: variant[name] or product[name] for name in ATTRIBUTES}
    return {name: str(value) for name, value in found.items() if value}


def _variant(product: Any, variant: Any, base: str) -> Tree:
    chosen = {option["option_id"]: option["value"] for option in variant["options"]}
    return present(
        id=variant["id"],
        title=" / ".join(chosen.values()) or variant["title"] or variant["id"],
        slug=slug_of(variant),
        link=_link(base, product, variant["sku"] or variant["id"]),
        options=chosen or None,
        inStock=_in_stock(variant),
    )


def _in_stock(variant: Any) -> bool:
    quantity = variant["inventory_quantity"]
    unlimited = not variant["manage_inventory"] or variant["allow_backorder"] or quantity is None
    return bool(unlimited or quantity > 0)


BASE_PATH = re.compile(r"/[a-z0-9\-/]*")
