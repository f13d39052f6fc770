"""Shapes of customers, their addresses and groups. Nothing here reads a password.

From a cart or an order the store reaches its customer, but not the customer's address book or other
orders: those show only to that customer. Of a guest it reaches no more than the address: whoever types it
into a cart is shown its record, with what staff have noted of the person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, or_, select

from adapters.db import tables
from adapters.db.reads.condition_links import named_by_condition
from adapters.db.reads.filters import contains, each, search, through
from adapters.db.reads.region import COUNTRY
from adapters.db.reads.shape import (
    CUSTOMER_ID,
    Computed,
    Facts,
    Relation,
    Shape,
    Through,
    View,
    columns,
    everything,
    to_one,
)
from adapters.db.reads.shop import STAMPS
from adapters.db.search.fragments import Anywhere, holding
from core.domain.customer import CustomerNotFound
from core.domain.customer_group import CustomerGroupNotFound
from ports.reads import Audience, Tree

ADDRESS = Shape(
    name="address",
    table=tables.addresses,
    columns=columns(
        "id",
        "customer_id",
        "company",
        "first_name",
        "last_name",
        "address_1",
        "address_2",
        "city",
        "country_code",
        "province",
        "postal_code",
        "phone",
        *STAMPS,
        "metadata",
    ),
    hidden=columns("position"),
    relations={"country": to_one(lambda: COUNTRY, "country_code", there="iso_2")},
    filters=each("id", "customer_id", "is_saved"),
)


def _customer() -> Shape:
    return CUSTOMER


def _price_list() -> Shape:
    from adapters.db.reads.price_list import PRICE_LIST  # lists name the groups they are for

    return PRICE_LIST


CUSTOMER_GROUP = Shape(
    name="customer_group",
    table=tables.customer_groups,
    columns=columns("id", "name", *STAMPS, "metadata"),
    relations={
        "customers": Relation(
            shape=_customer,
            through=Through(table=tables.customer_group_members, here="customer_group_id", there="customer_id"),
            order=("created_at", "id"),
        ),
        "price_lists": Relation(
            shape=_price_list,
            through=Through(table=tables.price_list_customer_groups, here="customer_group_id", there="price_list_id"),
            order=("created_at", "id"),
        ),
    },
    filters={
        **each("id", "name", "created_at", "updated_at"),
        "discount_condition_id": named_by_condition,
        "q": search(lambda t: t.c.name),
    },
    admin_only=frozenset({"customers", "price_lists"}),
    missing=(CustomerGroupNotFound, "CustomerGroup with id {} was not found"),
)


def _address_book(address: FromClause, view: View) -> Sequence[ColumnElement[bool]]:
    shown = [address.c.deleted_at.is_(None), address.c.is_saved.is_(True)]
    return [*shown, address.c.customer_id == CUSTOMER_ID] if view.is_store else shown


def _own_billing(address: FromClause, view: View) -> Sequence[ColumnElement[bool]]:
    shown = (address.c.deleted_at.is_(None),)
    return (*shown, address.c.customer_id == CUSTOMER_ID) if view.is_store else shown


def _own_orders(order: FromClause, view: View) -> Sequence[ColumnElement[bool]]:
    return (order.c.customer_id == CUSTOMER_ID,) if view.is_store else ()


def _groups_of(customer: FromClause) -> Select[Any]:
    members = tables.customer_group_members
    return select(members.c.customer_group_id).where(members.c.customer_id == customer.c.id)


def _order() -> Shape:
    from adapters.db.reads.order import ORDER  # customers and orders point at each other

    return ORDER


_LOOKED_FOR = search(lambda t: t.c.email, lambda t: t.c.first_name, lambda t: t.c.last_name)


def _of_text(table: FromClause, text: str) -> ColumnElement[bool]:
    """The text has the telephone too, which is not what is looked for."""
    named = or_(*(contains(table.c[name], text) for name in ("email", "first_name", "last_name")))
    return and_(holding(table.c.id, "customer", text), named)


CUSTOMER: Shape = Shape(
    name="customer",
    table=tables.customers,
    columns=columns(
        "id",
        "email",
        "first_name",
        "last_name",
        "billing_address_id",
        "phone",
        "has_account",
        *STAMPS,
        "metadata",
    ),
    hidden=columns(_default_shipping_address_id="default_shipping_address_id"),
    relations={
        "shipping_addresses": Relation(
            shape=lambda: ADDRESS, there="customer_id", order=("position", "id"), visible=_address_book
        ),
        "billing_address": to_one(lambda: ADDRESS, "billing_address_id", visible=_own_billing),
        "orders": Relation(shape=_order, there="customer_id", order=("created_at", "id"), visible=_own_orders),
        "groups": Relation(
            shape=lambda: CUSTOMER_GROUP,
            through=Through(table=tables.customer_group_members, here="customer_id", there="customer_group_id"),
            order=("name", "id"),
        ),
    },
    filters={
        **each("id", "email", "has_account", "first_name", "last_name", "phone", "created_at", "updated_at"),
        "groups": through(_groups_of, "customer_group_id"),
        "q": Anywhere("customer", _of_text, _LOOKED_FOR),
    },
    admin_only=frozenset({"groups"}),
    missing=(CustomerNotFound, "Customer with id: {} was not found"),
)

_PERSONAL = ("first_name", "last_name", "billing_address_id", "phone", "metadata")


def _if_proved(rows: Sequence[Tree], facts: Facts) -> Iterable[Mapping[str, object]]:
    """Carts and orders of accounts are shown to their owners alone; nobody has proved to be a guest."""
    for row in rows:
        shown = row["has_account"] or facts.context.audience is Audience.ADMIN
        yield {name: row[f"_{name}"] if shown else None for name in _PERSONAL}


_BUYER = replace(
    CUSTOMER,
    name="buyer",
    columns={name: column for name, column in CUSTOMER.columns.items() if name not in _PERSONAL},
    hidden={**CUSTOMER.hidden, **columns(**{f"_{name}": name for name in _PERSONAL})},
    computed=(
        Computed(gives=_PERSONAL, needs=("has_account", *(f"_{name}" for name in _PERSONAL)), compute=_if_proved),
    ),
)

# As a cart or an order shows it, also after the customer was deleted.
BUYER = to_one(lambda: _BUYER, "customer_id", visible=everything)
