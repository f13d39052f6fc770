"""Take the money of a payment that stands on a payment collection, its order not having taken it over yet."""

from core.domain.actor import SYSTEM, Actor
from core.domain.money import Money
from core.domain.payment import Payment, PaymentCanceled, ProviderPayment
from core.domain.payment_collection import PaymentCollection
from core.use_cases.order.capture_payment import capture_key
from core.use_cases.order_edit.locking import lock_collection
from core.use_cases.replay import replayed
from ports.clock import Clock
from ports.payments import PaymentProviders
from ports.unit_of_work import Begin


class CaptureCollectedPayment:
    """Repeatable: the provider is asked under the key that the order would ask under. Answers False for a
    payment that is the order's by now, which then has to be captured there.

    Raises PaymentCollectionNotFound, PaymentCanceled, PaymentDeclined, PaymentProviderUnavailable (the intent
    is recorded; call again).
    """

    def __init__(self, begin: Begin, providers: PaymentProviders, clock: Clock) -> None:
        self._begin = begin
        self._providers = providers
        self._clock = clock

    def __call__(self, actor: Actor, collection_id: str, payment_id: str) -> bool:
        payment = self._intend(actor, collection_id, payment_id)
        if payment is None or payment.captured_at is not None:
            return payment is not None
        money = Money(payment.amount, payment.currency_code)
        provider = self._providers.get(payment.provider_id)
        told = provider.capture(dict(payment.data), money, idempotency_key=capture_key(payment))
        return self._record(collection_id, payment_id, told)

    @replayed
    def _intend(self, actor: Actor, collection_id: str, payment_id: str) -> Payment | None:
        with self._begin(actor, "payment.capture") as work:
            _, _, collection = lock_collection(work, actor, collection_id)
            payment = _standing(collection, payment_id)
            if payment is not None and payment.captured_at is None:
                payment.capture_requested_at = payment.capture_requested_at or self._clock.now()
                work.commit()
        return payment

    @replayed
    def _record(self, collection_id: str, payment_id: str, told: ProviderPayment) -> bool:
        with self._begin(SYSTEM, "payment.capture") as work:
            _, _, collection = lock_collection(work, SYSTEM, collection_id)
            payment = _standing(collection, payment_id)
            if payment is not None and payment.captured_at is None:
                payment.captured_at, payment.data = self._clock.now(), dict(told.data)
                work.commit()
        return payment is not None


def _standing(collection: PaymentCollection, payment_id: str) -> Payment | None:
    """None once the order has it."""
    payment = next((payment for payment in collection.payments if payment.id == payment_id), None)
    if payment is not None and payment.canceled_at is not None:
        # Whatever the provider holds of it is owed back already.
        raise PaymentCanceled(f"Payment {payment_id} was canceled")
    return payment
