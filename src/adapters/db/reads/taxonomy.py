"""Shapes of what products are sorted by: types, tags and collections."""

from __future__ import annotations

from adapters.db import tables
from adapters.db.reads.filters import each, search
from adapters.db.reads.shape import Relation, Shape, columns
from adapters.db.reads.shop import STAMPS
from core.domain.errors import NotFound

PRODUCT_TYPE = Shape(
    name="product_type",
    table=tables.product_types,
    columns=columns("id", "value", *STAMPS, "metadata"),
    filters={**each("id", "value", "created_at", "updated_at"), "q": search(lambda t: t.c.value)},
    missing=(NotFound, "Product type with id: {} was not found"),
)

PRODUCT_TAG = Shape(
    name="product_tag",
    table=tables.product_tags,
    columns=columns("id", "value", *STAMPS, "metadata"),
    filters={**each("id", "value", "created_at", "updated_at"), "q": search(lambda t: t.c.value)},
    missing=(NotFound, "Product tag with id: {} was not found"),
)


def _product() -> Shape:
    from adapters.db.reads.product import PRODUCT  # products and collections point at each other

    return PRODUCT


PRODUCT_COLLECTION = Shape(
    name="product_collection",
    table=tables.product_collections,
    columns=columns("id", "title", "handle", *STAMPS, "metadata"),
    relations={"products": Relation(shape=_product, there="collection_id", order=("created_at", "id"))},
    filters={
        **each("id", "title", "handle", "created_at", "updated_at", "deleted_at"),
        "q": search(lambda t: t.c.title, lambda t: t.c.handle),
    },
    missing=(NotFound, "Product collection with id: {} was not found"),
)
