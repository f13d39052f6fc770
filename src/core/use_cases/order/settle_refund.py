"""Have the provider make a refund that was recorded."""

from core.domain.actor import Actor
from core.domain.money import Money
from core.domain.payment import PaymentDeclined, RefundReport, RefundState
from core.use_cases.order.handle_refund import HandleRefund
from core.use_cases.swap.giving_back import follow_refund
from ports.payments import PaymentProviders
from ports.unit_of_work import Begin


class SettleRefund:
    """Ask the provider for a pending refund and record its answer; repeatable, the refund's id is the
    provider's idempotency key. Raises OrderNotFound, PaymentDeclined, PaymentProviderUnavailable."""

    def __init__(self, begin: Begin, providers: PaymentProviders, handle: HandleRefund) -> None:
        self._begin = begin
        self._providers = providers
        self._handle = handle

    def __call__(self, actor: Actor, order_id: str, refund_id: str) -> None:
        with self._begin(actor, "order.settle_refund") as work:
            order = work.orders.get(order_id)
        refund = next((r for r in order.refunds if r.id == refund_id), None)
        if refund is None or refund.state is not RefundState.PENDING:
            return
        payment = order.payment(refund.payment_id)
        money = Money(refund.amount, payment.currency_code)
        provider = self._providers.get(payment.provider_id)
        data = dict(payment.data)
        try:
            reference = provider.refund(data, money, refund_id=refund.id, idempotency_key=refund.id)
        except PaymentDeclined:
            with self._begin(actor, "order.settle_refund") as work:
                order = work.orders.get(order_id)
                order.fail_refund(refund_id)
                follow_refund(work, order, next(r for r in order.refunds if r.id == refund_id))
                work.commit()
            raise
        self._handle(
            actor,
            RefundReport(
                provider_id=payment.provider_id,
                provider_payment_id=payment.provider_payment_id or "",
                provider_refund_id=reference,
                amount=refund.amount,
                currency_code=payment.currency_code,
                succeeded=True,
                ours=refund.id,
            ),
            order_id,
        )
