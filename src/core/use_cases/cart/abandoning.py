"""Letting go of payment sessions without losing sight of their money."""

from collections.abc import Iterable

from core.domain.cart import Cart
from core.domain.payment import AttemptId, PaymentAttempt, PaymentSession
from ports.clock import Clock, Ids
from ports.unit_of_work import UnitOfWork


class AbandonSessions:
    """Takes sessions off a cart. What a provider holds for them has to be released or given back, which
    is recorded in the same commit and done by ``RefundCheckout`` after it: a payment that the buyer
    finishes in another window is never lost. Call it inside the unit of work that holds the cart.
    """

    def __init__(self, clock: Clock, ids: Ids) -> None:
        self._clock = clock
        self._ids = ids

    def __call__(self, work: UnitOfWork, cart: Cart, sessions: Iterable[PaymentSession], reason: str) -> None:
        gone = list(sessions)
        cart.payment_sessions = [session for session in cart.payment_sessions if session not in gone]
        if cart.selected_session is None:
            cart.agreed_total = None
        for session in gone:
            self.release(work, cart, session, reason)

    def release(self, work: UnitOfWork, cart: Cart, session: PaymentSession, reason: str) -> None:
        """Record that this session's payment has to go back; the session itself stays where it is."""
        if not session.is_initiated:
            return
        attempt = PaymentAttempt(
            id=AttemptId(self._ids.new("patt")),
            cart_id=cart.id,
            provider_id=session.provider_id,
            amount=session.amount,
            currency_code=cart.currency_code,
            session_data=dict(session.data),
            started_at=self._clock.now(),
        )
        reference = session.data.get("id")
        attempt.owe_refund(str(reference) if reference is not None else None, reason)
        work.attempts.add(attempt)
