"""Keeping a swap in step with the payment of its difference, which is one of the order's."""

from core.domain.order import Order
from core.domain.payment import Payment, Refund, RefundReason
from core.domain.swap import Swap
from core.use_cases.order.refund_intent import RefundRequest, intend_refund
from ports.clock import Clock, Ids
from ports.unit_of_work import UnitOfWork


def follow_payment(work: UnitOfWork, order: Order, payment: Payment, clock: Clock, ids: Ids) -> list[Refund]:
    """Called in the transaction that records what the provider says of a payment; the order is locked.

    What was taken for a swap that is canceled by then is owed back: answers these refunds.
    """
    if payment.swap_id is None:
        return []
    swap = work.swaps.get(payment.swap_id)
    if payment.captured_at is not None:
        swap.captured()
        return owe_swap_back(work, order, swap, payment, clock, ids)
    swap.capture_failed()
    return []


def owe_swap_back(
    work: UnitOfWork, order: Order, swap: Swap, payment: Payment, clock: Clock, ids: Ids
) -> list[Refund]:
    """Record the refund of what a canceled swap was paid with, once. The caller commits."""
    note = f"swap {swap.id} canceled"
    done = any(refund.note == note and refund.counts for refund in order.refunds)
    amount = min(payment.amount, order.refundable_amount)
    if swap.canceled_at is None or payment.captured_at is None or done or amount <= 0:
        return []
    request = RefundRequest(amount=amount, reason=RefundReason.SWAP, note=note)
    return intend_refund(work, order, request, clock, ids, of_canceled=True)
