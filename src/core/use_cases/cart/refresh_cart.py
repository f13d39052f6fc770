"""Bring a cart whose prices are out of date up to date, before somebody looks at it."""

from core.domain.actor import SYSTEM, Actor
from core.use_cases.cart.access import open_for_writing
from core.use_cases.cart.pricing import CartPricing
from core.use_cases.cart.session_sync import SessionSync
from core.use_cases.replay import replayed
from ports.unit_of_work import Begin


class RefreshCart:
    """Re-price the cart if the shop's prices moved since. Completed and frozen carts never change.

    Looking at the refreshed cart is how a buyer accepts a moved price: the payment session is brought
    to the new total here. Raises CartNotFound.
    """

    def __init__(self, begin: Begin, pricing: CartPricing, sync: SessionSync) -> None:
        self._begin = begin
        self._pricing = pricing
        self._sync = sync

    @replayed
    def __call__(self, actor: Actor, cart_id: str) -> None:
        with self._begin(SYSTEM, "cart.refresh") as work:
            cart = open_for_writing(work, SYSTEM, cart_id)
            if cart.completed or cart.attempt_id is not None:
                return
            stale = any(session.stale for session in cart.payment_sessions)
            if self._pricing.is_fresh(work, cart) and not stale:
                return
            self._pricing(work, cart)
            sessions = bool(cart.payment_sessions)
            work.commit()
        if sessions:
            self._sync(cart_id)
