"""Take note of a refund, whoever made it and whoever tells it: our own call, a webhook, a look-up."""

from core.domain.actor import Actor
from core.domain.order import Order, OrderNotFound
from core.domain.payment import PaymentMismatch, Refund, RefundReason, RefundReport
from core.use_cases.download.granting import revoke_refunded
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin


class HandleRefund:
    """One refund counts once: it is matched by our id from the provider's metadata, then by the
    provider's id; an unknown one was made at the provider and is recorded as external.

    What the refunded lines granted is withdrawn in the same transaction: the lines the refund names,
    or everything once the order is fully refunded. Raises OrderNotFound (no such payment yet),
    PaymentMismatch, RefundExceedsCaptured. Source: https://docs.stripe.com/api/refunds/object.
    """

    def __init__(self, begin: Begin, clock: Clock, ids: Ids) -> None:
        self._begin = begin
        self._clock = clock
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, report: RefundReport) -> None:
        with self._begin(actor, "order.handle_refund") as work:
            order = work.orders.by_payment(report.provider_id, report.provider_payment_id)
            if order is None:
                raise OrderNotFound(f"no order was paid with {report.provider_payment_id}")
            refund = order.find_refund(report.ours, report.provider_refund_id)
            if refund is None:
                refund = self._external(order, report)
            elif (refund.amount, order.currency_code) != (report.amount, report.currency_code):
                raise PaymentMismatch("the provider refunded another amount than was asked for")
            if report.succeeded:
                order.settle_refund(refund.id, report.provider_refund_id, self._clock.now())
                revoke_refunded(work, order)
            else:
                order.fail_refund(refund.id)
            work.commit()

    def _external(self, order: Order, report: RefundReport) -> Refund:
        if report.currency_code != order.currency_code:
            raise PaymentMismatch("the provider refunded in another currency than was paid")
        payment = next(p for p in order.payments if p.provider_payment_id == report.provider_payment_id)
        refund = Refund(
            id=self._ids.new("ref"),
            payment_id=payment.id,
            amount=report.amount,
            reason=RefundReason.OTHER,
            external=True,
            provider_refund_id=report.provider_refund_id,
            created_at=self._clock.now(),
        )
        order.record_external_refund(refund)
        return refund
