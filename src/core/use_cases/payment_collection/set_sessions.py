"""Choose how a payment collection is paid."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.domain.actor import Actor
from core.domain.errors import Invalid
from core.domain.order import OrderCanceledAlready, OrderStatus
from core.domain.payment_collection import CollectionSession, CollectionSessionMissing, PaymentCollection
from core.use_cases.order_edit.locking import lock_collection
from core.use_cases.payment_collection.releasing import ReleaseCollection
from core.use_cases.payment_collection.session_opener import CollectionSessionOpener
from core.use_cases.replay import replayed
from ports.clock import Ids
from ports.payments import PaymentProviders
from ports.unit_of_work import Begin, UnitOfWork

SESSIONS_MAX = 10


class CollectionProviderMissing(Invalid):
    code = "PAYMENT_PROVIDER_NOT_FOUND"


class SessionsSumWrong(Invalid):
    code = "PAYMENT_SESSIONS_SUM"


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedSession:
    """amount: minor units. session_id: of a session to be kept, if it fits."""

    provider_id: str
    amount: int
    session_id: str | None = None


class SetCollectionSession:
    """One session for the whole amount; the one there is, if it fits.

    Raises PaymentCollectionNotFound, CollectionClosed, CollectionProviderMissing, OrderCanceledAlready,
    PaymentDeclined, PaymentProviderUnavailable.
    Source: https://docs.medusajs.com/api/store#payment-collections (v1).
    """

    def __init__(
        self,
        begin: Begin,
        providers: PaymentProviders,
        opener: CollectionSessionOpener,
        release: ReleaseCollection,
        ids: Ids,
    ) -> None:
        self._begin = begin
        self._providers = providers
        self._opener = opener
        self._release = release
        self._ids = ids

    def __call__(self, actor: Actor, collection_id: str, provider_id: str) -> None:
        self._choose(actor, collection_id, provider_id)
        self._opener(collection_id)

    @replayed
    def _choose(self, actor: Actor, collection_id: str, provider_id: str) -> None:
        with self._begin(actor.unclaimed, "payment_collection.set_session") as work:
            order, _, collection = lock_collection(work, actor, collection_id)
            _check(order.status, collection)
            if provider_id not in _offered(work, collection, self._providers):
                raise CollectionProviderMissing("Payment provider not found")
            there = [s for s in collection.payment_sessions if s.provider_id == provider_id and not s.failed]
            kept = next((s for s in there if s.amount == collection.amount), None)
            gone = [session for session in collection.payment_sessions if session is not kept]
            self._release.sessions(work, order, collection, gone, "SESSION_REPLACED")
            if kept is None:
                collection.payment_sessions.append(_session(self._ids, provider_id, collection.amount))
            work.commit()


class SetCollectionSessions:
    """Several sessions that make up the amount. Those of providers that are not offered here are left out;
    sessions that are not named end. Raises SessionsSumWrong and what ``SetCollectionSession`` raises."""

    def __init__(
        self,
        begin: Begin,
        providers: PaymentProviders,
        opener: CollectionSessionOpener,
        release: ReleaseCollection,
        ids: Ids,
    ) -> None:
        self._begin = begin
        self._providers = providers
        self._opener = opener
        self._release = release
        self._ids = ids

    def __call__(self, actor: Actor, collection_id: str, wanted: Sequence[WantedSession]) -> None:
        self._choose(actor, collection_id, wanted)
        self._opener(collection_id)

    @replayed
    def _choose(self, actor: Actor, collection_id: str, wanted: Sequence[WantedSession]) -> None:
        if len(wanted) > SESSIONS_MAX:
            raise Invalid(f"a payment can be split into at most {SESSIONS_MAX} sessions")
        with self._begin(actor.unclaimed, "payment_collection.set_sessions") as work:
            order, _, collection = lock_collection(work, actor, collection_id)
            _check(order.status, collection)
            offered = _offered(work, collection, self._providers)
            chosen = [one for one in wanted if one.provider_id in offered]
            if any(one.amount < 1 for one in chosen) or sum(one.amount for one in chosen) != collection.amount:
                raise SessionsSumWrong(
                    f"The sum of sessions is not equal to {collection.amount} on Payment Collection"
                )
            sessions: list[CollectionSession] = []
            for one in chosen:
                kept = self._kept(collection, one)  # once: a session named twice is paid once
                sessions.append(kept if kept is not None and kept not in sessions else self._new(one))
            gone = [session for session in collection.payment_sessions if session not in sessions]
            self._release.sessions(work, order, collection, gone, "SESSION_REPLACED")
            collection.payment_sessions = sessions
            work.commit()

    def _new(self, wanted: WantedSession) -> CollectionSession:
        return _session(self._ids, wanted.provider_id, wanted.amount)

    @staticmethod
    def _kept(collection: PaymentCollection, wanted: WantedSession) -> CollectionSession | None:
        session = collection.session(wanted.session_id or "")
        fits = session is not None and (session.provider_id, session.amount) == (wanted.provider_id, wanted.amount)
        return session if session is not None and fits and not session.failed else None


class RefreshCollectionSession:
    """End a session and begin it anew; answers the new one's id. Raises PaymentCollectionNotFound, also for
    a session it does not have, CollectionClosed, PaymentDeclined, PaymentProviderUnavailable."""

    def __init__(self, begin: Begin, opener: CollectionSessionOpener, release: ReleaseCollection, ids: Ids) -> None:
        self._begin = begin
        self._opener = opener
        self._release = release
        self._ids = ids

    def __call__(self, actor: Actor, collection_id: str, session_id: str) -> str:
        fresh = self._renew(actor, collection_id, session_id)
        self._opener(collection_id)
        return fresh

    @replayed
    def _renew(self, actor: Actor, collection_id: str, session_id: str) -> str:
        with self._begin(actor.unclaimed, "payment_collection.refresh_session") as work:
            order, _, collection = lock_collection(work, actor, collection_id)
            _check(order.status, collection)
            old = collection.session(session_id)
            if old is None:
                raise CollectionSessionMissing(
                    f"Payment collection related to Payment Session id {session_id} was not found"
                )
            fresh = _session(self._ids, old.provider_id, old.amount)
            place = collection.payment_sessions.index(old)
            self._release.sessions(work, order, collection, [old], "SESSION_REFRESHED")
            collection.payment_sessions.insert(place, fresh)
            work.commit()
        return fresh.id


def _check(status: OrderStatus, collection: PaymentCollection) -> None:
    if status is OrderStatus.CANCELED:
        raise OrderCanceledAlready("A canceled order is not paid for")
    collection.check_settable()


def _offered(work: UnitOfWork, collection: PaymentCollection, providers: PaymentProviders) -> set[str]:
    # The buyer was asked to pay; that the shop gave up the region since does not take the question back.
    return set(work.regions.kept(collection.region_id).payment_provider_ids) & set(providers.ids())


def _session(ids: Ids, provider_id: str, amount: int) -> CollectionSession:
    return CollectionSession(id=ids.new("ps"), provider_id=provider_id, amount=amount)
