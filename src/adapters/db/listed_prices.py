"""Prices with the list each belongs to, as rows: the write side and the reads look at the same columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, and_, func, or_, select

from adapters.db.tables import currencies, money_amounts, price_list_customer_groups, price_lists, regions
from core.domain.price_list import PriceListStatus
from core.domain.pricing import MoneyAmount, PriceListTerms, PriceListType

_SEPARATOR = " "  # stands in no id


def list_is_live() -> ColumnElement[bool]:
    """Of a joined list: it is not put away and no draft. Whether it runs now is for ``select_price``."""
    return and_(price_lists.c.deleted_at.is_(None), price_lists.c.status == PriceListStatus.ACTIVE.value)


def prices_with_lists() -> Select[Any]:
    """Variants' own prices and those of lists that are no drafts; ``price_of_row`` reads the rows."""
    links = price_list_customer_groups.c
    groups = (
        select(func.aggregate_strings(links.customer_group_id, _SEPARATOR))
        .where(links.price_list_id == price_lists.c.id)
        .scalar_subquery()
    )
    return (
        select(
            money_amounts.c.variant_id,
            money_amounts.c.id,
            money_amounts.c.currency_code,
            money_amounts.c.amount,
            money_amounts.c.region_id,
            money_amounts.c.min_quantity,
            money_amounts.c.max_quantity,
            or_(
                func.coalesce(price_lists.c.includes_tax, False),
                func.coalesce(regions.c.includes_tax, False),
                currencies.c.includes_tax,
            ).label("tax_included"),
            price_lists.c.id.label("list_id"),
            price_lists.c.type.label("list_type"),
            price_lists.c.starts_at,
            price_lists.c.ends_at,
            groups.label("group_ids"),
        )
        .join(currencies, currencies.c.code == money_amounts.c.currency_code)
        .outerjoin(regions, regions.c.id == money_amounts.c.region_id)
        .outerjoin(price_lists, price_lists.c.id == money_amounts.c.price_list_id)
        .where(money_amounts.c.deleted_at.is_(None), or_(money_amounts.c.price_list_id.is_(None), list_is_live()))
    )


def price_of_row(row: Mapping[str, Any] | RowMapping) -> MoneyAmount:
    terms = None
    if row["list_id"] is not None:
        terms = PriceListTerms(
            id=row["list_id"],
            type=PriceListType(row["list_type"]),
            active=True,
            starts_at=row["starts_at"],
            ends_at=row["ends_at"],
            group_ids=frozenset((row["group_ids"] or "").split()),
        )
    return MoneyAmount(
        id=row["id"],
        currency_code=row["currency_code"],
        amount=row["amount"],
        region_id=row["region_id"],
        min_quantity=row["min_quantity"],
        max_quantity=row["max_quantity"],
        price_list=terms,
        tax_included=bool(row["tax_included"]),
    )
