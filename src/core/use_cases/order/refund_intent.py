"""Recording that money is to be given back, and having it done: what refunds of every origin share."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.domain.actor import SYSTEM
from core.domain.order import Order, OrderStatus
from core.domain.payment import Refund, RefundLine, RefundReason
from core.domain.purchase import Purchase
from core.domain.refunding import check_payment_refund, check_refund
from core.use_cases.gift_card.issuing import check_cards_unused
from core.use_cases.order.settle_refund import SettleRefund
from core.use_cases.replay import LEFT_TO_JOBS
from core.use_cases.swap.lookup import credited_in_exchange, purchase_of
from ports.clock import Clock, Ids
from ports.unit_of_work import UnitOfWork

SETTLE_REFUND = "settle_refund"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRequest:
    """amount: minor units. items: (line id, quantity) pairs the money is for; only those lines lose
    what they granted. Without items nothing is lost until everything paid has been given back.
    payment_id: the payment it is taken from; without it as many as it takes, the oldest first."""

    amount: int
    reason: RefundReason = RefundReason.OTHER
    note: str | None = None
    items: tuple[tuple[str, int], ...] = ()
    payment_id: str | None = None


def intend_refund(
    work: UnitOfWork, order: Order, request: RefundRequest, clock: Clock, ids: Ids, *, of_canceled: bool = False
) -> list[Refund]:
    """Record it on the order, one refund per payment it is taken from, each with the job that makes it.

    The recorded refunds hold their money back at once, so parallel ones never exceed what was captured.
    Raises OrderCanceledAlready, Invalid, RefundExceedsCaptured, PaymentNotCaptured. The caller commits.
    """
    lines = tuple(
        RefundLine(id=ids.new("refi"), item_id=item_id, quantity=quantity) for item_id, quantity in request.items
    )
    if request.payment_id is not None:
        check_payment_refund(order, request.payment_id, request.amount)
    bought = purchase_of(work, order) if lines else Purchase(order)
    exchanged = credited_in_exchange(work, bought) if lines else {}
    check_refund(bought, request.amount, lines, exchanged=exchanged, of_canceled=of_canceled)
    check_cards_unused(work, order, lines)
    refunds: list[Refund] = []
    for payment, part in order.allot_refund(request.amount, request.payment_id):
        refund = Refund(
            id=ids.new("ref"),
            payment_id=payment.id,
            amount=part,
            reason=request.reason,
            note=request.note,
            items=() if refunds else lines,
            created_at=clock.now(),
        )
        order.intend_refund(refund)
        refunds.append(refund)
    for refund in refunds:
        work.schedule(
            SETTLE_REFUND,
            {"order_id": order.id, "refund_id": refund.id},
            dedupe_key=f"{SETTLE_REFUND}:{refund.id}",
            at=clock.now(),
        )
    return refunds


def owe_back(work: UnitOfWork, order: Order, clock: Clock, ids: Ids) -> list[Refund]:
    """All that a canceled order still holds; nothing where it holds nothing. The caller commits."""
    if order.status is not OrderStatus.CANCELED or order.refundable_amount <= 0:
        return []
    request = RefundRequest(amount=order.refundable_amount, note="order canceled")
    return intend_refund(work, order, request, clock, ids, of_canceled=True)


def settle_all(settle: SettleRefund, order_id: str, refunds: Sequence[Refund]) -> None:
    """Have the provider make them now, after the commit that recorded them. Raises PaymentDeclined."""
    for refund in refunds:
        try:
            settle(SYSTEM, order_id, refund.id)
        except LEFT_TO_JOBS:
            continue  # the recorded refund is pending, and its job makes it or notes that it was made
