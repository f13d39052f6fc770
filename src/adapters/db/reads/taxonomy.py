"""Shapes of what products are sorted by: types, tags and collections."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, FromClause, func, select

from adapters.db import tables
from adapters.db.reads.condition_links import named_by_condition
from adapters.db.reads.filters import each, search
from adapters.db.reads.shape import Relation, Shape, columns
from adapters.db.reads.shop import STAMPS
from core.domain.errors import NotFound

PRODUCT_TYPE = Shape(
    name="product_type",
    table=tables.product_types,
    columns=columns("id", "value", *STAMPS, "metadata"),
    filters={
        **each("id", "value", "created_at", "updated_at"),
        "discount_condition_id": named_by_condition,
        "q": search(lambda t: t.c.value),
    },
    missing=(NotFound, "Product type with id: {} was not found"),
)

PRODUCT_TAG = Shape(
    name="product_tag",
    table=tables.product_tags,
    columns=columns("id", "value", *STAMPS, "metadata"),
    filters={
        **each("id", "value", "created_at", "updated_at"),
        "discount_condition_id": named_by_condition,
        "q": search(lambda t: t.c.value),
    },
    missing=(NotFound, "Product tag with id: {} was not found"),
)


def _used(tag: FromClause) -> ColumnElement[Any]:
    links, products = tables.product_tag_links, tables.products
    return (
        select(func.count())
        .select_from(links.join(products, products.c.id == links.c.product_id))
        .where(links.c.tag_id == tag.c.id, products.c.deleted_at.is_(None))
        .scalar_subquery()
    )


# What staff see of a tag when they look for the ones most products have.
PRODUCT_TAG_USAGE = Shape(
    name="product_tag_usage", table=tables.product_tags, columns=columns("id", "value", usage_count=_used)
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
        "discount_condition_id": named_by_condition,
        "q": search(lambda t: t.c.title, lambda t: t.c.handle),
    },
    missing=(NotFound, "Product collection with id: {} was not found"),
)
