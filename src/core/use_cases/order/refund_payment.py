"""Give money back on an admin's word."""

from core.domain.actor import Actor
from core.domain.payment import Refund
from core.use_cases.order.refund_intent import SETTLE_REFUND, RefundRequest, intend_refund, settle_all
from core.use_cases.order.settle_refund import SettleRefund
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin

__all__ = ["SETTLE_REFUND", "RefundPayment", "RefundRequest"]


class RefundPayment:
    """Record the refund, then have the provider make it; answers the (first) refund's id.

    The recorded refund holds its money back at once, so parallel refunds never exceed what was
    captured. If the provider cannot be reached the refund stays pending and a job makes it later.
    Raises OrderNotFound, OrderCanceledAlready, Invalid, RefundExceedsCaptured, GiftCardSpent,
    PaymentDeclined.
    Source: https://docs.medusajs.com/api/admin#orders_postordersorderrefunds (v1).
    """

    def __init__(self, begin: Begin, settle: SettleRefund, clock: Clock, ids: Ids) -> None:
        self._begin = begin
        self._settle = settle
        self._clock = clock
        self._ids = ids

    def __call__(self, actor: Actor, order_id: str, request: RefundRequest) -> str:
        refunds = self._record(actor, order_id, request)
        settle_all(self._settle, order_id, refunds)
        return refunds[0].id

    @replayed
    def _record(self, actor: Actor, order_id: str, request: RefundRequest) -> list[Refund]:
        with self._begin(actor, "order.refund") as work:
            refunds = intend_refund(work, work.orders.get(order_id), request, self._clock, self._ids)
            work.commit()
        return refunds
