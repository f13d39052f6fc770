"""Let go of money that a canceled order, or a canceled swap of it, still holds at its providers."""

from core.domain.actor import Actor
from core.domain.money import Money
from core.domain.order import Order, OrderStatus
from core.domain.payment import Payment, PaymentProviderUnavailable, Refund
from core.use_cases.order.refund_intent import owe_back, settle_all
from core.use_cases.order.settle_refund import SettleRefund
from core.use_cases.replay import replayed
from core.use_cases.swap.following import follow_payment
from ports.clock import Clock, Ids
from ports.payments import PaymentProviders
from ports.unit_of_work import Begin, UnitOfWork

ACTION = "order.release_payments"


class ReleasePayments:
    """Reaction to ``order.canceled``, and called by whoever canceled it or a swap. Each payment that was not captured
    is released at its provider; one that was captured meanwhile is given back. Repeatable.

    Raises OrderNotFound, PaymentDeclined, PaymentProviderUnavailable to be run again by its job.
    """

    def __init__(
        self, begin: Begin, providers: PaymentProviders, settle: SettleRefund, clock: Clock, ids: Ids
    ) -> None:
        self._begin = begin
        self._providers = providers
        self._settle = settle
        self._clock = clock
        self._ids = ids

    def __call__(self, actor: Actor, order_id: str) -> None:
        with self._begin(actor, ACTION) as work:
            order = work.orders.get(order_id)
            due = _due(work, order)
        for payment in due:
            captured = self._release(payment)
            settle_all(self._settle, order_id, self._record(actor, order_id, payment.id, captured=captured))

    def _release(self, payment: Payment) -> bool:
        """Whether the provider had taken it already."""
        provider = self._providers.get(payment.provider_id)
        told = provider.retrieve(dict(payment.data))
        if told.captured and Money(told.captured, told.currency_code) != Money(payment.amount, payment.currency_code):
            raise PaymentProviderUnavailable("the provider took another amount than was agreed; see to it by hand")
        if not told.captured:
            provider.cancel(dict(payment.data), idempotency_key=f"{payment.id}:cancel")
        return bool(told.captured)

    @replayed
    def _record(self, actor: Actor, order_id: str, payment_id: str, *, captured: bool) -> list[Refund]:
        now = self._clock.now()
        with self._begin(actor, ACTION) as work:
            order = work.orders.get(order_id)
            payment = order.payment(payment_id)
            if payment.canceled_at is not None:
                return []
            if captured:
                order.captured(payment.id, now)
            if payment.captured_at is None:
                payment.canceled_at = now
                follow = []
            else:
                follow = follow_payment(work, order, payment, self._clock, self._ids)
            refunds = follow + owe_back(work, order, self._clock, self._ids)
            work.commit()
        return refunds


def _due(work: UnitOfWork, order: Order) -> list[Payment]:
    """Open payments of a canceled order, or of its canceled swaps."""
    held = [payment for payment in order.payments if payment.captured_at is None and payment.canceled_at is None]
    if order.status is OrderStatus.CANCELED or not held:
        return held
    canceled = {swap.id for swap in work.swaps.of_order(order.id) if swap.canceled_at is not None}
    return [payment for payment in held if payment.swap_id in canceled]
