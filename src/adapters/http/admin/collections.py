"""/admin/collections"""

from collections.abc import Mapping
from typing import Any

from dependency_injector.wiring import Provide, inject
from marshmallow import Schema

from adapters.http.access import admin
from adapters.http.admin.reference import Line, answers_with, resource_of
from adapters.http.body_fields import Body, Many, Metadata, Str
from adapters.http.query_fields import AnyOf, Compare, Exactly, Moment, Search
from adapters.http.shown import Shown
from core.domain.actor import Actor
from core.domain.reference import PRODUCT_COLLECTION
from core.use_cases.product.collect_products import CollectProducts, ReleaseProducts
from ports.reads import Tree

COLLECTION = Shown(shape="product_collection", one="collection", many="collections", default="*,*products")


class NewCollectionBody(Body):
    title = Str(required=True, max=255)
    handle = Str(max=255)
    metadata = Metadata()


class CollectionBody(NewCollectionBody):
    title = Str(min=1, max=255)


class CollectionFilters(Schema):
    q = Search()
    title = Exactly()
    handle = Exactly()
    discount_condition_id = AnyOf()
    created_at = Compare(Moment())
    updated_at = Compare(Moment())
    deleted_at = Compare(Moment())


collections = resource_of(
    Line(
        path="collections",
        kind=PRODUCT_COLLECTION,
        shown=COLLECTION,
        object="product-collection",
        filters=CollectionFilters,
        new=NewCollectionBody,
        changes=CollectionBody,
        limit=10,
    ),
    __name__,
)


class ProductIdsBody(Body):
    product_ids = Many(Str(required=True, max=255), required=True, min=1)


@collections.on(
    "POST",
    "/<id>/products/batch",
    allow=admin("collections"),
    shows=COLLECTION,
    body=ProductIdsBody,
    answers=answers_with(COLLECTION),
)
@inject
def add_products(
    actor: Actor,
    id: str,
    body: Mapping[str, Any],
    collect_products: CollectProducts = Provide["collect_products"],
) -> str:
    """Put products into a collection."""
    collect_products(actor, id, body["product_ids"])
    return id


@collections.on("DELETE", "/<id>/products/batch", allow=admin("collections"), body=ProductIdsBody, repeatable=True)
@inject
def remove_products(
    actor: Actor,
    id: str,
    body: Mapping[str, Any],
    release_products: ReleaseProducts = Provide["release_products"],
) -> Tree:
    """Take products out of a collection."""
    release_products(actor, id, body["product_ids"])
    return {"id": id, "object": "product-collection", "removed_products": body["product_ids"]}
