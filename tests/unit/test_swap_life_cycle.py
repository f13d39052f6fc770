"""Orders, returns, swaps, refunds and cancellations in any order, through the use cases, in memory.

The payment provider keeps its own books, and the test counts what it has seen come and go.
"""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from adapters.memory.payments import Fault
from adapters.memory.providers import (
    InMemoryFulfillment,
    InMemoryFulfillmentProviders,
    InMemoryTaxProviders,
)
from core.domain.actor import ANONYMOUS, SYSTEM, Actor, ActorKind
from core.domain.money import Money
from core.domain.order import Order, OrderId, OrderLine, OrderStatus
from core.domain.payment import Payment, PaymentMoved, RefundsMoved, RefundState
from core.domain.pricing import MoneyAmount
from core.domain.product import Product, ProductId, ProductStatus, Variant, VariantId
from core.domain.returns import Wanted
from core.domain.shop import ShippingOption
from core.domain.swap import Swap
from core.domain.values import Address
from core.use_cases.cart.choose_shipping import ChooseShipping
from core.use_cases.fulfillment.cancel_fulfillment import CancelFulfillment
from core.use_cases.order.cancel_order import CancelOrder
from core.use_cases.order.refund_payment import RefundRequest
from core.use_cases.returning.cancel_return import CancelReturn
from core.use_cases.returning.receive_return import Receipt, ReceiveReturn
from core.use_cases.returning.request_return import NewReturn, RequestReturn
from core.use_cases.returning.send_return import SendReturn
from core.use_cases.swap.cancel_swap import CancelSwap
from core.use_cases.swap.process_swap_payment import ProcessSwapPayment
from core.use_cases.swap.request_swap import NewSwap, RequestSwap
from tests.paying_shop import PayingShop, tolerantly

ADMIN = Actor(kind=ActorKind.USER, id="usr_1")
GOODS = {"shirt": 1_000, "hat": 1_500, "cap": 600}
STOCK = 4
WAYS = st.sampled_from(["browser", "webhook", "both", "later"])
BOUGHT = 3


