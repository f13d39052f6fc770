"""/admin/products: the list and one product."""

from collections.abc import Mapping, Sequence
from typing import Any

from dependency_injector.wiring import Provide, inject
from marshmallow import Schema

from adapters.http.access import admin
from adapters.http.admin.products.bodies import NewProductBody, ProductBody
from adapters.http.categories import with_category_children
from adapters.http.query import Query
from adapters.http.query_fields import AnyOf, Compare, Exactly, Flag, Moment, Search
from adapters.http.routing import ADMIN, Resource
from adapters.http.shown import Shown, detail, listing
from core.domain.actor import Actor
from core.domain.product import ProductStatus
from core.use_cases.product.attributes import OF_PRODUCT, OF_VARIANT
from core.use_cases.product.create_product import CreateProduct, NewProduct
from core.use_cases.product.delete_product import DeleteProduct
from core.use_cases.product.prices import PriceInput
from core.use_cases.product.update_product import ProductChanges, UpdateProduct
from core.use_cases.product.variants import OptionChoice, VariantInput
from ports.reads import Reads, Tree

PRODUCTS = "products"
PRODUCT = Shown(
    shape="product",
    one="product",
    many="products",
    default=(
        "*,*variants,variants.prices.*,variants.prices.price_list.*,"
        "variants.options.*,*options,options.values.*,*images,*tags,*type,"
        "*collection,*categories,*profile,*profiles,*sales_channels"
    ),
)
products = Resource("admin_products", __name__, "/admin/products", ADMIN)


class ProductFilters(Schema):
    q = Search()
    id = AnyOf()
    title = Exactly()
    description = Exactly()
    handle = Exactly()
    status = AnyOf(choices=frozenset(status.value for status in ProductStatus))
    collection_id = AnyOf()
    type_id = AnyOf()
    tags = AnyOf()
    type = AnyOf(field="type_id")
    category_id = AnyOf()
    include_category_children = Flag()
    discount_condition_id = AnyOf()
    price_list_id = AnyOf()
    sales_channel_id = AnyOf()
    is_giftcard = Exactly(Flag())
    created_at = Compare(Moment())
    updated_at = Compare(Moment())
    deleted_at = Compare(Moment())


@inject
def show_written(actor: Actor, query: Query, result: str, reads: Reads = Provide["reads"]) -> Tree:
    """The answer of every write to a product."""
    return detail(PRODUCT, reads, actor, query, result)


@products.on("GET", "", allow=admin(PRODUCTS), lists=PRODUCT, query=ProductFilters)
@inject
def list_products(actor: Actor, query: Query, reads: Reads = Provide["reads"]) -> Tree:
    """List products in every status."""
    return listing(PRODUCT, reads, actor, with_category_children(query))


@products.on("POST", "", allow=admin(PRODUCTS), shows=PRODUCT, body=NewProductBody, answers=show_written)
@inject
def create(actor: Actor, body: dict[str, Any], create_product: CreateProduct = Provide["create_product"]) -> str:
    """Create a product with its options, variants and prices."""
    type_ = body.get("type")
    new = NewProduct(
        title=body["title"],
        values=_only(body, OF_PRODUCT - {"title"}),
        is_giftcard=bool(body.get("is_giftcard")),
        images=tuple(body.get("images") or ()),
        type=type_["value"] if type_ else None,
        tags=tuple(tag["value"] for tag in body.get("tags") or ()),
        category_ids=tuple(category["id"] for category in body.get("categories") or ()),
        sales_channel_ids=tuple(channel["id"] for channel in body.get("sales_channels") or ()),
        options=tuple(option["title"] for option in body.get("options") or ()),
        variants=_variants(body.get("variants") or ()),
        metadata=body.get("metadata"),
    )
    return create_product(actor, new)


@products.on("GET", "/<product_id>", allow=admin(PRODUCTS), shows=PRODUCT)
@inject
def show(actor: Actor, query: Query, product_id: str, reads: Reads = Provide["reads"]) -> Tree:
    """Show a product in whatever status."""
    return detail(PRODUCT, reads, actor, query, product_id)


@products.on("POST", "/<product_id>", allow=admin(PRODUCTS), shows=PRODUCT, body=ProductBody, answers=show_written)
@inject
def update(
    actor: Actor, product_id: str, body: dict[str, Any], update_product: UpdateProduct = Provide["update_product"]
) -> str:
    """Change a product; variants given are the full list."""
    type_ = body.get("type")
    changes = ProductChanges(
        values=_only(body, OF_PRODUCT),
        images=_each(body, "images"),
        type=type_["value"] if type_ else None,
        clears_type="type" in body and type_ is None,
        tags=_each(body, "tags", "value"),
        category_ids=_each(body, "categories", "id"),
        sales_channel_ids=_each(body, "sales_channels", "id"),
        variants=None if body.get("variants") is None else _variants(body["variants"]),
        metadata=body.get("metadata"),
    )
    update_product(actor, product_id, changes)
    return product_id


@products.on("DELETE", "/<product_id>", allow=admin(PRODUCTS), repeatable=True)
@inject
def delete(actor: Actor, product_id: str, delete_product: DeleteProduct = Provide["delete_product"]) -> Tree:
    """Delete a product with its variants. Orders keep what they sold."""
    delete_product(actor, product_id)
    return {"id": product_id, "object": "product", "deleted": True}


def _only(body: Mapping[str, Any], names: frozenset[str]) -> dict[str, object]:
    return {name: value for name, value in body.items() if name in names}


def _each(body: Mapping[str, Any], name: str, key: str | None = None) -> tuple[str, ...] | None:
    """The members of a list that was sent, or what stands under ``key`` in each."""
    members: Any = body.get(name)
    return None if members is None else tuple(member[key] if key else member for member in members)


def _variants(given: Sequence[Mapping[str, Any]]) -> tuple[VariantInput, ...]:
    return tuple(variant_input(variant) for variant in given)


def variant_input(variant: Mapping[str, Any]) -> VariantInput:
    return VariantInput(
        id=variant.get("id"),
        values=_only(variant, OF_VARIANT),
        prices=_parts(PriceInput, variant.get("prices")),
        options=_parts(OptionChoice, variant.get("options")),
        metadata=variant.get("metadata"),
    )


def _parts(kind: type[Any], given: Sequence[Mapping[str, Any]] | None) -> tuple[Any, ...] | None:
    return None if given is None else tuple(kind(**part) for part in given)
