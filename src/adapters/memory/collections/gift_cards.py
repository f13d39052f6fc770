"""Gift cards and their ledger, in memory."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy

from adapters.memory.shelf import Overlay, Shelf
from adapters.memory.unique_keys import check_unique
from core.domain.gift_card import EntryKind, GiftCard, GiftCardNotFound, GiftCardTransaction


class InMemoryGiftCards(Shelf[GiftCard]):
    missing = GiftCardNotFound
    label = "Gift card"

    def __init__(self, rows: Overlay[GiftCard], ledger: Overlay[GiftCardTransaction]) -> None:
        super().__init__(rows)
        self._ledger = ledger

    def by_code(self, code: str) -> GiftCard | None:
        return self.find_first(lambda card: card.code == code)

    def of(self, ids: Iterable[str]) -> list[GiftCard]:
        wanted = set(ids)
        return sorted(self.find(lambda card: card.id in wanted), key=lambda card: card.id)

    def any_held_in(self, region_id: str) -> bool:
        return any(
            card.region_id == region_id and card.balance > 0 and card.deleted_at is None
            for card in self._rows.values()
        )

    def issued_by(self, order_id: str) -> list[GiftCard]:
        found = self.find(lambda card: card.order_id == order_id)
        return sorted(found, key=lambda card: (card.order_item_id or "", card.unit or 0))

    def debit(self, entry: GiftCardTransaction) -> bool:
        stored = self._rows.get(entry.gift_card_id)
        gone = stored is None or stored.deleted_at is not None or stored.is_disabled
        if stored is None or gone or stored.balance < entry.amount:
            return False
        self.record(entry)
        moved = deepcopy(stored)
        _take(moved, entry.amount)
        self._rows.set(moved.id, moved)
        card = self._seen.get(moved.id)
        if card is not None:
            _take(card, entry.amount)
            before = deepcopy(self._before[moved.id])
            if before is not None:
                _take(before, entry.amount)
                self._before[moved.id] = before
        return True

    def record(self, entry: GiftCardTransaction) -> None:
        self._ledger.set(entry.id, entry)
        check_unique(GiftCardTransaction, self._ledger.values())

    def taken_by(self, order_id: str) -> list[GiftCardTransaction]:
        found = [
            entry for entry in self._ledger.values() if entry.order_id == order_id and entry.kind is EntryKind.DEBIT
        ]
        return sorted(found, key=lambda entry: entry.gift_card_id)

    def gave_back(self, order_id: str) -> bool:
        return any(entry.order_id == order_id and entry.kind is EntryKind.CREDIT for entry in self._ledger.values())


def _take(card: GiftCard, amount: int) -> None:
    card.debited += amount
    card.is_disabled = card.is_disabled or card.balance == 0