class ExchangeShop(PayingShop):
    """Three kinds of goods, and one order of three shirts that was paid, packed and sent."""

    def __init__(self) -> None:
        super().__init__()
        begin, clock, ids = self.begin, self.clock, self.ids
        taxes, fulfillments = InMemoryTaxProviders(), InMemoryFulfillmentProviders(InMemoryFulfillment())
        send = SendReturn(begin, fulfillments)
        self.choose = ChooseShipping(begin, fulfillments, self.pricing, self.sync, ids)
        self.request_return = RequestReturn(begin, taxes, send, clock, ids)
        self.receive_return = ReceiveReturn(begin, self.settle_refund, clock, ids)
        self.cancel_return = CancelReturn(begin)
        self.request_swap = RequestSwap(begin, self.pricing, taxes, send, clock, ids)
        self.process_swap = ProcessSwapPayment(begin, self.capture, self.settle_refund, clock, ids)
        self.cancel_swap = CancelSwap(begin, self.settle_refund, self.release, clock, ids)
        calls = CancelFulfillment(begin, fulfillments, clock)
        self.cancel_order = CancelOrder(begin, calls, {}, self.settle_refund, self.release, clock, ids)
        self._goods()
        self.order_id = self._order()

    def _goods(self) -> None:
        with self.begin(SYSTEM, "test.goods") as work:
            profile = work.shop.default_profile().id
            work.shop.add_shipping_option(
                ShippingOption(id="so_1", name="Post", region_id="reg_1", profile_id=profile, provider_id="manual")
            )
            for name, price in GOODS.items():
                variant = Variant(
                    id=VariantId(name),
                    title=name,
                    requires_shipping=True,
                    manage_inventory=True,
                    inventory_quantity=STOCK,
                    prices=(MoneyAmount(id=f"ma_{name}", currency_code="eur", amount=price),),
                )
                work.products.add(
                    Product(
                        id=ProductId(f"prod_{name}"),
                        title=name,
                        handle=name,
                        profile_id=profile,
                        status=ProductStatus.PUBLISHED,
                        sales_channel_ids=(work.shop.store().default_sales_channel_id,),
                        variants=[variant],
                    )
                )
            work.commit()

    def _order(self) -> str:
        total = GOODS["shirt"] * BOUGHT
        told = self.payments.initiate(Money(total, "eur"), {}, idempotency_key="order")
        self.payments.buyer_acts(told.reference)
        line = OrderLine(
            id="item_1",
            title="shirt",
            variant_id="shirt",
            product_id="prod_shirt",
            unit_price=GOODS["shirt"],
            quantity=BOUGHT,
            fulfilled_quantity=BOUGHT,
        )
        with self.begin(SYSTEM, "test.order") as work:
            order = Order(
                id=OrderId("order_1"),
                display_id=work.sequences.next("order"),
                cart_id=None,
                customer_id=self.memory.carts[self.cart_id].customer_id or "",
                email="ada@example.com",
                region_id="reg_1",
                currency_code="eur",
                sales_channel_id=work.shop.store().default_sales_channel_id,
                items=[line],
                shipping_address=Address(id="addr_1", address_1="Am Markt 1", country_code="de"),
                placed_at=self.clock.now(),
            )
            order.payments.append(
                Payment(
                    id="pay_1",
                    provider_id="stripe",
                    amount=total,
                    currency_code="eur",
                    provider_payment_id=told.reference,
                    data={"id": told.reference},
                    captured_at=self.clock.now(),
                )
            )
            order.recompute()
            work.orders.add(order)
            work.commit()
        return order.id

    def swap(self, back: int, wanted: str, quantity: int = 1) -> str:
        items = (Wanted(item_id="item_1", quantity=back),)
        return self.request_swap(
            ANONYMOUS, NewSwap(order_id=self.order_id, items=items, additional=((wanted, quantity),))
        )

    def pay(self, swap: Swap) -> str | None:
        """The buyer does everything but come back; the payment's reference, if there is something to pay."""
        cart_id = swap.cart_id or ""
        self.choose(ANONYMOUS, cart_id, "so_1")
        self.start_payment(ANONYMOUS, cart_id)
        session = self.memory.carts[cart_id].selected_session  # type: ignore[index]
        if session is None:
            return None
        reference = str(session.data["id"])
        self.payments.buyer_acts(reference)
        return reference

    def tell_of(self, reference: str) -> None:
        self.tell(f"paid {reference}", PaymentMoved(provider_id="stripe", provider_payment_id=reference))
        self.run_jobs()


def test_a_paid_swap_whose_buyer_never_comes_back_is_settled_by_the_webhook() -> None:
    shop = ExchangeShop()
    swap_id = shop.swap(1, "hat")
    reference = shop.pay(shop.memory.swaps[swap_id])
    assert reference is not None
    payments = len(shop.payments.accounts)

    for _ in range(2):
        shop.tell_of(reference)

    swap = shop.memory.swaps[swap_id]
    assert (swap.payment_status, swap.difference_due) == ("captured", 500)
    done = shop.place_order(ANONYMOUS, swap.cart_id or "")
    assert (done.kind, done.id) == ("swap", swap_id)
    assert len(shop.payments.accounts) == payments
    assert [payment.swap_id for payment in shop.memory.orders["order_1"].payments] == [None, swap_id]  # type: ignore[index]
    assert stock_of(shop, "hat") == STOCK - 1


def test_a_paid_swap_nobody_tells_of_is_settled_by_looking() -> None:
    shop = ExchangeShop()
    swap_id = shop.swap(1, "hat")
    shop.pay(shop.memory.swaps[swap_id])

    shop.wait(minutes=2)
    shop.reconcile()

    assert shop.memory.swaps[swap_id].confirmed_at is not None


def test_a_payment_for_a_swap_that_was_canceled_goes_back() -> None:
    shop = ExchangeShop()
    swap_id = shop.swap(1, "hat")
    reference = shop.pay(shop.memory.swaps[swap_id])
    assert reference is not None
    (returned,) = shop.memory.returns.values()
    shop.cancel_return(ADMIN, returned.id)
    shop.cancel_swap(ADMIN, shop.order_id, swap_id)

    shop.tell_of(reference)
    shop.calm_down()

    account = shop.payments.accounts[reference]
    assert (account.captured, account.refunded) == (500, 500)
    assert stock_of(shop, "hat") == STOCK


class ExchangeMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.shop = ExchangeShop()
        self.confirmed: set[str] = set()
        self.came = 0

    def _swap(self, number: int) -> Swap | None:
        swaps = sorted(self.shop.memory.swaps.values(), key=lambda swap: swap.id)
        return swaps[number % len(swaps)] if swaps else None

    @property
    def _order(self) -> Order:
        return self.shop.memory.orders["order_1"]  # type: ignore[index]

    @initialize(back=st.integers(1, 2), wanted=st.sampled_from(sorted(GOODS)), how=WAYS)
    def exchange_something(self, back: int, wanted: str, how: str) -> None:
        tolerantly(lambda: self.shop.swap(back, wanted))
        self.pay_and_complete(0, how)

    @rule(back=st.integers(1, 3), wanted=st.sampled_from(sorted(GOODS)), quantity=st.integers(1, 3))
    def ask_for_a_swap(self, back: int, wanted: str, quantity: int) -> None:
        tolerantly(lambda: self.shop.swap(back, wanted, quantity))

    @rule(quantity=st.integers(1, 3))
    def ask_for_a_return(self, quantity: int) -> None:
        wanted = NewReturn(order_id="order_1", items=(Wanted(item_id="item_1", quantity=quantity),))
        tolerantly(lambda: self.shop.request_return(ANONYMOUS, wanted))

    @rule(number=st.integers(0, 5), how=WAYS)
    def pay_and_complete(self, number: int, how: str) -> None:
        swap = self._swap(number)
        if swap is None:
            return

        def act() -> None:
            reference = self.shop.pay(swap)
            if how in ("browser", "both"):
                tolerantly(lambda: self.shop.place_order(ANONYMOUS, swap.cart_id or ""))
            if how in ("webhook", "both") and reference is not None:
                self.shop.tell_of(reference)

        tolerantly(act)

    @rule(number=st.integers(0, 5))
    def receive_a_return(self, number: int) -> None:
        returns = sorted(self.shop.memory.returns.values(), key=lambda one: one.id)
        if not returns:
            return
        returned = returns[number % len(returns)]
        before = returned.status
        items = tuple((item.item_id, item.requested_quantity or 0) for item in returned.items)
        tolerantly(lambda: self.shop.receive_return(ADMIN, returned.id, Receipt(items=items)))
        after = self.shop.memory.returns[returned.id].status
        if (before, after) != (after, after):
            self.came += sum(quantity for _, quantity in items)

    @rule(number=st.integers(0, 5))
    def cancel_a_return(self, number: int) -> None:
        returns = sorted(self.shop.memory.returns)
        if returns:
            tolerantly(lambda: self.shop.cancel_return(ADMIN, returns[number % len(returns)]))

    @rule(number=st.integers(0, 5), verb=st.sampled_from(["process", "cancel"]))
    def see_a_swap_to_its_end(self, number: int, verb: str) -> None:
        swap = self._swap(number)
        if swap is None:
            return
        use_case = self.shop.process_swap if verb == "process" else self.shop.cancel_swap
        for _ in range(2):  # whoever presses a button twice
            tolerantly(lambda: use_case(ADMIN, "order_1", swap.id))

    @rule(amount=st.integers(1, 3_000))
    def refund(self, amount: int) -> None:
        tolerantly(lambda: self.shop.refund_payment(ADMIN, "order_1", RefundRequest(amount=amount)))

    @rule(chance=st.integers(0, 5))
    def cancel_the_order(self, chance: int) -> None:
        if chance == 0:  # little happens afterwards
            tolerantly(lambda: self.shop.cancel_order(ADMIN, "order_1"))

    @rule()
    def time_passes(self) -> None:
        self.shop.wait(minutes=2)
        self.shop.reconcile()
        self.shop.run_jobs()

    @invariant()
    def nothing_is_returned_twice(self) -> None:
        (line,) = self._order.items
        assert line.returning_quantity >= 0
        assert (line.returned_quantity or 0) + line.returning_quantity <= BOUGHT
        assert (line.returned_quantity or 0) == self.came

    @invariant()
    def refunds_stay_within_what_was_captured(self) -> None:
        order = self._order
        held = sum(refund.amount for refund in order.refunds if refund.counts)
        assert held <= order.captured_total
        for payment in order.payments:
            account = self.shop.payments.accounts[payment.provider_payment_id or ""]
            assert account.refunded == payment.amount_refunded <= account.captured
        # Nobody gets back more than what it was all worth, exchanges counted.
        assert self.shop.payments.taken >= 0

    @invariant()
    def a_swap_is_completed_once(self) -> None:
        swaps = self.shop.memory.swaps.values()
        confirmed = {swap.id for swap in swaps if swap.confirmed_at is not None}
        assert self.confirmed <= confirmed
        self.confirmed = confirmed
        for swap in swaps:
            paid = [payment for payment in self._order.payments if payment.swap_id == swap.id]
            assert len(paid) == (1 if swap.id in confirmed and (swap.difference_due or 0) > 0 else 0)
            cart = self.shop.memory.carts[swap.cart_id]  # type: ignore[index]
            assert (cart.completed_at is not None) == (swap.id in confirmed)

    @invariant()
    def stock_is_what_came_and_went(self) -> None:
        expected = dict.fromkeys(GOODS, STOCK)
        expected["shirt"] += BOUGHT if self._order.status is OrderStatus.CANCELED else self.came
        for swap in self.shop.memory.swaps.values():
            if swap.confirmed_at is not None and swap.canceled_at is None:
                for line in swap.additional_items:
                    expected[line.variant_id or ""] -= line.quantity
        assert {name: stock_of(self.shop, name) for name in GOODS} == expected

    @rule(fault=st.sampled_from([Fault.DECLINE, Fault.LOST_REQUEST]))
    def the_provider_will_not_refund_next(self, fault: Fault) -> None:
        self.shop.payments.plan("refund", fault)

    @rule(number=st.integers(0, 5))
    def a_refund_comes_back(self, number: int) -> None:
        made = [refund for refund in self._order.refunds if refund.state is RefundState.SUCCEEDED]
        if made:
            refund = made[number % len(made)]
            payment = self._order.payment(refund.payment_id)
            reference, made_there = payment.provider_payment_id or "", refund.provider_refund_id or ""
            self.shop.payments.refund_fails(reference, made_there)
            self.shop.tell(f"refunds {refund.id}", RefundsMoved(provider_id="stripe", provider_payment_id=reference))
            self.shop.run_jobs()

    @invariant()
    def a_difference_counts_as_given_back_when_it_was(self) -> None:
        for swap in self.shop.memory.swaps.values():
            ours = [r for r in self._order.refunds if r.note == f"swap {swap.id}"]
            given = sum(refund.amount for refund in ours if refund.state is RefundState.SUCCEEDED)
            whole = given == -(swap.difference_due or 0)
            if swap.payment_status == "difference_refunded":
                assert whole
            elif given:  # part of it, from one payment of several
                assert not whole
                assert swap.payment_status in ("awaiting", "requires_action")

    @invariant()
    def differences_are_given_back_once(self) -> None:
        for swap in self.shop.memory.swaps.values():
            given = [refund for refund in self._order.refunds if refund.note == f"swap {swap.id}" and refund.counts]
            assert sum(refund.amount for refund in given) <= max(0, -(swap.difference_due or 0))

    @invariant()
    def a_canceled_order_keeps_nothing(self) -> None:
        if self._order.status is OrderStatus.CANCELED:
            assert self._order.refundable_amount == 0


def stock_of(shop: PayingShop, variant_id: str) -> int:
    with shop.begin(SYSTEM, "test.look") as work:
        return work.offers.of([variant_id])[variant_id].inventory_quantity


TestExchangeMachine = ExchangeMachine.TestCase
TestExchangeMachine.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
