"""The tree of categories, and which products are in a part of it.

Shoppers see categories that are active and not internal, on every path that leads to one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, select

from adapters.db import tables
from adapters.db.reads.filters import each, refuse, search
from adapters.db.reads.shape import Relation, Shape, Through, View, columns, to_one
from core.domain.category import CategoryNotFound
from ports.reads import Audience, Condition, Operator, ReadContext


def browsed(category: FromClause, view: View) -> Sequence[ColumnElement[bool]]:
    return _shown(category, for_shoppers=view.is_store)


def _shown(category: FromClause, *, for_shoppers: bool) -> list[ColumnElement[bool]]:
    shown: list[ColumnElement[bool]] = [category.c.deleted_at.is_(None)]
    if for_shoppers:
        shown += [category.c.is_active.is_(True), category.c.is_internal.is_(False)]
    return shown


def _named(condition: Condition) -> list[Any]:
    if condition.operator is Operator.EQ:
        return [condition.value]
    if condition.operator is Operator.IN and isinstance(condition.value, list | tuple | set | frozenset):
        return list(condition.value)
    raise refuse(condition)


def _direct(condition: Condition, context: ReadContext) -> Select[Any]:
    category = tables.product_categories.alias("in_category")
    shown = _shown(category, for_shoppers=context.audience is Audience.STORE)
    return select(category.c.id).where(category.c.id.in_(_named(condition)), *shown)


def _branch(condition: Condition, context: ReadContext) -> Select[Any]:
    """The named categories and everything below them; what shoppers may not see ends a branch for them."""
    for_shoppers = context.audience is Audience.STORE
    down = _direct(condition, context).cte("down", recursive=True)
    child = tables.product_categories.alias("child")
    shown = _shown(child, for_shoppers=for_shoppers)
    below = select(child.c.id).join(down, and_(child.c.parent_category_id == down.c.id, *shown))
    return select(down.union(below).c.id)


def _members(product: FromClause, categories: Select[Any]) -> ColumnElement[bool]:
    links = tables.product_category_products
    return product.c.id.in_(select(links.c.product_id).where(links.c.product_category_id.in_(categories)))


def in_category(product: FromClause, condition: Condition, context: ReadContext) -> ColumnElement[bool]:
    """Products of these very categories."""
    return _members(product, _direct(condition, context))


def below_category(product: FromClause, condition: Condition, context: ReadContext) -> ColumnElement[bool]:
    """Products of these categories and of those below them."""
    return _members(product, _branch(condition, context))


def _in_branch(category: FromClause, condition: Condition, context: ReadContext) -> ColumnElement[bool]:
    return category.c.id.in_(_branch(condition, context))


def _product() -> Shape:
    from adapters.db.reads.product import PRODUCT  # products and categories point at each other

    return PRODUCT


PRODUCT_CATEGORY: Shape = Shape(
    name="product_category",
    table=tables.product_categories,
    columns=columns(
        "id",
        "name",
        "description",
        "handle",
        "is_active",
        "is_internal",
        "rank",
        "parent_category_id",
        "created_at",
        "updated_at",
        "metadata",
    ),
    relations={
        "parent_category": to_one(lambda: PRODUCT_CATEGORY, "parent_category_id"),
        "category_children": Relation(
            shape=lambda: PRODUCT_CATEGORY, there="parent_category_id", order=("rank", "id")
        ),
        "products": Relation(
            shape=_product,
            through=Through(table=tables.product_category_products, here="product_category_id", there="product_id"),
            order=("created_at", "id"),
        ),
    },
    filters={
        **each("id", "name", "handle", "is_active", "is_internal", "parent_category_id", "created_at", "updated_at"),
        "branch": _in_branch,
        "q": search(lambda t: t.c.name, lambda t: t.c.handle, lambda t: t.c.description),
    },
    visible=browsed,
    missing=(CategoryNotFound, "ProductCategory with id: {} was not found"),
)
