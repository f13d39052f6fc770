"""Orders, returns, swaps, refunds and cancellations in any order, through the use cases, in memory.

Goods and downloads, of an order and of what its swaps sent. The payment provider keeps its own books, the
machine counts what it has seen come and go, and who has access to what follows from these records alone:
nothing of the code under test decides it.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from adapters.memory.payments import Fault
from adapters.memory.providers import (
    InMemoryFulfillment,
    InMemoryFulfillmentProviders,
    InMemoryTaxProviders,
)
from core.domain.actor import ANONYMOUS, SYSTEM, Actor, ActorKind
from core.domain.download import DownloadSession, DownloadState, Entitlement
from core.domain.money import Money
from core.domain.order import Order, OrderId, OrderLine, OrderStatus
from core.domain.payment import Payment, PaymentMoved, RefundsMoved, RefundState
from core.domain.pricing import MoneyAmount
from core.domain.product import Product, ProductId, ProductStatus, Variant, VariantId
from core.domain.returns import ReturnStatus, Wanted
from core.domain.shop import ShippingOption
from core.domain.swap import Swap
from core.domain.values import Address
from core.use_cases.cart.choose_shipping import ChooseShipping
from core.use_cases.download.granting import grant_downloads
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
from tests.machines.sale import a_file
from tests.paying_shop import POLICY, PayingShop, tolerantly

ADMIN = Actor(kind=ActorKind.USER, id="usr_1")
GOODS = {"shirt": 1_000, "hat": 1_500, "cap": 600}
DOWNLOADS = {"font": 700, "icon": 300}
PRICES = GOODS | DOWNLOADS
COUNTED = [*GOODS, "font"]
"""Of an icon there is no end."""
STOCK = 4
WAYS = st.sampled_from(["browser", "webhook", "both", "later"])
BOUGHT = {"shirt": 3, "font": 2}
kinds = st.sampled_from(sorted(PRICES))
numbers = st.integers(0, 5)


class ExchangeShop(PayingShop):
    """Three kinds of goods, two of downloads, and an order of three shirts and two fonts that was paid and
    handed over."""

    def __init__(self, *, captures_at_once: bool = True) -> None:
        super().__init__(captures_at_once=captures_at_once)
        begin, clock, ids = self.begin, self.clock, self.ids
        taxes, fulfillments = InMemoryTaxProviders(), InMemoryFulfillmentProviders(InMemoryFulfillment())
        send = SendReturn(begin, fulfillments)
        self.choose = ChooseShipping(begin, fulfillments, self.pricing, self.sync, ids)
        self.request_return = RequestReturn(begin, taxes, send, clock, ids)
        self.receive_return = ReceiveReturn(begin, self.settle_refund, clock, ids)
        self.cancel_return = CancelReturn(begin, clock, ids, POLICY)
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
            for name, price in PRICES.items():
                variant = Variant(
                    id=VariantId(name),
                    title=name,
                    requires_shipping=name in GOODS,
                    manage_inventory=name in COUNTED,
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
        with self.begin(SYSTEM, "test.files") as work:
            for name in DOWNLOADS:
                work.files.add(a_file(f"pfile_{name}", f"prod_{name}"))
            work.commit()

    def _order(self) -> str:
        total = sum(PRICES[name] * quantity for name, quantity in BOUGHT.items())
        told = self.payments.initiate(Money(total, "eur"), {}, idempotency_key="order")
        self.payments.buyer_acts(told.reference)
        if not self.payments.accounts[told.reference].captured:
            self.payments.capture({"id": told.reference}, Money(total, "eur"), idempotency_key="order:capture")
        lines = [
            OrderLine(
                id=f"item_{place}",
                title=name,
                variant_id=name,
                product_id=f"prod_{name}",
                requires_shipping=name in GOODS,
                unit_price=PRICES[name],
                quantity=quantity,
                fulfilled_quantity=quantity if name in GOODS else None,
            )
            for place, (name, quantity) in enumerate(BOUGHT.items(), 1)
        ]
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
                items=lines,
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
            grant_downloads(work, order, POLICY, self.clock.now(), self.ids)
            work.commit()
        return order.id

    def swap(self, back: int, *wanted: str, quantity: int = 1, item: str = "item_1", actor: Actor = ANONYMOUS) -> str:
        """item: what comes back, several with blanks between."""
        items = tuple(Wanted(item_id=one, quantity=back) for one in item.split())
        additional = tuple((name, quantity) for name in wanted)
        return self.request_swap(actor, NewSwap(order_id=self.order_id, items=items, additional=additional))

    def pay(self, swap: Swap) -> str | None:
        """The buyer does everything but come back; the payment's reference, if there is something to pay."""
        cart_id = swap.cart_id or ""
        if any(line.requires_shipping for line in swap.additional_items):
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


