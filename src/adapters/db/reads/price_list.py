"""Shapes of price lists and their prices, and which of them a shopper may see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, or_, select

from adapters.db import tables
from adapters.db.reads.among import among
from adapters.db.reads.customer import CUSTOMER_GROUP
from adapters.db.reads.filters import each, search, through
from adapters.db.reads.shape import GROUP_IDS, NOW, Relation, Shape, Through, View, columns, undeleted
from adapters.db.reads.shop import STAMPS
from core.domain.price_list import PriceListNotFound, PriceListStatus


def holding(price_list: FromClause, view: View) -> Sequence[ColumnElement[bool]]:
    """Shoppers see lists that run now and are for everybody or one of their groups, as ``PriceListTerms``
    puts it."""
    shown = list(undeleted(price_list, view))
    if not view.is_store:
        return shown
    links = tables.price_list_customer_groups.c
    groups = select(links.price_list_id).where(links.price_list_id == price_list.c.id)
    return [
        *shown,
        price_list.c.status == PriceListStatus.ACTIVE.value,
        or_(price_list.c.starts_at.is_(None), price_list.c.starts_at < NOW),
        or_(price_list.c.ends_at.is_(None), price_list.c.ends_at > NOW),
        or_(~groups.exists(), groups.where(among(links.customer_group_id, GROUP_IDS)).exists()),
    ]


def price_visible(price: FromClause, view: View) -> Sequence[ColumnElement[bool]]:
    """For shoppers: their own prices and those of lists that hold for them."""
    shown = list(undeleted(price, view))
    if not view.is_store:
        return shown
    lists = tables.price_lists.alias("of_price")
    held = select(lists.c.id).where(lists.c.id == price.c.price_list_id, *holding(lists, view))
    return [*shown, or_(price.c.price_list_id.is_(None), held.exists())]


def _price() -> Shape:
    from adapters.db.reads.product import PRICE  # prices name their list

    return PRICE


def _groups_of(price_list: FromClause) -> Select[Any]:
    links = tables.price_list_customer_groups
    return select(links.c.customer_group_id).where(links.c.price_list_id == price_list.c.id)


def _group_records_of(price_list: FromClause) -> Select[Any]:
    links, groups = tables.price_list_customer_groups, tables.customer_groups
    return (
        select(groups)
        .join(links, links.c.customer_group_id == groups.c.id)
        .where(links.c.price_list_id == price_list.c.id)
    )


PRICE_LIST = Shape(
    name="price_list",
    table=tables.price_lists,
    columns=columns("id", "name", "description", "type", "status", "starts_at", "ends_at", "includes_tax", *STAMPS),
    relations={
        "customer_groups": Relation(
            shape=lambda: CUSTOMER_GROUP,
            through=Through(table=tables.price_list_customer_groups, here="price_list_id", there="customer_group_id"),
            order=("name", "id"),
        ),
        "prices": Relation(shape=_price, there="price_list_id", order=("position", "id")),
    },
    filters={
        **each("id", "name", "type", "status", "created_at", "updated_at", "deleted_at"),
        "customer_groups": through(_groups_of, "customer_group_id"),
        "q": search(lambda t: t.c.name, lambda t: t.c.description, related=[(_group_records_of, ("name",))]),
    },
    admin_only=frozenset({"customer_groups", "prices"}),
    visible=holding,
    missing=(PriceListNotFound, "Price list with id: {} was not found"),
)
