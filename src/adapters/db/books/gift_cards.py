"""Gift cards as the books hold them: what cards and orders say, beside what the ledger adds up to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from adapters.db.books.snapshot import pages
from adapters.db.tables import gift_card_transactions, gift_cards, orders
from adapters.db.transaction import Transaction
from core.domain.gift_card import EntryKind
from ports.books import CardPayment, GiftCardRecord

_ENTRY = gift_card_transactions.c


def _sum(kind: EntryKind, *where: ColumnElement[bool]) -> ColumnElement[Any]:
    amounts = select(func.coalesce(func.sum(_ENTRY.amount), 0)).where(_ENTRY.kind == kind.value, *where)
    return amounts.scalar_subquery()


_OF_CARD = _ENTRY.gift_card_id == gift_cards.c.id
_CARDS = select(
    gift_cards.c.id,
    gift_cards.c.value,
    gift_cards.c.balance,
    gift_cards.c.debited,
    gift_cards.c.credited,
    _sum(EntryKind.DEBIT, _OF_CARD).label("taken"),
    _sum(EntryKind.CREDIT, _OF_CARD).label("given"),
)
_TAKEN = _sum(EntryKind.DEBIT, _ENTRY.order_id == orders.c.id)
_PAID = select(orders.c.id, orders.c.gift_card_total, _TAKEN.label("taken")).where(
    or_(orders.c.gift_card_total != 0, select(_ENTRY.id).where(_ENTRY.order_id == orders.c.id).exists())
)


def gift_card_records(work: Transaction) -> Iterator[GiftCardRecord]:
    for rows in pages(work, _CARDS, gift_cards.c.id):
        for row in rows:
            yield GiftCardRecord(**{**row, "taken": int(row["taken"]), "given": int(row["given"])})


def card_payments(work: Transaction) -> Iterator[CardPayment]:
    for rows in pages(work, _PAID, orders.c.id):
        for row in rows:
            yield CardPayment(order_id=row["id"], gift_card_total=row["gift_card_total"], taken=int(row["taken"]))
