"""Offer the buyer the ways to pay: one payment session per provider of the region."""

from core.domain.actor import Actor
from core.use_cases.cart.abandoning import AbandonSessions
from core.use_cases.cart.access import open_for_writing
from core.use_cases.cart.pricing import CartPricing
from core.use_cases.cart.session_choice import offer_sessions
from core.use_cases.cart.session_opener import SessionOpener
from core.use_cases.replay import replayed
from ports.clock import Ids
from ports.payments import PaymentProviders
from ports.unit_of_work import Begin


class StartPayment:
    """Make the payment sessions for what the cart costs now; a single provider is selected at once.

    Raises CartNotFound, CartCompleted, CartInCompletion, PaymentDeclined, PaymentProviderUnavailable, RateLimited.
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

    def __call__(self, actor: Actor, cart_id: str) -> None:
        self._offer(actor, cart_id)
        self._opener(cart_id, by=actor)

    @replayed
    def _offer(self, actor: Actor, cart_id: str) -> None:
        with self._begin(actor.unclaimed, "cart.start_payment") as work:
            cart = open_for_writing(work, actor, cart_id)
            cart.check_open()
            self._pricing(work, cart)
            offer_sessions(work, cart, self._providers, self._abandon, self._ids)
            work.commit()
