"""Begin a payment anew."""

from core.domain.actor import SYSTEM, Actor
from core.domain.payment import PaymentSession, SessionStatus
from core.use_cases.cart.abandoning import AbandonSessions
from core.use_cases.cart.access import open_for_writing
from core.use_cases.cart.pricing import CartPricing
from core.use_cases.cart.session_opener import SessionOpener
from core.use_cases.replay import replayed
from ports.clock import Ids
from ports.payments import PaymentProviders
from ports.unit_of_work import Begin


class RefreshPaymentSession:
    """For what the cart costs now. A session no provider knows of gets the new amount; one that is open
    at its provider is released there and opened anew, unless the buyer has paid already: that payment
    is kept, and completing the cart sees to it.

    Raises CartNotFound, PaymentSessionNotFound, CartCompleted, CartInCompletion, PaymentDeclined,
    PaymentProviderUnavailable, RateLimited.
    Source: https://docs.medusajs.com/api/store#carts_postcartscartpaymentsessionsession (v1).
    """

    def __init__(
        self,
        begin: Begin,
        providers: PaymentProviders,
        pricing: CartPricing,
        opener: SessionOpener,
        abandon: AbandonSessions,
        ids: Ids,
    ) -> None:
        self._begin = begin
        self._providers = providers
        self._pricing = pricing
        self._opener = opener
        self._abandon = abandon
        self._ids = ids

    def __call__(self, actor: Actor, cart_id: str, provider_id: str) -> None:
        self._renew(actor, cart_id, provider_id)
        self._opener(cart_id, by=actor, anew=True)

    @replayed
    def _renew(self, actor: Actor, cart_id: str, provider_id: str) -> None:
        with self._begin(SYSTEM, "cart.refresh_payment_session") as work:
            known = next((s for s in work.carts.get(cart_id).payment_sessions if s.provider_id == provider_id), None)
        paid = known is not None and self._paid(known)

        with self._begin(actor.unclaimed, "cart.refresh_payment_session") as work:
            cart = open_for_writing(work, actor, cart_id)
            cart.check_open()
            session = cart.session(provider_id)
            self._pricing(work, cart)
            if not session.is_initiated:
                session.amount = cart.due
                session.stale = False
            elif not (paid and known is not None and known.id == session.id):
                self._abandon.release(work, cart, session, "REFRESHED")
                session.renew(self._ids.new("ps"))
                session.stale = True
                cart.agreed_total = None
            work.commit()

    def _paid(self, session: PaymentSession) -> bool:
        """Whether the provider holds the buyer's money for this session."""
        if not session.is_initiated or session.failed:
            return False
        told = self._providers.get(session.provider_id).retrieve(dict(session.data))
        return told.status is SessionStatus.AUTHORIZED or told.captured > 0
