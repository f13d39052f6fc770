"""Shapes of gift cards and of what was paid with them.

Whoever may look at a cart knows the codes of its cards. An order shows no whole code to the store: it can
be looked up by number and address, and a code is money.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import FromClause, Select, String, cast, select

from adapters.db import tables
from adapters.db.reads.filters import by, each, search
from adapters.db.reads.region import REGION
from adapters.db.reads.shape import Computed, Facts, Relation, Shape, View, columns, everything, to_one
from core.domain.gift_card import CODE_CHARACTERS, GROUP, EntryKind, GiftCardNotFound, readable_code
from ports.reads import Audience, Tree

_COLUMNS = (
    "id",
    "value",
    "balance",
    "region_id",
    "is_disabled",
    "ends_at",
    "tax_rate",
    "created_at",
    "updated_at",
    "deleted_at",
    "metadata",
)
_HIDDEN_PART = readable_code("*" * CODE_CHARACTERS)[:-GROUP]


def _order_id(rows: Sequence[Tree], facts: Facts) -> Iterable[Mapping[str, object]]:
    """The sale a card comes from is not its holder's business: an order's id opens the order."""
    for row in rows:
        yield {"order_id": row["_order_id"] if facts.context.audience is Audience.ADMIN else None}


def _masked(rows: Sequence[Tree], facts: Facts) -> Iterable[Mapping[str, object]]:
    for row in rows:
        code = str(row["_code"])
        yield {"code": code if facts.context.audience is Audience.ADMIN else _HIDDEN_PART + code[-GROUP:]}


_ORDER_ID = Computed(gives=("order_id",), needs=("_order_id",), compute=_order_id)


def _order_of(card: FromClause) -> Select[Any]:
    return select(cast(tables.orders.c.display_id, String).label("number")).where(
        tables.orders.c.id == card.c.order_id
    )


def _order() -> Shape:
    from adapters.db.reads.order import ORDER  # orders show gift cards, and the other way round

    return ORDER


TRANSACTION_COLUMNS = ("id", "gift_card_id", "order_id", "amount", "tax_rate", "created_at")

GIFT_CARD_ENTRY = Shape(
    name="gift_card_entry",
    table=tables.gift_card_transactions,
    columns=columns(*TRANSACTION_COLUMNS, "kind"),
    visible=everything,
)

GIFT_CARD = Shape(
    name="gift_card",
    table=tables.gift_cards,
    columns=columns(*_COLUMNS, "code"),
    hidden=columns(_order_id="order_id"),
    computed=(_ORDER_ID,),
    relations={
        "region": to_one(lambda: REGION, "region_id", visible=everything),
        "order": to_one(_order, "_order_id"),
        "transactions": Relation(shape=lambda: GIFT_CARD_ENTRY, there="gift_card_id", order=("created_at", "id")),
    },
    filters={
        **each("id", "code", "region_id", "is_disabled", "created_at", "updated_at"),
        "order_id": by("order_id"),
        "q": search(lambda card: card.c.code, related=[(_order_of, ("number",))]),
    },
    admin_only=frozenset({"order", "transactions"}),
    missing=(GiftCardNotFound, "Gift card with id: {} was not found"),
)

PAYING_GIFT_CARD = Shape(
    name="paying_gift_card",
    table=tables.gift_cards,
    columns=columns(*_COLUMNS),
    hidden=columns(_order_id="order_id", _code="code"),
    computed=(_ORDER_ID, Computed(gives=("code",), needs=("_code",), compute=_masked)),
    relations={"region": to_one(lambda: REGION, "region_id", visible=everything)},
    visible=everything,
)


def _debits(table: FromClause, view: View) -> Sequence[Any]:
    """Medusa knows no credits, and its clients add these up."""
    return (table.c.kind == EntryKind.DEBIT.value,)


GIFT_CARD_TRANSACTION = Shape(
    name="gift_card_transaction",
    table=tables.gift_card_transactions,
    columns=columns(*TRANSACTION_COLUMNS, is_taxable=lambda entry: entry.c.tax_rate.is_not(None)),
    relations={"gift_card": to_one(lambda: PAYING_GIFT_CARD, "gift_card_id")},
    visible=_debits,
)

PAID_WITH = (
    select(tables.gift_card_transactions.c.order_id, tables.gift_card_transactions.c.gift_card_id)
    .where(tables.gift_card_transactions.c.kind == EntryKind.DEBIT.value)
    .subquery()
)
