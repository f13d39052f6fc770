"""Settle the difference of a swap: take it, or give it back."""

from core.domain.actor import SYSTEM, Actor
from core.domain.payment import PaymentDeclined, Refund, RefundReason, RefundState
from core.use_cases.order.capture_payment import CapturePayment
from core.use_cases.order.refund_intent import RefundRequest, intend_refund, settle_all
from core.use_cases.order.settle_refund import SettleRefund
from core.use_cases.replay import replayed
from core.use_cases.swap.giving_back import left_to_give_back, refunds_of
from core.use_cases.swap.lookup import of_order
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin


class ProcessSwapPayment:
    """Above zero its payment is captured, below zero the difference is refunded from what the order was
    paid with, by a recorded refund; the swap is ``difference_refunded`` once the provider has made it. What
    fails leaves the swap in ``requires_action``, and is tried again by calling again. Repeatable: a settled
    swap stays as it is.

    Raises OrderNotFound, SwapNotFound, NotAllowed unless the buyer confirmed; PaymentProviderUnavailable.
    Source: https://docs.medusajs.com/api/admin#orders_postordersorderswapsswapprocesspayment (v1).
    """

    def __init__(self, begin: Begin, capture: CapturePayment, settle: SettleRefund, clock: Clock, ids: Ids) -> None:
        self._begin = begin
        self._capture = capture
        self._settle = settle
        self._clock = clock
        self._ids = ids

    def __call__(self, actor: Actor, order_id: str, swap_id: str) -> None:
        with self._begin(SYSTEM, "swap.process_payment") as work:
            _, swap = of_order(work, order_id, swap_id)
            due = swap.check_processable()
            difference = swap.difference_due or 0
        if not due:
            return
        if difference > 0:
            self._capture(actor, order_id, swap_id)
            return
        try:
            settle_all(self._settle, order_id, self._give_back(actor, order_id, swap_id))
        except PaymentDeclined:
            return  # which the swap shows by now

    @replayed
    def _give_back(self, actor: Actor, order_id: str, swap_id: str) -> list[Refund]:
        """The refunds to be made: those that wait since an earlier call too."""
        with self._begin(actor, "swap.process_payment") as work:
            order, swap = of_order(work, order_id, swap_id)
            if not swap.check_processable():
                return []
            amount = left_to_give_back(order, swap)
            if amount > order.refundable_amount:
                swap.could_not_give_back()
            elif amount > 0:
                request = RefundRequest(amount=amount, reason=RefundReason.SWAP, note=swap.refund_note)
                intend_refund(work, order, request, self._clock, self._ids)
            elif not swap.difference_due:
                swap.gave_back()
            work.commit()
        return [refund for refund in refunds_of(order, swap) if refund.state is RefundState.PENDING]
