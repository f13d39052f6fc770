"""/admin/products: options and metadata of one product, types and tags of all."""

from collections.abc import Mapping
from typing import Any

from dependency_injector.wiring import Provide, inject

from adapters.http.access import admin
from adapters.http.admin.products.bodies import OptionBody
from adapters.http.admin.products.resource import PRODUCT, PRODUCTS, products, show_written
from adapters.http.body_fields import Body, Str
from adapters.http.query import Query
from adapters.http.shown import by_default, context_of, detail
from core.domain.actor import Actor
from core.use_cases.product.edit_options import AddOption, RemoveOption, RenameOption
from core.use_cases.product.update_product import ProductChanges, UpdateProduct
from ports.reads import Paging, Reads, Selection, Tree

_ALL = Selection(everything=True)
TAGS_MOST_USED = 10  # as many as Medusa v1 tells


class MetadataBody(Body):
    key = Str(required=True, max=255)
    value = Str(required=True, min=0)


@products.on("GET", "/types", allow=admin(PRODUCTS))
@inject
def list_types(actor: Actor, query: Query, reads: Reads = Provide["reads"]) -> Tree:
    """List every product type. Superseded by /admin/product-types."""
    return {"types": reads.page("product_type", [], _ALL, context_of(actor, query), Paging()).rows}


@products.on("GET", "/tag-usage", allow=admin(PRODUCTS))
@inject
def list_tag_usage(actor: Actor, query: Query, reads: Reads = Provide["reads"]) -> Tree:
    """List the tags most products have, with how many that are."""
    paging = Paging(limit=TAGS_MOST_USED, order=(("usage_count", True),))
    rows = reads.page("product_tag_usage", [], _ALL, context_of(actor, query), paging).rows
    return {"tags": [{**row, "usage_count": str(row["usage_count"])} for row in rows]}  # v1's is a text


@products.on(
    "POST",
    "/<product_id>/metadata",
    allow=admin(PRODUCTS),
    shows=PRODUCT,
    body=MetadataBody,
    answers=show_written,
)
@inject
def set_metadata(
    actor: Actor,
    product_id: str,
    body: Mapping[str, Any],
    update_product: UpdateProduct = Provide["update_product"],
) -> str:
    """Set one key of a product's metadata; an empty value takes it out."""
    update_product(actor, product_id, ProductChanges(metadata={body["key"]: body["value"]}))
    return product_id


@products.on(
    "POST",
    "/<product_id>/options",
    allow=admin(PRODUCTS),
    shows=PRODUCT,
    body=OptionBody,
    answers=show_written,
)
@inject
def add_option(
    actor: Actor, product_id: str, body: Mapping[str, Any], add_option: AddOption = Provide["add_option"]
) -> str:
    """Add an option to a product."""
    add_option(actor, product_id, body["title"])
    return product_id


@products.on(
    "POST",
    "/<product_id>/options/<option_id>",
    allow=admin(PRODUCTS),
    shows=PRODUCT,
    body=OptionBody,
    answers=show_written,
)
@inject
def rename_option(
    actor: Actor,
    product_id: str,
    option_id: str,
    body: Mapping[str, Any],
    rename_option: RenameOption = Provide["rename_option"],
) -> str:
    """Rename an option."""
    rename_option(actor, product_id, option_id, body["title"])
    return product_id


@products.on("DELETE", "/<product_id>/options/<option_id>", allow=admin(PRODUCTS), repeatable=True)
@inject
def remove_option(
    actor: Actor,
    query: Query,
    product_id: str,
    option_id: str,
    remove_option: RemoveOption = Provide["remove_option"],
    reads: Reads = Provide["reads"],
) -> Tree:
    """Delete an option in which the variants do not differ."""
    remove_option(actor, product_id, option_id)
    left = detail(PRODUCT, reads, actor, by_default(PRODUCT, query), product_id)
    return {"option_id": option_id, "object": "option", "deleted": True, **left}
