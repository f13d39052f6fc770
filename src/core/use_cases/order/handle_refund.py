"""Take note of a refund, whoever made it and whoever tells it: our own call, a webhook, a look-up."""

from core.domain.actor import Actor
from core.domain.order import Order, OrderNotFound
from core.domain.payment import PaymentMismatch, Refund, RefundReason, RefundReport, RefundState
from core.domain.product import DownloadPolicy
from core.use_cases.download.granting import follow_disputes, grant_downloads, revoke_refunded
from core.use_cases.gift_card.issuing import follow_sale, issue_cards
from core.use_cases.replay import replayed
from core.use_cases.swap.giving_back import follow_refund
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin, UnitOfWork


class HandleRefund:
    """One refund counts once: it is matched by our id from the provider's metadata, then by the
    provider's id; an unknown one was made at the provider and is recorded as external.

    What the refunded lines granted is withdrawn in the same transaction: the lines the refund names,
    or everything once the order is fully refunded. A refund that failed after it had counted counts no
    more, and what it had withdrawn comes back, as far as no dispute stands against it.

    Raises OrderNotFound (no such payment yet), PaymentMismatch, RefundExceedsCaptured. Source: https://docs.stripe.com/api/refunds/object.
    """

    def __init__(self, begin: Begin, clock: Clock, ids: Ids, downloads: DownloadPolicy) -> None:
        self._begin = begin
        self._clock = clock
        self._ids = ids
        self._downloads = downloads

    @replayed
    def __call__(self, actor: Actor, report: RefundReport, order_id: str | None = None) -> None:
        """order_id: where the caller knows it; a payment that staff noted by hand has no id at a provider."""
        with self._begin(actor, "order.handle_refund") as work:
            order = _order(work, report) if order_id is None else work.orders.get(order_id)
            refund = order.find_refund(report.ours, report.provider_refund_id)
            if refund is None:
                refund = self._external(order, report)
            elif (refund.amount, order.currency_code) != (report.amount, report.currency_code):
                raise PaymentMismatch("the provider refunded another amount than was asked for")
            if report.succeeded:
                order.settle_refund(refund.id, report.provider_refund_id, self._clock.now())
                revoke_refunded(work, order)
                follow_sale(work, order)
            else:
                self._failed(work, order, refund, report.provider_refund_id)
            follow_refund(work, order, refund)
            work.commit()

    def _failed(self, work: UnitOfWork, order: Order, refund: Refund, provider_refund_id: str) -> None:
        counted = refund.state is RefundState.SUCCEEDED
        order.fail_refund(refund.id, provider_refund_id)
        if counted:
            revoke_refunded(work, order)
            follow_disputes(work, order)
            follow_sale(work, order)
            now = self._clock.now()
            grant_downloads(work, order, self._downloads, now, self._ids)
            issue_cards(work, order, now, self._ids)

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
            state=RefundState.PENDING if report.succeeded else RefundState.FAILED,
            created_at=self._clock.now(),
        )
        order.record_external_refund(refund)
        return refund


def _order(work: UnitOfWork, report: RefundReport) -> Order:
    order = work.orders.by_payment(report.provider_id, report.provider_payment_id)
    if order is None:
        raise OrderNotFound(f"no order was paid with {report.provider_payment_id}")
    return order
