"""Exchanging what was bought: a return, new goods, and a cart that settles the difference.

A swap is locked after its order. Rules: docs/returns.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from core.domain.errors import NotAllowed, NotFound
from core.domain.events import (
    Event,
    SwapCreated,
    SwapPaymentCaptured,
    SwapPaymentCaptureFailed,
    SwapPaymentCompleted,
    SwapRefundFailed,
    SwapRefundProcessed,
)
from core.domain.lines import ShippingMethod
from core.domain.order import (
    Fulfillment,
    FulfillmentStatus,
    Order,
    OrderCanceledAlready,
    OrderLine,
    OrderStatus,
    PaymentStatus,
)
from core.domain.payment import Refund, RefundReason
from core.domain.values import Address, Metadata


class SwapNotFound(NotFound):
    pass


class NotSwappable(NotAllowed):
    code = "NOT_SWAPPABLE"


class SwapClosed(NotAllowed):
    """Canceled, or what was to come back in exchange does not come back."""

    code = "SWAP_CLOSED"


class SwapNotCancelable(NotAllowed):
    """Something of it was sent, comes back, or was given back."""

    code = "SWAP_NOT_CANCELABLE"


class SwapFulfillmentStatus(StrEnum):
    NOT_FULFILLED = "not_fulfilled"
    FULFILLED = "fulfilled"
    SHIPPED = "shipped"
    PARTIALLY_SHIPPED = "partially_shipped"
    CANCELED = "canceled"
    REQUIRES_ACTION = "requires_action"


class SwapPaymentStatus(StrEnum):
    NOT_PAID = "not_paid"
    AWAITING = "awaiting"
    CAPTURED = "captured"
    CONFIRMED = "confirmed"
    CANCELED = "canceled"
    DIFFERENCE_REFUNDED = "difference_refunded"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"
    REQUIRES_ACTION = "requires_action"


REFUNDED = (
    SwapPaymentStatus.DIFFERENCE_REFUNDED,
    SwapPaymentStatus.PARTIALLY_REFUNDED,
    SwapPaymentStatus.REFUNDED,
)


@dataclass(slots=True, kw_only=True)
class Swap:
    """Aggregate root. difference_due: minor units, known once the cart was completed; negative when the
    shop owes the buyer. confirmed_at: when the buyer completed the cart. by_staff: who asked for it.

    The payment of a difference is one of the order's, marked with the swap's id.
    """

    id: str
    order_id: str
    cart_id: str | None = None
    fulfillment_status: SwapFulfillmentStatus = SwapFulfillmentStatus.NOT_FULFILLED
    payment_status: SwapPaymentStatus = SwapPaymentStatus.NOT_PAID
    additional_items: list[OrderLine] = field(default_factory=list)
    shipping_methods: list[ShippingMethod] = field(default_factory=list)
    fulfillments: list[Fulfillment] = field(default_factory=list)
    shipping_address: Address | None = None
    difference_due: int | None = None
    allow_backorder: bool = False
    by_staff: bool = False
    no_notification: bool | None = None
    metadata: Metadata | None = None
    confirmed_at: datetime | None = None
    canceled_at: datetime | None = None
    deleted_at: datetime | None = None
    version: int = 0
    events: list[Event] = field(default_factory=list, compare=False, repr=False)

    @property
    def stands(self) -> bool:
        """The buyer has completed it, and it was not called off."""
        return self.confirmed_at is not None and self.canceled_at is None

    @property
    def refund_note(self) -> str:
        """By which the refunds of its difference are known among those of its order."""
        return f"swap {self.id}"

    def gives_back(self, refund: Refund) -> bool:
        """Whether this refund is made because what the swap sends costs less."""
        return refund.reason is RefundReason.SWAP and refund.note == self.refund_note

    def settled(self, order: Order) -> bool:
        """Nothing is left to be paid for it. What the shop owes the buyer keeps nobody waiting."""
        if not self.stands:
            return False
        paid = any(payment.swap_id == self.id and payment.captured_at is not None for payment in order.payments)
        return paid or (self.difference_due or 0) <= 0

    def created(self) -> None:
        """Tell that it was asked for; called once."""
        self.events.append(SwapCreated(swap_id=self.id))

    def confirm(self, difference: int, now: datetime, *, captured: bool) -> None:
        """The buyer has completed its cart and, where there was something to pay, paid."""
        self.difference_due = difference
        self.confirmed_at = now
        if difference == 0:
            self.payment_status = SwapPaymentStatus.CONFIRMED
        else:
            self.payment_status = SwapPaymentStatus.CAPTURED if captured else SwapPaymentStatus.AWAITING
        self.events.append(SwapPaymentCompleted(swap_id=self.id))

    def captured(self) -> None:
        """The provider has taken its difference. Repeatable."""
        if self.payment_status in (SwapPaymentStatus.AWAITING, SwapPaymentStatus.REQUIRES_ACTION):
            self.payment_status = SwapPaymentStatus.CAPTURED
            self.events.append(SwapPaymentCaptured(swap_id=self.id))

    def capture_failed(self) -> None:
        if self.payment_status is SwapPaymentStatus.AWAITING:
            self.payment_status = SwapPaymentStatus.REQUIRES_ACTION
            self.events.append(SwapPaymentCaptureFailed(swap_id=self.id))

    def check_processable(self) -> bool:
        """Whether its difference is still to be settled. Raises NotAllowed before the buyer confirmed."""
        if self.canceled_at is not None:
            raise NotAllowed("Canceled swap cannot be processed")
        if self.confirmed_at is None:
            raise NotAllowed("Cannot process a swap that hasn't been confirmed by the customer")
        settled = (SwapPaymentStatus.CAPTURED, SwapPaymentStatus.DIFFERENCE_REFUNDED)
        return self.payment_status not in settled

    def gave_back(self) -> None:
        """The provider has given the difference back, or there is none. Repeatable."""
        if self.payment_status is SwapPaymentStatus.DIFFERENCE_REFUNDED:
            return
        self.payment_status = SwapPaymentStatus.DIFFERENCE_REFUNDED
        self.events.append(SwapRefundProcessed(swap_id=self.id))

    def could_not_give_back(self) -> None:
        """Also when the refund had gone through and came back. It is tried again when staff say so."""
        self.payment_status = SwapPaymentStatus.REQUIRES_ACTION
        self.events.append(SwapRefundFailed(swap_id=self.id))

    def hands_over(self, fulfillment: Fulfillment) -> bool:
        """Whether it is of downloads only, so that nothing is on its way anywhere."""
        digital = {line.id for line in self.additional_items if line.is_digital}
        return all(item.item_id in digital for item in fulfillment.items)

    def cancel(self, now: datetime) -> None:
        """It does not take place. Raises NotAllowed."""
        if self.payment_status in REFUNDED:
            raise SwapNotCancelable("Swap with a refund cannot be canceled")
        if any(one.canceled_at is None and not self.hands_over(one) for one in self.fulfillments):
            raise SwapNotCancelable("All fulfillments must be canceled before the swap can be canceled")
        if any(line.returning_quantity or line.returned_quantity for line in self.additional_items):
            raise SwapNotCancelable("What the swap sent comes back already; cancel that return or exchange before")
        self.payment_status = SwapPaymentStatus.CANCELED
        self.fulfillment_status = SwapFulfillmentStatus.CANCELED
        self.canceled_at = now


def check_swappable(order: Order) -> None:
    """Raises OrderCanceledAlready, NotSwappable unless the order was paid and something of it sent."""
    if order.status is OrderStatus.CANCELED:
        raise OrderCanceledAlready("A canceled order has nothing to swap")
    if order.payment_status not in (PaymentStatus.CAPTURED, PaymentStatus.PARTIALLY_REFUNDED) or not order.settled:
        raise NotSwappable("Cannot swap an order that has not been captured")
    if order.fulfillment_status in (FulfillmentStatus.NOT_FULFILLED, FulfillmentStatus.CANCELED):
        raise NotSwappable("Cannot swap an order that has not been fulfilled")
