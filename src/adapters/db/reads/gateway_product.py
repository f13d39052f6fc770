"""Products as one thing with one offer: what lists of storefronts without variants filter and sort by.

Everything is told by the first variant, the one such a list shows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, case, func, select

from adapters.db import tables
from adapters.db.reads.category import browsed
from adapters.db.reads.filters import by, through
from adapters.db.reads.product import PRODUCT
from adapters.db.reads.shape import CURRENCY_CODE, Shape, View, columns
from adapters.db.reads.variant_reference import VARIANT_REFERENCE
from ports.reads import Audience

GOODS, DIGITAL = "PHYSICAL", "VIRTUAL"
_SHOPPERS = View(Audience.STORE, channelled=False)


def _first(column: str) -> Callable[[FromClause], ColumnElement[Any]]:
    """That column of a product's first variant."""

    def read(product: FromClause) -> ColumnElement[Any]:
        variant = tables.product_variants.alias("first_variant")
        return (
            select(variant.c[column])
            .where(variant.c.product_id == product.c.id, variant.c.deleted_at.is_(None))
            .order_by(variant.c.variant_rank, variant.c.position, variant.c.id)
            .limit(1)
            .correlate(product)
            .scalar_subquery()
        )

    return read


def _type_value(product: FromClause) -> ColumnElement[Any]:
    kind = tables.product_types.alias("kind")
    found = select(kind.c.value).where(kind.c.id == product.c.type_id, kind.c.deleted_at.is_(None))
    return found.scalar_subquery()


def _kind(product: FromClause) -> ColumnElement[Any]:
    """What the product's type says if it says one of the two, else whether the first variant is sent."""
    named = func.upper(_type_value(product))
    sent = _first("requires_shipping")(product)
    return case((named.in_([GOODS, DIGITAL]), named), (sent.is_(True), GOODS), else_=DIGITAL)


def _categories_of(product: FromClause) -> Select[Any]:
    links, category = tables.product_category_products, tables.product_categories.alias("named")
    return (
        select(category.c.name)
        .join(links, links.c.product_category_id == category.c.id)
        .where(links.c.product_id == product.c.id, *browsed(category, _SHOPPERS))
    )


def _price_of(variant_id: ColumnElement[Any]) -> ColumnElement[Any]:
    """In the reader's currency, outside of price lists, for one unit; nothing counts as 0."""
    amounts = tables.money_amounts.alias("priced")
    found = select(func.min(amounts.c.amount)).where(
        amounts.c.variant_id == variant_id,
        amounts.c.currency_code == CURRENCY_CODE,
        amounts.c.deleted_at.is_(None),
        and_(amounts.c.price_list_id.is_(None), amounts.c.region_id.is_(None)),
        func.coalesce(amounts.c.min_quantity, 1) <= 1,
    )
    return func.coalesce(found.scalar_subquery(), 0)


def _title_of_target(reference: FromClause) -> ColumnElement[Any]:
    variant = tables.product_variants.alias("titled")
    return select(variant.c.title).where(variant.c.id == reference.c.target_variant_id).scalar_subquery()


GATEWAY_PRODUCT: Shape = replace(
    PRODUCT,
    name="gateway_product",
    hidden={**PRODUCT.hidden, **columns(_price=lambda product: _price_of(_first("id")(product)))},
    filters={
        **PRODUCT.filters,
        "kind": by(_kind),
        "type_value": by(_type_value),
        "category_name": through(_categories_of, "name"),
        "first_sku": by(_first("sku")),
    },
)

GATEWAY_REFERENCE: Shape = replace(
    VARIANT_REFERENCE,
    name="gateway_reference",
    hidden=columns(
        _price=lambda reference: _price_of(reference.c.target_variant_id),
        _name=_title_of_target,
    ),
)
