"""The order: what was sold, what was paid, what went back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import NewType

from core.domain.dispute import Dispute, DisputeState
from core.domain.errors import Conflict, Duplicate, HiddenFromCaller, Invalid, NotAllowed, NotFound
from core.domain.events import (
    Event,
    OrderPlaced,
    OrderRefunded,
    OrderRefundFailed,
    PaymentCaptured,
    PaymentCaptureFailed,
)
from core.domain.gift_card import CardUse, less_cards
from core.domain.lines import Line, ShippingMethod
from core.domain.payment import Payment, Refund, RefundExceedsCaptured, RefundState
from core.domain.totals import Totals, add_up
from core.domain.values import Address, Metadata

OrderId = NewType("OrderId", str)


class OrderNotFound(NotFound):
    pass


class OrderHidden(OrderNotFound, HiddenFromCaller):
    """A registered customer's order, asked for by anybody else."""


class OrderExists(Duplicate):
    """The cart has its order already."""


class OrderTransitionRefused(Conflict):
    code = "ORDER_TRANSITION_REFUSED"


class OrderCanceledAlready(NotAllowed):
    code = "ORDER_CANCELED"


class OrderStatus(StrEnum):
    PENDING = "pending"
    COMPLETED = "completed"
    ARCHIVED = "archived"
    CANCELED = "canceled"
    REQUIRES_ACTION = "requires_action"


class PaymentStatus(StrEnum):
    NOT_PAID = "not_paid"
    AWAITING = "awaiting"
    CAPTURED = "captured"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"
    CANCELED = "canceled"
    REQUIRES_ACTION = "requires_action"


class FulfillmentStatus(StrEnum):
    NOT_FULFILLED = "not_fulfilled"
    PARTIALLY_FULFILLED = "partially_fulfilled"
    FULFILLED = "fulfilled"
    PARTIALLY_SHIPPED = "partially_shipped"
    SHIPPED = "shipped"
    PARTIALLY_RETURNED = "partially_returned"
    RETURNED = "returned"
    CANCELED = "canceled"
    REQUIRES_ACTION = "requires_action"


NEXT: Mapping[OrderStatus, frozenset[OrderStatus]] = {
    OrderStatus.PENDING: frozenset({OrderStatus.COMPLETED, OrderStatus.CANCELED}),
    OrderStatus.COMPLETED: frozenset({OrderStatus.ARCHIVED, OrderStatus.CANCELED}),
    OrderStatus.ARCHIVED: frozenset(),
    OrderStatus.CANCELED: frozenset(),
    OrderStatus.REQUIRES_ACTION: frozenset(),
}


@dataclass(slots=True, kw_only=True)
class OrderLine(Line):
    """A line of an order; keeps its cart line's id. Quantities count units of ``quantity``.

    returning_quantity: units asked to be returned that have not come yet.
    """

    fulfilled_quantity: int | None = None
    shipped_quantity: int | None = None
    returned_quantity: int | None = None
    returning_quantity: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FulfillmentItem:
    id: str
    item_id: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackingLink:
    id: str
    tracking_number: str
    url: str | None = None
    metadata: Metadata | None = None


@dataclass(slots=True, kw_only=True)
class Fulfillment:
    id: str
    provider_id: str
    items: tuple[FulfillmentItem, ...]
    tracking_links: tuple[TrackingLink, ...] = ()
    data: Metadata = field(default_factory=dict)
    no_notification: bool | None = None
    shipped_at: datetime | None = None
    canceled_at: datetime | None = None
    metadata: Metadata | None = None


