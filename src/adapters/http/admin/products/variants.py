"""/admin/products/:id/variants"""

from collections.abc import Mapping
from typing import Any

from dependency_injector.wiring import Provide, inject

from adapters.http.access import admin
from adapters.http.admin.products.bodies import ChosenBody, NewVariantBody, VariantBody
from adapters.http.admin.products.resource import PRODUCT, PRODUCTS, products, show_written, variant_input
from adapters.http.admin.variants import VARIANT, VariantFilters
from adapters.http.body_fields import Many, Part
from adapters.http.query import Query
from adapters.http.shown import by_default, detail, equals, listing
from core.domain.actor import Actor
from core.use_cases.product.edit_variants import AddVariant, ChangeVariant, RemoveVariant
from ports.reads import Reads, Tree


class AddedVariantBody(NewVariantBody):
    options = Many(Part(ChosenBody), max=100)


class ChangedVariantBody(VariantBody):
    options = Many(Part(ChosenBody), max=100)

    class Meta(VariantBody.Meta):
        exclude = ("id",)


@products.on(
    "GET",
    "/<product_id>/variants",
    allow=admin(PRODUCTS),
    lists=VARIANT,
    query=VariantFilters,
    limit=100,
)
@inject
def list_variants(actor: Actor, query: Query, product_id: str, reads: Reads = Provide["reads"]) -> Tree:
    """List the variants of a product."""
    return listing(VARIANT, reads, actor, query, [equals("product_id", product_id)])


@products.on(
    "POST",
    "/<product_id>/variants",
    allow=admin(PRODUCTS),
    shows=PRODUCT,
    body=AddedVariantBody,
    answers=show_written,
)
@inject
def add_variant(
    actor: Actor, product_id: str, body: Mapping[str, Any], add_variant: AddVariant = Provide["add_variant"]
) -> str:
    """Add a variant to a product."""
    add_variant(actor, product_id, variant_input(body))
    return product_id


@products.on(
    "POST",
    "/<product_id>/variants/<variant_id>",
    allow=admin(PRODUCTS),
    shows=PRODUCT,
    body=ChangedVariantBody,
    answers=show_written,
)
@inject
def change_variant(
    actor: Actor,
    product_id: str,
    variant_id: str,
    body: Mapping[str, Any],
    change_variant: ChangeVariant = Provide["change_variant"],
) -> str:
    """Change a variant; prices given are the full list."""
    change_variant(actor, product_id, variant_id, variant_input(body))
    return product_id


@products.on("DELETE", "/<product_id>/variants/<variant_id>", allow=admin(PRODUCTS), repeatable=True)
@inject
def remove_variant(
    actor: Actor,
    query: Query,
    product_id: str,
    variant_id: str,
    remove_variant: RemoveVariant = Provide["remove_variant"],
    reads: Reads = Provide["reads"],
) -> Tree:
    """Delete a variant. Orders keep what they sold of it."""
    remove_variant(actor, product_id, variant_id)
    left = detail(PRODUCT, reads, actor, by_default(PRODUCT, query), product_id)
    return {"variant_id": variant_id, "object": "product-variant", "deleted": True, **left}
