"""Keeping a swap in step with the refund of its difference.

The difference counts as given back when the provider has given it back, not when that was recorded.
"""

from core.domain.order import Order
from core.domain.payment import Refund, RefundReason, RefundState
from core.domain.swap import Swap
from ports.unit_of_work import UnitOfWork


def refunds_of(order: Order, swap: Swap) -> list[Refund]:
    """Those of its difference that are made, or on their way."""
    return [refund for refund in order.refunds if refund.counts and swap.gives_back(refund)]


def left_to_give_back(order: Order, swap: Swap) -> int:
    """Of the difference: neither given back nor on its way."""
    return -(swap.difference_due or 0) - sum(refund.amount for refund in refunds_of(order, swap))


def follow_refund(work: UnitOfWork, order: Order, refund: Refund) -> None:
    """Called in the transaction that records what became of a refund; the order is locked. Repeatable."""
    if refund.reason is not RefundReason.SWAP:
        return
    swap = next((swap for swap in work.swaps.of_order(order.id) if swap.gives_back(refund)), None)
    if swap is None or swap.canceled_at is not None:
        return
    if refund.state is RefundState.FAILED and left_to_give_back(order, swap) > 0:
        swap.could_not_give_back()
    elif _made(order, swap) >= -(swap.difference_due or 0):
        swap.gave_back()


def _made(order: Order, swap: Swap) -> int:
    return sum(refund.amount for refund in refunds_of(order, swap) if refund.state is RefundState.SUCCEEDED)
