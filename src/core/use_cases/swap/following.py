"""Keeping a swap in step with the payment of its difference, which is one of the order's."""

from core.domain.payment import Payment
from ports.unit_of_work import UnitOfWork


def follow_payment(work: UnitOfWork, payment: Payment) -> None:
    """Called in the transaction that records what the provider says of a payment; the order is locked."""
    if payment.swap_id is None:
        return
    swap = work.swaps.get(payment.swap_id)
    if payment.captured_at is not None:
        swap.captured()
    else:
        swap.capture_failed()
