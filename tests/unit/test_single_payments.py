"""One payment is captured by itself: what its provider says, and what a lost answer leaves behind."""

from __future__ import annotations

import pytest

from adapters.memory.payments import Fault
from adapters.memory.providers import InMemoryPaymentProviders
from core.domain.actor import Actor, ActorKind, Role
from core.domain.order import Order, PaymentStatus
from core.domain.payment import (
    PaymentDeclined,
    PaymentNotCaptured,
    PaymentNotFound,
    PaymentProviderUnavailable,
    RefundExceedsCaptured,
    RefundReason,
)
from core.use_cases.payment.capture_one import CaptureOnePayment
from core.use_cases.payment.refund_one import RefundOnePayment
from core.use_cases.payment_collection.capture_collected import CaptureCollectedPayment
from tests.paying_shop import PRICE, PayingShop

ADMIN = Actor(kind=ActorKind.USER, id="usr_1", role=Role.ADMIN)


class Desk(PayingShop):
    """An order of which the provider holds the money."""

    def __init__(self) -> None:
        super().__init__(captures_at_once=False)
        self.buyer_pays()
        self.browser_completes()
        collected = CaptureCollectedPayment(self.begin, InMemoryPaymentProviders(self.payments), self.clock)
        self.capture_one = CaptureOnePayment(self.begin, self.capture, collected)
        self.refund_one = RefundOnePayment(self.begin, self.refund_payment)
        self.payment_id = self.order.payments[0].id

    @property
    def order(self) -> Order:
        (order,) = self.memory.orders.values()
        return order


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_definite_no_is_recorded_and_told(desk: Desk) -> None:
    desk.payments.plan("capture", Fault.DECLINE)

    with pytest.raises(PaymentDeclined):
        desk.capture_one(ADMIN, desk.payment_id)

    assert desk.order.payment_status is PaymentStatus.REQUIRES_ACTION
    assert desk.payments.taken == 0


@pytest.mark.parametrize("fault", [Fault.LOST_REQUEST, Fault.LOST_ANSWER])
def test_money_whose_capture_was_not_answered_is_taken_once(desk: Desk, fault: Fault) -> None:
    desk.payments.plan("capture", fault)

    with pytest.raises(PaymentProviderUnavailable):
        desk.capture_one(ADMIN, desk.payment_id)
    desk.capture_one(ADMIN, desk.payment_id)

    assert desk.payments.taken == PRICE
    assert desk.order.payment_status is PaymentStatus.CAPTURED


def test_a_capture_that_nobody_repeats_is_finished_by_reconciling(desk: Desk) -> None:
    desk.payments.plan("capture", Fault.LOST_ANSWER)
    with pytest.raises(PaymentProviderUnavailable):
        desk.capture_one(ADMIN, desk.payment_id)

    desk.calm_down()

    assert (desk.payments.taken, desk.order.payment_status) == (PRICE, PaymentStatus.CAPTURED)


def test_what_is_not_there_cannot_go_back(desk: Desk) -> None:
    with pytest.raises(PaymentNotCaptured):
        desk.refund_one(ADMIN, desk.payment_id, 1, RefundReason.OTHER)
    desk.capture_one(ADMIN, desk.payment_id)
    with pytest.raises(RefundExceedsCaptured):
        desk.refund_one(ADMIN, desk.payment_id, PRICE + 1, RefundReason.OTHER)
    with pytest.raises(PaymentNotFound):
        desk.capture_one(ADMIN, "pay_nobodys")
    with pytest.raises(PaymentNotFound):
        desk.refund_one(ADMIN, "pay_nobodys", 1, RefundReason.OTHER)

    desk.refund_one(ADMIN, desk.payment_id, PRICE, RefundReason.OTHER, "all of it")

    assert desk.order.payment_status is PaymentStatus.REFUNDED
    assert desk.order.refunds[0].note == "all of it"
