"""Make sure of the money of some sessions."""

from collections.abc import Sequence

from core.domain.actor import SYSTEM, Actor
from core.domain.money import Money
from core.domain.order import OrderCanceledAlready, OrderStatus
from core.domain.payment import PaymentDeclined, ProviderPayment, SessionStatus
from core.domain.payment_collection import CollectionClosed, CollectionSession, SessionNotAuthorized
from core.use_cases.order_edit.locking import lock_collection
from core.use_cases.payment_collection.recording import RecordCollectionPayment
from core.use_cases.replay import replayed
from ports.payments import PaymentProviders
from ports.unit_of_work import Begin

ACTION = "payment_collection.authorize"


class AuthorizeCollectionSessions:
    """Ask the provider of each; those that hold the money become payments of the collection. Repeatable.

    Sessions it does not have are left out. Raises PaymentCollectionNotFound, CollectionClosed,
    OrderCanceledAlready, PaymentProviderUnavailable.
    Source: https://docs.medusajs.com/api/store#payment-collections (v1).
    """

    def __init__(self, begin: Begin, providers: PaymentProviders, record: RecordCollectionPayment) -> None:
        self._begin = begin
        self._providers = providers
        self._record = record

    def __call__(self, actor: Actor, collection_id: str, session_ids: Sequence[str]) -> None:
        for session, currency_code in self._due(actor, collection_id, session_ids):
            told = self._ask(session, Money(session.amount, currency_code))
            self._note(collection_id, session.id, told)

    @replayed
    def _due(
        self, actor: Actor, collection_id: str, session_ids: Sequence[str]
    ) -> list[tuple[CollectionSession, str]]:
        with self._begin(actor, ACTION) as work:
            order, _, collection = lock_collection(work, actor, collection_id)
            if order.status is OrderStatus.CANCELED:
                raise OrderCanceledAlready("A canceled order is not paid for")
            if collection.closed:
                raise CollectionClosed(f"Cannot authorize a payment collection with status {collection.status}")
            wanted = dict.fromkeys(session_ids)
            sessions = [session for id in wanted if (session := collection.session(id)) is not None]
            open_ = [s for s in sessions if s.is_initiated and s.status is not SessionStatus.AUTHORIZED]
            return [(session, collection.currency_code) for session in open_]

    def _ask(self, session: CollectionSession, due: Money) -> ProviderPayment | None:
        provider = self._providers.get(session.provider_id)
        try:
            return provider.authorize(dict(session.data), due, idempotency_key=f"{session.id}:authorize")
        except PaymentDeclined:
            return None

    @replayed
    def _note(self, collection_id: str, session_id: str, told: ProviderPayment | None) -> None:
        with self._begin(SYSTEM, ACTION) as work:
            order, edit, collection = lock_collection(work, SYSTEM, collection_id)
            session = collection.session(session_id)
            if session is None or collection.closed:
                return  # given up meanwhile, which is what became of its money
            if told is None:
                session.status = SessionStatus.ERROR
            else:
                self._record(work, order, edit, collection, session, session.provider_id, told)
            collection.tried()
            work.commit()


class AuthorizeCollectionSession:
    """One session, which has to be authorised afterwards. Raises SessionNotAuthorized if it is not, or if
    the collection has no such session, and what ``AuthorizeCollectionSessions`` raises."""

    def __init__(self, begin: Begin, authorize: AuthorizeCollectionSessions) -> None:
        self._begin = begin
        self._authorize = authorize

    def __call__(self, actor: Actor, collection_id: str, session_id: str) -> str:
        self._authorize(actor, collection_id, [session_id])
        with self._begin(actor, ACTION) as work:
            _, _, collection = lock_collection(work, actor, collection_id)
            session = collection.session(session_id)
        if session is None or session.status is not SessionStatus.AUTHORIZED:
            raise SessionNotAuthorized(f'Failed to authorize Payment Session id "{session_id}"')
        return session.id
