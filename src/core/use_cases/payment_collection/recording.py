"""What a provider says of a session, written down: the one place where a collection comes to money."""

from core.domain.order import Order, OrderStatus
from core.domain.order_edit import EditStatus, OrderEdit
from core.domain.payment import DECLINES_MAX, ProviderPayment, SessionStatus
from core.domain.payment_collection import CollectionSession, PaymentCollection
from core.domain.product import DownloadPolicy
from core.use_cases.order_edit.confirming import follow_money, take_over
from core.use_cases.payment_collection.releasing import ReleaseCollection
from ports.clock import Clock, Ids
from ports.unit_of_work import UnitOfWork


class RecordCollectionPayment:
    """Call it with the order locked. Repeatable: a session becomes a payment once.

    Money that fits no session, that is another amount than was asked for, or that comes for something given
    up is owed back. Where the edit is in effect already, the order takes the payment over at once.
    """

    def __init__(self, release: ReleaseCollection, clock: Clock, ids: Ids, downloads: DownloadPolicy) -> None:
        self._release = release
        self._clock = clock
        self._ids = ids
        self._downloads = downloads

    def __call__(
        self,
        work: UnitOfWork,
        order: Order,
        edit: OrderEdit | None,
        collection: PaymentCollection,
        session: CollectionSession | None,
        provider_id: str,
        told: ProviderPayment,
        *,
        declined: bool = False,
    ) -> bool:
        """Whether anything moved."""
        if session is not None and session.status is SessionStatus.AUTHORIZED:
            return self._follow(collection, provider_id, told)
        if told.status is not SessionStatus.AUTHORIZED:
            return self._note(work, order, collection, session, told, declined=declined)
        wanted = (session.amount, collection.currency_code) if session is not None else None
        open_ = not collection.closed and order.status is not OrderStatus.CANCELED and edit is not None
        if session is None or not open_ or wanted != (told.amount, told.currency_code):
            return self._give_back(work, order, collection, session, provider_id, told)
        collection.authorize(session, told, self._ids.new("pay"), self._clock.now())
        if edit is not None and edit.status is EditStatus.CONFIRMED:
            take_over(work, order, collection)
            follow_money(work, order, collection.id, self._clock.now(), self._ids, self._downloads)
        return True

    def _follow(self, collection: PaymentCollection, provider_id: str, told: ProviderPayment) -> bool:
        known = (provider_id, told.reference)
        for payment in collection.payments:
            if (payment.provider_id, payment.provider_payment_id) != known or payment.captured_at is not None:
                continue
            if told.captured >= payment.amount:
                payment.captured_at, payment.data = self._clock.now(), dict(told.data)
                return True
        return False

    def _note(
        self,
        work: UnitOfWork,
        order: Order,
        collection: PaymentCollection,
        session: CollectionSession | None,
        told: ProviderPayment,
        *,
        declined: bool,
    ) -> bool:
        if session is None or collection.closed or (session.status is told.status and not declined):
            return False
        session.status, session.data = told.status, dict(told.data)
        session.declines += declined
        if session.declines >= DECLINES_MAX:
            self._release.sessions(work, order, collection, [session], "DECLINED_TOO_OFTEN")
        collection.tried()
        return True

    def _give_back(
        self,
        work: UnitOfWork,
        order: Order,
        collection: PaymentCollection,
        session: CollectionSession | None,
        provider_id: str,
        told: ProviderPayment,
    ) -> bool:
        if session is not None:
            collection.payment_sessions = [kept for kept in collection.payment_sessions if kept is not session]
        if work.attempts.by_payment(provider_id, told.reference) is not None:
            return session is not None
        amount = told.captured or told.amount
        self._release.owe(
            work,
            order,
            provider_id,
            amount,
            told.data,
            reference=told.reference,
            reason="NOT_THE_COLLECTIONS_PAYMENT",
        )
        return True