@dataclass(slots=True, kw_only=True)
class Order:
    """Aggregate root. Money statuses are derived from payments and refunds.

    display_id: the number people read, counted from 1. A refund counts once, whoever tells it first.
    return_action_required: something came back that could not be refunded by itself.
    """

    id: OrderId
    display_id: int
    cart_id: str | None
    customer_id: str
    email: str
    region_id: str
    currency_code: str
    sales_channel_id: str | None = None
    status: OrderStatus = OrderStatus.PENDING
    items: list[OrderLine] = field(default_factory=list)
    shipping_methods: list[ShippingMethod] = field(default_factory=list)
    discount_ids: tuple[str, ...] = ()
    shipping_address: Address | None = None
    billing_address: Address | None = None
    payments: list[Payment] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    fulfillments: list[Fulfillment] = field(default_factory=list)
    disputes: list[Dispute] = field(default_factory=list)
    return_action_required: bool = False
    totals: Totals = field(default_factory=Totals)
    capture_error: str | None = None
    external_id: str | None = None
    no_notification: bool | None = None
    metadata: Metadata | None = None
    placed_at: datetime
    canceled_at: datetime | None = None
    version: int = 0
    events: list[Event] = field(default_factory=list, compare=False, repr=False)

    def __post_init__(self) -> None:
        if not self.items:
            raise Invalid("an order needs at least one line")

    def placed(self) -> None:
        """Tell that it was placed; called once, by the completion that created it."""
        self.events.append(OrderPlaced(order_id=self.id))

    def recompute(self) -> None:
        """Store the totals as they follow from lines and shipping methods, tax included."""
        lines = [item.recompute() for item in self.items]
        whole = add_up(lines, [method.recompute() for method in self.shipping_methods])
        self.totals = less_paid_tax(whole, self.totals)

    def pay_with_cards(self, uses: Iterable[CardUse]) -> None:
        """Part of the order is paid by gift cards; called once, by the completion that takes it from them."""
        whole = add_up([item.totals() for item in self.items], [m.totals() for m in self.shipping_methods])
        self.totals = less_paid_tax(whole, less_cards(whole, uses))

    # What was paid and given back

    @property
    def paid_total(self) -> int:
        """Medusa's: all payments that stand, captured or not."""
        return sum(payment.amount for payment in self.payments if payment.canceled_at is None)

    @property
    def captured_total(self) -> int:
        return sum(payment.amount for payment in self.payments if payment.captured_at is not None)

    @property
    def refunded_total(self) -> int:
        return sum(refund.amount for refund in self.refunds if refund.state is RefundState.SUCCEEDED)

    @property
    def refundable_amount(self) -> int:
        """Captured and neither given back nor promised."""
        return self.captured_total - sum(refund.amount for refund in self.refunds if refund.counts)

    @property
    def settled(self) -> bool:
        """Paid for: what was captured covers the total, without what swaps were paid with. An order that
        costs nothing is settled."""
        captured = (payment.amount for payment in self._own_payments if payment.captured_at is not None)
        return sum(captured) >= self.totals.total

    @property
    def _own_payments(self) -> list[Payment]:
        """Those for the order itself; the others pay for the differences of its swaps."""
        return [payment for payment in self.payments if payment.swap_id is None]

    @property
    def fully_refunded(self) -> bool:
        return self.captured_total > 0 and self.refunded_total >= self.captured_total

    @property
    def dispute_state(self) -> DisputeState | None:
        """What the disputes together mean for the buyer's access: lost once one is lost, else open while
        one is open; None when nothing stands against it."""
        states = {dispute.state for dispute in self.disputes}
        return next((state for state in (DisputeState.LOST, DisputeState.OPEN) if state in states), None)

    @property
    def payment_status(self) -> PaymentStatus:
        if self.status is OrderStatus.CANCELED:
            return PaymentStatus.CANCELED
        if self.fully_refunded:
            return PaymentStatus.REFUNDED
        if self.refunded_total:
            return PaymentStatus.PARTIALLY_REFUNDED
        if self.capture_error is not None:
            return PaymentStatus.REQUIRES_ACTION
        if self.settled and (self.totals.total or not self._own_payments):
            return PaymentStatus.CAPTURED
        return PaymentStatus.AWAITING

    @property
    def fulfillment_status(self) -> FulfillmentStatus:
        if self.status is OrderStatus.CANCELED:
            return FulfillmentStatus.CANCELED
        if self.return_action_required:
            return FulfillmentStatus.REQUIRES_ACTION
        ordered = sum(item.quantity for item in self.items)
        returned = sum(item.returned_quantity or 0 for item in self.items)
        shipped = sum(item.shipped_quantity or 0 for item in self.items)
        fulfilled = sum(item.fulfilled_quantity or 0 for item in self.items)
        for done, whole, part in (
            (returned, FulfillmentStatus.RETURNED, FulfillmentStatus.PARTIALLY_RETURNED),
            (shipped, FulfillmentStatus.SHIPPED, FulfillmentStatus.PARTIALLY_SHIPPED),
            (fulfilled, FulfillmentStatus.FULFILLED, FulfillmentStatus.PARTIALLY_FULFILLED),
        ):
            if done:
                return whole if done >= ordered else part
        called_off = any(fulfillment.canceled_at is not None for fulfillment in self.fulfillments)
        return FulfillmentStatus.CANCELED if called_off else FulfillmentStatus.NOT_FULFILLED

    @property
    def digital_lines(self) -> list[OrderLine]:
        return [item for item in self.items if item.is_digital]

    def find_line(self, id: str) -> OrderLine | None:
        """None: an edit took the line off the order, and what it had granted still names it."""
        return next((item for item in self.items if item.id == id), None)

    def line(self, id: str) -> OrderLine:
        line = self.find_line(id)
        if line is not None:
            return line
        raise NotFound(f"the order has no line {id}")

    def payment(self, id: str) -> Payment:
        for payment in self.payments:
            if payment.id == id:
                return payment
        raise NotFound(f"the order has no payment {id}")

    def refunded_quantity(self, item_id: str, *, promised: bool = False) -> int:
        """Units of a line given back; ``promised`` counts refunds still on their way too."""
        return sum(
            line.quantity
            for refund in self.refunds
            if (refund.counts if promised else refund.state is RefundState.SUCCEEDED)
            for line in refund.items
            if line.item_id == item_id
        )

    # Capturing

    def begin_capture(
        self, now: datetime, swap_id: str | None = None, payment_id: str | None = None
    ) -> list[Payment]:
        """Record the intent; the payments the provider must be asked to capture. swap_id: those of it only;
        payment_id: this one alone."""
        if self.status is OrderStatus.CANCELED:
            raise OrderCanceledAlready("A canceled order cannot be captured")
        open_payments = [p for p in self.payments if p.captured_at is None and p.canceled_at is None]
        if swap_id is not None:
            open_payments = [p for p in open_payments if p.swap_id == swap_id]
        if payment_id is not None:
            open_payments = [p for p in open_payments if p.id == payment_id]
        for payment in open_payments:
            payment.capture_requested_at = payment.capture_requested_at or now
        return open_payments

    def captured(self, payment_id: str, now: datetime, data: Metadata | None = None) -> None:
        """The provider has taken the money. Repeatable. data: what it says of the payment now."""
        payment = self.payment(payment_id)
        if payment.captured_at is not None:
            return
        payment.captured_at = now
        if data is not None:
            payment.data = dict(data)
        if payment.swap_id is not None:
            return  # the swap tells it
        self.capture_error = None
        if self.settled:
            self.events.append(PaymentCaptured(order_id=self.id))

    def capture_failed(self, payment_id: str, error: str) -> None:
        payment = self.payment(payment_id)
        if payment.captured_at is not None:
            return
        if payment.swap_id is not None:
            payment.capture_requested_at = None  # asked again when somebody says so
            return
        self.capture_error = error
        self.events.append(PaymentCaptureFailed(order_id=self.id, payment_id=payment_id, error=error))

    # Refunding

    def left_of(self, payment: Payment) -> int:
        """What can still be given back of it."""
        held = sum(r.amount for r in self.refunds if r.payment_id == payment.id and r.counts)
        return payment.amount - held if payment.captured_at is not None else 0

    def allot_refund(self, amount: int, payment_id: str | None = None) -> list[tuple[Payment, int]]:
        """Which payments give how much, in the order they were made; payment_id: this one alone."""
        shares: list[tuple[Payment, int]] = []
        for payment in self.payments:
            part = min(amount, self.left_of(payment))
            if part > 0 and payment_id in (None, payment.id):
                shares.append((payment, part))
                amount -= part
        return shares

    def intend_refund(self, refund: Refund) -> None:
        """Record that this refund is to be made, having checked it (``core.domain.refunding``). It holds its
        money back from now on."""
        self.refunds.append(refund)

    def settle_refund(self, refund_id: str, provider_refund_id: str | None, now: datetime) -> None:
        """The provider has given the money back. Repeatable: it counts once. A refund that failed at the
        provider never succeeds again; who says so has looked earlier."""
        refund = self._refund(refund_id)
        if refund.state is RefundState.FAILED and refund.provider_refund_id == provider_refund_id is not None:
            return
        if refund.state is RefundState.SUCCEEDED:
            refund.provider_refund_id = refund.provider_refund_id or provider_refund_id
            return
        refund.state = RefundState.SUCCEEDED
        refund.provider_refund_id = provider_refund_id
        refund.settled_at = now
        self.payment(refund.payment_id).amount_refunded += refund.amount
        self.events.append(OrderRefunded(order_id=self.id, refund_id=refund.id))

    def fail_refund(self, refund_id: str, provider_refund_id: str | None = None) -> None:
        """The provider will not, or the money came back; it can be refunded again. Repeatable."""
        refund = self._refund(refund_id)
        if refund.state is RefundState.SUCCEEDED:
            if refund.provider_refund_id != provider_refund_id:
                return  # another try of it failed; the one that counts went through
            self.payment(refund.payment_id).amount_refunded -= refund.amount
            self.events.append(OrderRefundFailed(order_id=self.id, refund_id=refund.id))
        refund.state = RefundState.FAILED
        refund.provider_refund_id = refund.provider_refund_id or provider_refund_id

    def record_external_refund(self, refund: Refund) -> None:
        """A refund made at the provider by hand. Raises RefundExceedsCaptured when the books cannot
        hold it, which a person has to look into."""
        if refund.counts and refund.amount > self.captured_total - self.refunded_total:
            raise RefundExceedsCaptured("the provider reports more money refunded than was captured")
        self.refunds.append(refund)

    def find_refund(self, ours: str | None, provider_refund_id: str) -> Refund | None:
        """A refund by our id first, then by the provider's."""
        for refund in self.refunds:
            if (ours is not None and refund.id == ours) or refund.provider_refund_id == provider_refund_id:
                return refund
        return None

    def dispute(self, provider_dispute_id: str) -> Dispute | None:
        """A dispute by the provider's id."""
        return next((it for it in self.disputes if it.provider_dispute_id == provider_dispute_id), None)

    def _refund(self, id: str) -> Refund:
        for refund in self.refunds:
            if refund.id == id:
                return refund
        raise NotFound(f"the order has no refund {id}")

    def move_to(self, status: OrderStatus) -> None:
        if status not in NEXT[self.status]:
            raise OrderTransitionRefused(f"a {self.status} order cannot become {status}")
        self.status = status


def less_paid_tax(whole: Totals, paid: Totals) -> Totals:
    """An order's totals: those of the whole, less what gift cards paid. Unlike a cart's, its tax_total
    is without the tax that was paid when the cards were bought, as in Medusa."""
    return replace(
        whole,
        gift_card_total=paid.gift_card_total,
        gift_card_tax_total=paid.gift_card_tax_total,
        tax_total=whole.tax_total - paid.gift_card_tax_total,
        total=whole.total - paid.gift_card_total - paid.gift_card_tax_total,
    )
