"""Offer the buyer the ways to pay: one payment session per provider of the region."""

from core.domain.actor import Actor
from core.domain.cart import Cart
from core.domain.payment import PaymentSession
from core.use_cases.cart.abandoning import AbandonSessions
from core.use_cases.cart.access import open_for_writing
from core.use_cases.cart.pricing import CartPricing
from core.use_cases.cart.session_opener import SessionOpener
from core.use_cases.replay import replayed
from ports.clock import Ids
from ports.payments import PaymentProviders
from ports.unit_of_work import Begin, UnitOfWork


class StartPayment:
    """Make the payment sessions for what the cart costs now; a single provider is selected at once.

    Raises CartNotFound, CartCompleted, CartInCompletion, PaymentDeclined, PaymentProviderUnavailable.
    Source: https://docs.medusajs.com/api/store#carts_postcartspaymentsessions (v1).
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

    @replayed
    def __call__(self, actor: Actor, cart_id: str) -> None:
        with self._begin(actor.unclaimed, "cart.start_payment") as work:
            cart = open_for_writing(work, actor, cart_id)
            cart.check_open()
            self._pricing(work, cart)
            self._offer_sessions(work, cart)
            work.commit()
        self._opener(cart_id)

    def _offer_sessions(self, work: UnitOfWork, cart: Cart) -> None:
        installed = set(self._providers.ids())
        wanted = [p for p in work.regions.get(cart.region_id).payment_provider_ids if p in installed]
        if cart.due <= 0:
            wanted = []
        gone = [session for session in cart.payment_sessions if session.provider_id not in wanted]
        self._abandon(work, cart, gone, "NOT_OFFERED")
        there = {session.provider_id: session for session in cart.payment_sessions}
        cart.payment_sessions = [
            there.get(provider_id) or PaymentSession(id=self._ids.new("ps"), provider_id=provider_id, amount=cart.due)
            for provider_id in wanted
        ]
        for session in cart.payment_sessions:
            if session.failed:
                session.renew(self._ids.new("ps"))
            if not session.is_initiated:
                session.amount = cart.due
                session.stale = False
        if len(cart.payment_sessions) == 1:
            cart.payment_sessions[0].is_selected = True