def stock_of(shop: PayingShop, variant_id: str) -> int:
    with shop.begin(SYSTEM, "test.look") as work:
        return work.offers.of([variant_id])[variant_id].inventory_quantity


class ExchangeMachine(RuleBasedStateMachine):
    captures_at_once = True

    def __init__(self) -> None:
        super().__init__()
        self.shop = ExchangeShop(captures_at_once=self.captures_at_once)
        self.confirmed: set[str] = set()
        self.came: Counter[str] = Counter()  # units of goods by line
        self.used: set[str] = set()  # lines of which a link was handed out

    @property
    def _order(self) -> Order:
        return self.shop.memory.orders["order_1"]  # type: ignore[index]

    @property
    def _swaps(self) -> list[Swap]:
        return sorted(self.shop.memory.swaps.values(), key=lambda swap: swap.id)

    def _swap(self, number: int) -> Swap | None:
        return self._swaps[number % len(self._swaps)] if self._swaps else None

    @property
    def _lines(self) -> list[tuple[OrderLine, Swap | None]]:
        sent = [(line, swap) for swap in self._swaps for line in swap.additional_items]
        return [*((line, None) for line in self._order.items), *sent]

    def _line(self, number: int) -> OrderLine:
        return self._lines[number % len(self._lines)][0]

    # What happens

    @initialize(
        back=st.integers(1, 2), item=st.sampled_from(["item_1", "item_2", "item_1 item_2"]), wanted=kinds, how=WAYS
    )
    def exchange_something(self, back: int, item: str, wanted: str, how: str) -> None:
        tolerantly(lambda: self.shop.swap(back, wanted, item=item))
        self.pay_and_complete(0, how)

    @rule(
        number=numbers,
        back=st.integers(1, 3),
        wanted=st.lists(kinds, min_size=1, max_size=2, unique=True),
        quantity=st.integers(1, 3),
        actor=st.sampled_from([ANONYMOUS, ADMIN]),
    )
    def ask_for_a_swap(self, number: int, back: int, wanted: list[str], quantity: int, actor: Actor) -> None:
        item = self._line(number).id
        tolerantly(lambda: self.shop.swap(back, *wanted, quantity=quantity, item=item, actor=actor))

    @rule(number=numbers, quantity=st.integers(1, 3))
    def ask_for_a_return(self, number: int, quantity: int) -> None:
        items = (Wanted(item_id=self._line(number).id, quantity=quantity),)
        tolerantly(lambda: self.shop.request_return(ANONYMOUS, NewReturn(order_id="order_1", items=items)))

    @rule(number=numbers, how=WAYS)
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

    @rule(number=numbers)
    def receive_a_return(self, number: int) -> None:
        returns = sorted(self.shop.memory.returns.values(), key=lambda one: one.id)
        if not returns:
            return
        returned = returns[number % len(returns)]
        before = returned.status
        items = tuple((item.item_id, item.requested_quantity or 0) for item in returned.items)
        tolerantly(lambda: self.shop.receive_return(ADMIN, returned.id, Receipt(items=items)))
        after = self.shop.memory.returns[returned.id].status
        if before != after:
            goods = {line.id for line, _ in self._lines if line.title in GOODS}
            self.came.update({item: quantity for item, quantity in items if item in goods})

    @rule(number=numbers)
    def cancel_a_return(self, number: int) -> None:
        returns = sorted(self.shop.memory.returns)
        if returns:
            tolerantly(lambda: self.shop.cancel_return(ADMIN, returns[number % len(returns)]))

    @rule(number=numbers, verb=st.sampled_from(["process", "cancel", "call off"]))
    def see_a_swap_to_its_end(self, number: int, verb: str) -> None:
        swap = self._swap(number)
        if swap is None:
            return
        if verb == "call off":
            for returned in list(self.shop.memory.returns.values()):
                if returned.swap_id == swap.id:
                    tolerantly(lambda returned=returned: self.shop.cancel_return(ADMIN, returned.id))  # type: ignore[misc]
        use_case = self.shop.process_swap if verb == "process" else self.shop.cancel_swap
        for _ in range(2):  # whoever presses a button twice
            tolerantly(lambda: use_case(ADMIN, "order_1", swap.id))

    @rule(number=numbers)
    def use_a_download(self, number: int) -> None:
        held = sorted(self.shop.memory.downloads.values(), key=lambda one: one.id)
        one = held[number % len(held)]
        now = self.shop.clock.now()
        if one.status(now) == "granted":
            session = DownloadSession(
                id=self.shop.ids.new("dls"), download_id=one.id, opened_at=now, expires_at=now + timedelta(hours=1)
            )
            with self.shop.begin(SYSTEM, "test.use") as work:
                work.downloads.open_session(session)
                work.commit()
            self.used.add(one.line_item_id)

    @rule(amount=st.integers(1, 3_000))
    def refund(self, amount: int) -> None:
        tolerantly(lambda: self.shop.refund_payment(ADMIN, "order_1", RefundRequest(amount=amount)))

    @rule(number=numbers, quantity=st.integers(1, 2))
    def refund_a_line(self, number: int, quantity: int) -> None:
        line = self._line(number)
        request = RefundRequest(amount=line.unit_price * quantity, items=((line.id, quantity),))
        tolerantly(lambda: self.shop.refund_payment(ADMIN, "order_1", request))

    @rule(chance=st.integers(0, 5))
    def cancel_the_order(self, chance: int) -> None:
        if chance == 0:  # little happens afterwards
            tolerantly(lambda: self.shop.cancel_order(ADMIN, "order_1"))

    @rule()
    def time_passes(self) -> None:
        self.shop.wait(minutes=2)
        self.shop.reconcile()
        self.shop.run_jobs()
        for swap in self._swaps:
            if self._standing(swap) and any(line.title in DOWNLOADS for line in swap.additional_items):
                assert self._paid_for(swap), "what is to be downloaded waits for nobody"

    @rule(fault=st.sampled_from([Fault.DECLINE, Fault.LOST_REQUEST]))
    def the_provider_will_not_refund_next(self, fault: Fault) -> None:
        self.shop.payments.plan("refund", fault)

    @rule(number=numbers)
    def a_refund_comes_back(self, number: int) -> None:
        made = [refund for refund in self._order.refunds if refund.state is RefundState.SUCCEEDED]
        if made:
            refund = made[number % len(made)]
            payment = self._order.payment(refund.payment_id)
            reference, made_there = payment.provider_payment_id or "", refund.provider_refund_id or ""
            self.shop.payments.refund_fails(reference, made_there)
            self.shop.tell(f"refunds {refund.id}", RefundsMoved(provider_id="stripe", provider_payment_id=reference))
            self.shop.run_jobs()

    # What follows from the records of it

    @staticmethod
    def _standing(swap: Swap) -> bool:
        return swap.confirmed_at is not None and swap.canceled_at is None

    def _paid_for(self, swap: Swap) -> bool:
        paid = [payment for payment in self._order.payments if payment.swap_id == swap.id]
        return not paid or paid[0].captured_at is not None

    def _given(self, line: OrderLine) -> int:
        """Units of a download that were given in exchange."""
        units = 0
        for returned in self.shop.memory.returns.values():
            swap = self.shop.memory.swaps.get(returned.swap_id or "")
            over = returned.status is ReturnStatus.RECEIVED or (swap is not None and swap.confirmed_at is not None)
            if over and returned.status is not ReturnStatus.CANCELED:
                units += sum(item.requested_quantity or 0 for item in returned.items if item.item_id == line.id)
        return units

    def _back(self, line: OrderLine) -> int:
        return self.came[line.id] if line.title in GOODS else self._given(line)

    def _deserved(self, line: OrderLine, swap: Swap | None) -> int:
        """Units of it that the buyer may download."""
        order = self._order
        if order.status is OrderStatus.CANCELED:
            return 0
        made = [refund for refund in order.refunds if refund.state is RefundState.SUCCEEDED]
        captured = sum(payment.amount for payment in order.payments if payment.captured_at is not None)
        if sum(refund.amount for refund in made) == captured and {refund.reason for refund in made} - {"swap"}:
            last = max(enumerate(made), key=lambda one: (one[1].settled_at or one[1].created_at, one[0]))[1]
            if last.reason != "swap" or (last.note or "").endswith("canceled"):
                return 0  # else the lower price of an exchange was the last of it, which ends nothing
        if swap is not None and not (self._standing(swap) and self._paid_for(swap)):
            return 0
        refunded = sum(part.quantity for refund in made for part in refund.items if part.item_id == line.id)
        return max(0, line.quantity - refunded - self._given(line))

    # What has to hold

    @invariant()
    def who_has_paid_has_access_and_nobody_else(self) -> None:
        held: dict[str, list[Entitlement]] = {}
        for one in self.shop.memory.downloads.values():
            held.setdefault(one.line_item_id, []).append(one)
        for line, swap in self._lines:
            if line.title in GOODS:
                assert line.id not in held
                continue
            granted = held.get(line.id, [])
            assert len(granted) <= 1
            open_units = sum(one.quantity for one in granted if one.state is DownloadState.GRANTED)
            assert open_units == self._deserved(line, swap), (line.id, line.title)

    @invariant()
    def nothing_is_returned_twice(self) -> None:
        for line, _ in self._lines:
            assert line.returning_quantity >= 0
            assert (line.returned_quantity or 0) + line.returning_quantity <= line.quantity
            assert (line.returned_quantity or 0) == self._back(line)

    @invariant()
    def a_buyer_alone_gives_no_download_that_was_used(self) -> None:
        for returned in self.shop.memory.returns.values():
            swap = self.shop.memory.swaps.get(returned.swap_id or "")
            if swap is None or swap.by_staff or swap.id in self.confirmed or swap.confirmed_at is None:
                continue
            assert not any(item.item_id in self.used for item in returned.items)

    @invariant()
    def refunds_stay_within_what_was_captured(self) -> None:
        order = self._order
        held = sum(refund.amount for refund in order.refunds if refund.counts)
        assert held <= order.captured_total
        for payment in order.payments:
            account = self.shop.payments.accounts[payment.provider_payment_id or ""]
            assert account.refunded == payment.amount_refunded <= account.captured
        assert self.shop.payments.taken >= 0

    @invariant()
    def a_swap_is_completed_once(self) -> None:
        confirmed = {swap.id for swap in self._swaps if swap.confirmed_at is not None}
        assert self.confirmed <= confirmed
        self.confirmed = confirmed
        for swap in self._swaps:
            paid = [payment for payment in self._order.payments if payment.swap_id == swap.id]
            assert len(paid) == (1 if swap.id in confirmed and (swap.difference_due or 0) > 0 else 0)
            cart = self.shop.memory.carts[swap.cart_id]  # type: ignore[index]
            assert (cart.completed_at is not None) == (swap.id in confirmed)

    @invariant()
    def stock_is_what_came_and_went(self) -> None:
        canceled = self._order.status is OrderStatus.CANCELED
        expected = Counter(dict.fromkeys(COUNTED, STOCK))
        for line, swap in self._lines:
            if swap is not None and not self._standing(swap):
                continue
            expected[line.title] += self._back(line)
            if swap is not None:
                expected[line.title] -= line.quantity
            elif canceled:
                expected[line.title] += line.quantity
        assert {name: stock_of(self.shop, name) for name in COUNTED} == {name: expected[name] for name in COUNTED}

    @invariant()
    def a_swap_of_downloads_is_fulfilled_when_it_is_paid(self) -> None:
        for swap in self._swaps:
            if self._standing(swap) and all(line.title in DOWNLOADS for line in swap.additional_items):
                whole = all((line.fulfilled_quantity or 0) == line.quantity for line in swap.additional_items)
                assert whole == (swap.fulfillment_status == "fulfilled")
                if swap.fulfillment_status == "fulfilled":
                    assert self._paid_for(swap)

    @invariant()
    def a_difference_counts_as_given_back_when_it_was(self) -> None:
        for swap in self._swaps:
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
        for swap in self._swaps:
            given = [refund for refund in self._order.refunds if refund.note == f"swap {swap.id}" and refund.counts]
            assert sum(refund.amount for refund in given) <= max(0, -(swap.difference_due or 0))

    @invariant()
    def a_canceled_order_keeps_nothing(self) -> None:
        if self._order.status is OrderStatus.CANCELED:
            failed = sum(refund.amount for refund in self._order.refunds if refund.state is RefundState.FAILED)
            assert self._order.refundable_amount <= failed  # staff cancel again, which tries those anew


class LateCapturesMachine(ExchangeMachine):
    """The provider authorises; somebody has to capture."""

    captures_at_once = False
