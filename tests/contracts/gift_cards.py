"""What a gift card holds is decided by the store, and every movement of it is kept."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from core.domain.errors import ConcurrentUpdate
from core.domain.gift_card import EntryKind, GiftCardNotFound, GiftCardTransaction
from ports.unit_of_work import UnitOfWork
from tests.contracts import full_records as full
from tests.contracts import full_sales as sales
from tests.contracts.shop import Shop, at_once


def a_debit(number: int, amount: int, card_id: str = "gift_1", order_id: str = "order_1") -> GiftCardTransaction:
    return GiftCardTransaction(
        id=f"gct_{number:03}",
        gift_card_id=card_id,
        kind=EntryKind.DEBIT,
        amount=amount,
        order_id=order_id,
        tax_rate=Decimal("19.125"),
        created_at=full.NOON,
    )


class GiftCardsContract:
    @pytest.fixture
    def shop(self) -> Shop:
        """A shop as it is right after it was set up."""
        raise NotImplementedError

    @pytest.fixture
    def sold(self, shop: Shop) -> Shop:
        """A card of 1,000, of which 300 are gone; an order and twenty more."""
        shop.sell()
        for number in range(20):
            order = sales.an_order(
                f"order_x{number:02}", channel_id=None, cart_id=None, display_id=100 + number, payments=[], refunds=[]
            )
            shop.save(lambda work, order=order: work.orders.add(order))
        return shop

    def debit(self, shop: Shop, entry: GiftCardTransaction) -> bool:
        with shop.open() as work:
            taken = work.gift_cards.debit(entry)
            work.commit()
        return taken

    def test_every_field_of_a_card_comes_back(self, sold: Shop) -> None:
        card = full.a_gift_card(
            "gift_2",
            code="SECO-ND00-0000-0000",
            order_id="order_1",
            order_item_id="item_order_1_1",
            is_disabled=True,
        )
        sold.save(lambda work: work.gift_cards.add(card))

        assert list(full.unset_fields(card)) == []
        assert sold.read(lambda work: work.gift_cards.get("gift_2")) == card

    def test_cards_are_found_by_code_ids_and_order(self, sold: Shop) -> None:
        bought = [
            full.a_gift_card(
                f"gift_{unit}",
                code=f"CODE-{unit}",
                order_id="order_1",
                order_item_id="item_order_1_1",
                unit=unit,
            )
            for unit in (3, 2)
        ]
        for card in bought:
            sold.save(lambda work, card=card: work.gift_cards.add(card))

        with sold.open() as work:
            assert work.gift_cards.by_code("CODE-2") is work.gift_cards.get("gift_2")
            assert work.gift_cards.by_code("CODE-9") is None
            assert [card.id for card in work.gift_cards.of(["gift_3", "gift_1", "gift_9"])] == ["gift_1", "gift_3"]
            assert [card.id for card in work.gift_cards.issued_by("order_1")] == ["gift_2", "gift_3"]
            assert work.gift_cards.of([]) == []

    def test_deleted_cards_are_found_by_nobody(self, sold: Shop) -> None:
        sold.save(lambda work: setattr(work.gift_cards.get("gift_1"), "deleted_at", full.NOON))

        with sold.open() as work:
            assert work.gift_cards.by_code("FULL-CARD-0000-0001") is None
            assert work.gift_cards.of(["gift_1"]) == []
            with pytest.raises(GiftCardNotFound):
                work.gift_cards.get("gift_1")
        assert not self.debit(sold, a_debit(1, 1))

    def test_a_code_is_given_once(self, sold: Shop) -> None:
        again = full.a_gift_card("gift_2")
        with pytest.raises(ConcurrentUpdate):
            sold.save(lambda work: work.gift_cards.add(again))

    def test_a_unit_sold_is_issued_once(self, sold: Shop) -> None:
        first, second = (
            full.a_gift_card(f"gift_{n}", code=f"CODE-{n}", order_id="order_1", order_item_id="item_order_1_1")
            for n in (2, 3)
        )
        sold.save(lambda work: work.gift_cards.add(first))
        with pytest.raises(ConcurrentUpdate):
            sold.save(lambda work: work.gift_cards.add(second))

    def test_debit_moves_the_balance_and_is_written_down(self, sold: Shop) -> None:
        entry = a_debit(1, 200)
        assert self.debit(sold, entry)

        card = sold.read(lambda work: work.gift_cards.get("gift_1"))
        assert (card.balance, card.debited, card.is_disabled) == (500, 600, False)
        assert sold.read(lambda work: work.gift_cards.taken_by("order_1")) == [entry]

    def test_what_went_back_is_remembered(self, sold: Shop) -> None:
        assert self.debit(sold, a_debit(1, 200))
        assert not sold.read(lambda work: work.gift_cards.gave_back("order_1"))

        def give_back(work: UnitOfWork) -> None:
            (taken,) = work.gift_cards.taken_by("order_1")
            back = work.gift_cards.get("gift_1").give_back(taken, "gct_2", full.NOON)
            assert back is not None
            work.gift_cards.record(back)

        sold.save(give_back)
        assert sold.read(lambda work: work.gift_cards.gave_back("order_1"))
        assert sold.read(lambda work: work.gift_cards.get("gift_1").balance) == 700

    def test_debit_of_more_than_the_balance_is_refused_and_leaves_nothing(self, sold: Shop) -> None:
        assert not self.debit(sold, a_debit(1, 701))

        assert sold.read(lambda work: work.gift_cards.get("gift_1").balance) == 700
        assert sold.read(lambda work: work.gift_cards.taken_by("order_1")) == []

    def test_card_that_is_emptied_is_disabled(self, sold: Shop) -> None:
        assert self.debit(sold, a_debit(1, 700))

        card = sold.read(lambda work: work.gift_cards.get("gift_1"))
        assert (card.balance, card.is_disabled) == (0, True)

    def test_disabled_and_unknown_cards_give_nothing(self, sold: Shop) -> None:
        sold.save(lambda work: work.gift_cards.get("gift_1").void())

        assert not self.debit(sold, a_debit(1, 1))
        assert not self.debit(sold, a_debit(2, 1, card_id="gift_9"))

    def test_debit_without_commit_takes_nothing(self, sold: Shop) -> None:
        with sold.open() as work:
            assert work.gift_cards.debit(a_debit(1, 200))

        assert sold.read(lambda work: work.gift_cards.get("gift_1").balance) == 700
        assert sold.read(lambda work: work.gift_cards.taken_by("order_1")) == []

    def test_an_order_takes_from_a_card_once(self, sold: Shop) -> None:
        assert self.debit(sold, a_debit(1, 100))
        with pytest.raises(ConcurrentUpdate):
            self.debit(sold, a_debit(2, 100))

        assert sold.read(lambda work: work.gift_cards.get("gift_1").balance) == 600

    def test_staff_may_set_the_balance_as_often_as_they_like(self, sold: Shop) -> None:
        for number in (1, 2):
            entry = replace(a_debit(number, 10), order_id=None)
            sold.save(lambda work, entry=entry: work.gift_cards.record(entry))

    def test_card_in_hand_shows_what_was_taken(self, sold: Shop) -> None:
        with sold.open() as work:
            card = work.gift_cards.get("gift_1")
            work.gift_cards.debit(a_debit(1, 200))
            assert card.balance == 500
            card.metadata = {"noted": 1}
            work.commit()

        stored = sold.read(lambda work: work.gift_cards.get("gift_1"))
        assert (stored.balance, stored.debited, stored.metadata) == (500, 600, {"noted": 1})

    def test_burst_takes_exactly_what_there_is(self, sold: Shop) -> None:
        answers = at_once(20, lambda number: self.debit(sold, a_debit(number, 100, order_id=f"order_x{number:02}")))

        assert sorted(answers) == [False] * 13 + [True] * 7
        assert sold.read(lambda work: work.gift_cards.get("gift_1").balance) == 0
