"""Gift cards and their ledger, as rows; taking money is left to a conditional update."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam, case, insert, select, true, update
from sqlalchemy.exc import IntegrityError

from adapters.db.collections.collection import SqlCollection, roots
from adapters.db.mapping import Mapper
from adapters.db.tables import gift_card_transactions, gift_cards
from adapters.db.transaction import Transaction
from core.domain.errors import ConcurrentUpdate
from core.domain.gift_card import EntryKind, GiftCard, GiftCardNotFound, GiftCardTransaction

GIFT_CARD = Mapper(GiftCard, gift_cards, derived={"balance": lambda card: card.balance})
ENTRY = Mapper(GiftCardTransaction, gift_card_transactions, skipped=())

_CARD = gift_cards.c
_ENTRY = gift_card_transactions.c
_BY_CODE = roots(GIFT_CARD, _CARD.code == bindparam("code"), locked=False)
_OF = roots(GIFT_CARD, _CARD.id.in_(bindparam("ids", expanding=True)), locked=False).order_by(_CARD.id)
_HELD = (
    select(_CARD.id)
    .where(_CARD.region_id == bindparam("region_id"), _CARD.balance > 0, _CARD.deleted_at.is_(None))
    .limit(1)
)
_ISSUED = roots(GIFT_CARD, _CARD.order_id == bindparam("order_id")).order_by(_CARD.order_item_id, _CARD.unit)
_TAKEN = (
    select(gift_card_transactions)
    .where(_ENTRY.order_id == bindparam("order_id"), _ENTRY.kind == EntryKind.DEBIT.value)
    .order_by(_ENTRY.gift_card_id)
)
_WENT_BACK = (
    select(_ENTRY.id).where(_ENTRY.order_id == bindparam("order_id"), _ENTRY.kind == EntryKind.CREDIT.value).limit(1)
)
_DEBIT = (
    update(gift_cards)
    .where(
        _CARD.id == bindparam("card_id"),
        _CARD.deleted_at.is_(None),
        _CARD.is_disabled.is_(False),
        _CARD.balance >= bindparam("taken"),
    )
    .values(
        balance=_CARD.balance - bindparam("taken"),
        debited=_CARD.debited + bindparam("taken"),
        is_disabled=case((_CARD.balance == bindparam("taken"), true()), else_=_CARD.is_disabled),
        updated_at=bindparam("now"),
    )
)


class SqlGiftCards(SqlCollection[GiftCard]):
    mapper = GIFT_CARD
    missing = GiftCardNotFound
    label = "Gift card"

    def __init__(self, transaction: Transaction) -> None:
        super().__init__(transaction)
        self.moved = False

    def by_code(self, code: str) -> GiftCard | None:
        return self._first(_BY_CODE, {"code": code})

    def of(self, ids: Iterable[str]) -> list[GiftCard]:
        wanted = sorted(set(ids))
        return self._find(_OF, {"ids": wanted}) if wanted else []

    def any_held_in(self, region_id: str) -> bool:
        return bool(self._transaction.rows(_HELD, {"region_id": region_id}))

    def issued_by(self, order_id: str) -> list[GiftCard]:
        return self._find(_ISSUED, {"order_id": order_id})

    def debit(self, entry: GiftCardTransaction) -> bool:
        values = {"card_id": entry.gift_card_id, "taken": entry.amount, "now": entry.created_at}
        if self._transaction.run(_DEBIT, values).rowcount != 1:
            return False
        self.record(entry)
        self._follow(entry)
        return True

    def record(self, entry: GiftCardTransaction) -> None:
        rows: dict[Any, Any] = {}
        ENTRY.flatten(entry, rows)
        try:
            self._transaction.run(insert(gift_card_transactions), list(rows[ENTRY].values()))
        except IntegrityError as error:
            raise ConcurrentUpdate("this movement of the gift card is written down already") from error
        self.moved = True

    def taken_by(self, order_id: str) -> list[GiftCardTransaction]:
        return ENTRY.build(self._transaction.rows, self._transaction.rows(_TAKEN, {"order_id": order_id}), {})

    def gave_back(self, order_id: str) -> bool:
        return bool(self._transaction.rows(_WENT_BACK, {"order_id": order_id}))

    def _follow(self, entry: GiftCardTransaction) -> None:
        """Let a card in hand show what was taken without writing it again."""
        card = self._seen.get(entry.gift_card_id)
        if card is None:
            return
        card.debited += entry.amount
        card.is_disabled = card.is_disabled or card.balance == 0
        row = self._before[card.id][GIFT_CARD][card.id,]
        moved = {"debited": card.debited, "balance": card.balance, "is_disabled": card.is_disabled}
        self._before[card.id][GIFT_CARD][card.id,] = {**row, **moved}
