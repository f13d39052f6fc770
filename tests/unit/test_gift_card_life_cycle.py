"""A gift card among many carts, staff and cancellations, in any order: its money is never made nor lost."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from core.domain.actor import ANONYMOUS, SYSTEM
from core.domain.errors import ConcurrentUpdate, DomainError
from core.domain.gift_card import EntryKind, GiftCard, GiftCardInsufficient
from core.use_cases.cart.create_cart import NewCart
from core.use_cases.cart.update_cart import CartChanges
from core.use_cases.gift_card.create_gift_card import CreateGiftCard, NewGiftCard
from core.use_cases.gift_card.spending import credit_cards
from core.use_cases.gift_card.update_gift_card import GiftCardChanges, UpdateGiftCard
from tests.paying_shop import PRICE, PayingShop

VALUE = 2_500
PICK = st.integers(0, 9)


class GiftCardMachine(RuleBasedStateMachine):
    """``left``: what the card should hold, counted here."""

    def __init__(self) -> None:
        super().__init__()
        self.shop = PayingShop()
        self.update_card = UpdateGiftCard(self.shop.begin, self.shop.clock, self.shop.ids)
        create = CreateGiftCard(self.shop.begin, self.shop.ids)
        self.card_id = create(SYSTEM, NewGiftCard(value=VALUE, region_id="reg_1"))
        self.left = VALUE
        self.carts: list[str] = []
        self.given_back: set[str] = set()

    @property
    def card(self) -> GiftCard:
        return self.shop.memory.gift_cards[self.card_id]

    @rule()
    def open_a_cart(self) -> None:
        cart_id = self.shop.create_cart(ANONYMOUS, NewCart(region_id="reg_1"))
        self.shop.add_line(ANONYMOUS, cart_id, "variant_1", 1, None)
        self.shop.update_cart(ANONYMOUS, cart_id, CartChanges(email="ada@example.com"))
        self.carts.append(cart_id)

    @precondition(lambda self: self.carts)
    @rule(pick=PICK)
    def lay_the_card_on_a_cart(self, pick: int) -> None:
        cart_id = self.carts[pick % len(self.carts)]
        with suppress(DomainError):
            self.shop.update_cart(ANONYMOUS, cart_id, CartChanges(gift_card_codes=(self.card.code,)))
            cart = self.shop.memory.carts[cart_id]
            assert cart.totals.gift_card_total == min(PRICE, self.left)

    @precondition(lambda self: self.carts)
    @rule(pick=PICK, looks=st.booleans())
    def complete_a_cart(self, pick: int, looks: bool) -> None:
        """looks: the buyer starts the payment anew and pays; otherwise the cart is completed as it stands."""
        cart_id = self.carts[pick % len(self.carts)]
        known = len(self.shop.memory.orders)
        try:
            if looks:
                self.shop.start_payment(ANONYMOUS, cart_id)
                session = self.shop.memory.carts[cart_id].selected_session
                if session is not None:
                    self.shop.payments.buyer_acts(str(session.data["id"]))
            self.shop.place_order(ANONYMOUS, cart_id)
        except GiftCardInsufficient:
            assert self.card.is_disabled or self.shop.memory.carts[cart_id].totals.gift_card_total > self.left
        except DomainError:
            return
        if len(self.shop.memory.orders) > known:
            order = list(self.shop.memory.orders.values())[-1]
            self.left -= order.totals.gift_card_total

    @rule(balance=st.integers(-1, VALUE + 1))
    def staff_sets_the_balance(self, balance: int) -> None:
        try:
            self.update_card(SYSTEM, self.card_id, GiftCardChanges(balance=balance))
        except DomainError:
            assert not 0 <= balance <= VALUE
        else:
            self.left = balance

    @rule(disabled=st.booleans())
    def staff_switches_the_card(self, disabled: bool) -> None:
        self.update_card(SYSTEM, self.card_id, GiftCardChanges(is_disabled=disabled))

    @precondition(lambda self: self.shop.memory.orders)
    @rule(pick=PICK)
    def give_back_what_an_order_took(self, pick: int) -> None:
        orders = list(self.shop.memory.orders)
        order_id = orders[pick % len(orders)]
        try:
            with self.shop.begin(SYSTEM, "test.cancel") as work:
                taken = credit_cards(work, work.orders.get(order_id), self.shop.clock.now(), self.shop.ids)
                work.commit()
        except ConcurrentUpdate:
            assert order_id in self.given_back
            return
        expected = min(self.shop.memory.orders[order_id].totals.gift_card_total, VALUE - self.left)
        assert taken == expected
        assert order_id not in self.given_back
        self.left += taken
        if taken:
            self.given_back.add(order_id)

    @invariant()
    def the_ledger_the_card_and_the_orders_agree(self) -> None:
        ledger = self.shop.memory.gift_card_transactions.values()
        moved = sum(entry.amount * (1 if entry.kind is EntryKind.CREDIT else -1) for entry in ledger)
        assert self.card.balance == self.left == VALUE + moved
        assert 0 <= self.left <= VALUE
        for order in self.shop.memory.orders.values():
            taken = sum(e.amount for e in ledger if e.order_id == order.id and e.kind is EntryKind.DEBIT)
            assert taken == order.totals.gift_card_total
            assert order.totals.total == PRICE - taken == order.paid_total


TestGiftCardLifeCycle = GiftCardMachine.TestCase
TestGiftCardLifeCycle.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)


def test_a_card_that_staff_filled_up_takes_back_only_what_fits() -> None:
    machine = GiftCardMachine()
    machine.open_a_cart()
    machine.lay_the_card_on_a_cart(0)
    machine.complete_a_cart(0, looks=False)
    machine.staff_sets_the_balance(VALUE - PRICE + 1)

    machine.give_back_what_an_order_took(0)

    assert machine.card.balance == machine.left == VALUE
    machine.the_ledger_the_card_and_the_orders_agree()


def test_a_card_that_is_full_gets_nothing_back() -> None:
    machine = GiftCardMachine()
    machine.open_a_cart()
    machine.lay_the_card_on_a_cart(0)
    machine.complete_a_cart(0, looks=False)
    machine.staff_sets_the_balance(VALUE)

    machine.give_back_what_an_order_took(0)

    assert machine.card.balance == VALUE
    machine.the_ledger_the_card_and_the_orders_agree()
