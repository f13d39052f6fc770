"""Opening the sessions of a payment collection at their providers."""

from core.domain.actor import SYSTEM
from core.domain.money import Money
from core.domain.order import Order
from core.domain.payment import PaymentDeclined, ProviderPayment
from core.domain.payment_collection import CollectionSession, PaymentCollection
from core.domain.values import Metadata
from core.use_cases.order_edit.locking import lock_collection
from core.use_cases.replay import replayed
from ports.payments import PaymentProviders
from ports.unit_of_work import Begin, UnitOfWork

ACTION = "payment_collection.open_session"


class CollectionSessionOpener:
    """Begins each session that no provider knows yet, between two transactions. Safe to repeat: the
    session's id is the provider's key. Raises PaymentDeclined, PaymentProviderUnavailable."""

    def __init__(self, begin: Begin, providers: PaymentProviders) -> None:
        self._begin = begin
        self._providers = providers

    def __call__(self, collection_id: str) -> None:
        collection, about = self._seen(collection_id)
        for session in collection.payment_sessions:
            if not session.is_initiated and not collection.closed:
                self._open(collection, session, about)

    @replayed
    def _seen(self, collection_id: str) -> tuple[PaymentCollection, Metadata]:
        with self._begin(SYSTEM, ACTION) as work:
            order, _, collection = lock_collection(work, SYSTEM, collection_id)
            return collection, _about(work, order, collection)

    def _open(self, collection: PaymentCollection, session: CollectionSession, about: Metadata) -> None:
        provider = self._providers.get(session.provider_id)
        due = Money(session.amount, collection.currency_code)
        told = provider.initiate(due, {**about, "session_id": session.id}, idempotency_key=f"{session.id}:initiate")
        if not self._record(collection.id, session.id, told):
            # Somebody took the session off meanwhile; nobody was ever shown how to pay it.
            try:
                provider.cancel(dict(told.data), idempotency_key=f"{session.id}:cancel")
            except PaymentDeclined:
                return  # it is not open any more

    @replayed
    def _record(self, collection_id: str, session_id: str, told: ProviderPayment) -> bool:
        with self._begin(SYSTEM, ACTION) as work:
            _, _, collection = lock_collection(work, SYSTEM, collection_id)
            session = collection.session(session_id)
            if session is None or collection.closed:
                return False
            session.is_initiated = True
            session.status, session.data, session.reference = told.status, dict(told.data), told.reference
            work.commit()
        return True


def _about(work: UnitOfWork, order: Order, collection: PaymentCollection) -> Metadata:
    """What providers are told; registered customers by name, so that a way to pay may be kept."""
    account_email = None
    if work.customers.is_registered(order.customer_id):
        account_email = work.customers.get(order.customer_id).email
    return {
        "payment_collection_id": collection.id,
        "email": order.email,
        "customer_id": order.customer_id,
        "account_email": account_email,
    }
