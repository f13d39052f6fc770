"""Letting go of what stands for a payment collection without losing sight of its money."""

from collections.abc import Iterable

from core.domain.order import Order
from core.domain.payment import AttemptId, PaymentAttempt, SessionStatus
from core.domain.payment_collection import CollectionSession, PaymentCollection
from core.domain.values import Metadata
from ports.clock import Clock, Ids
from ports.unit_of_work import UnitOfWork


class ReleaseCollection:
    """Like ``AbandonSessions`` of carts: what providers hold is to be released or given back, which is
    recorded in the same commit and done by ``RefundCheckout`` after it. Call it with the order locked."""

    def __init__(self, clock: Clock, ids: Ids) -> None:
        self._clock = clock
        self._ids = ids

    def __call__(self, work: UnitOfWork, order: Order, collection: PaymentCollection, reason: str) -> None:
        """All of it: sessions and payments that the order has not taken over."""
        self.sessions(work, order, collection, list(collection.payment_sessions), reason)
        for payment in collection.payments:
            if payment.canceled_at is not None:
                continue
            payment.canceled_at = self._clock.now()
            if payment.provider_payment_id is not None:
                self.owe(
                    work,
                    order,
                    payment.provider_id,
                    payment.amount,
                    payment.data,
                    reference=payment.provider_payment_id,
                    reason=reason,
                )

    def sessions(
        self,
        work: UnitOfWork,
        order: Order,
        collection: PaymentCollection,
        gone: Iterable[CollectionSession],
        reason: str,
    ) -> None:
        """These sessions; those that were authorised stand as payments and stay."""
        ending = [session for session in gone if session.status is not SessionStatus.AUTHORIZED]
        collection.payment_sessions = [kept for kept in collection.payment_sessions if kept not in ending]
        for session in ending:
            if session.is_initiated:
                self.owe(
                    work,
                    order,
                    session.provider_id,
                    session.amount,
                    session.data,
                    reference=session.reference,
                    reason=reason,
                )

    def owe(
        self,
        work: UnitOfWork,
        order: Order,
        provider_id: str,
        amount: int,
        data: Metadata,
        *,
        reference: str | None,
        reason: str,
    ) -> None:
        """The attempt names the cart of the order; its buyer is the one who is told."""
        attempt = PaymentAttempt(
            id=AttemptId(self._ids.new("patt")),
            cart_id=order.cart_id or "",
            provider_id=provider_id,
            amount=amount,
            currency_code=order.currency_code,
            session_data=dict(data),
            started_at=self._clock.now(),
        )
        attempt.owe_refund(reference, reason)
        work.attempts.add(attempt)
