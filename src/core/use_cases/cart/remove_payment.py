"""Withdraw a way to pay from a cart."""

from core.domain.actor import Actor
from core.use_cases.cart.abandoning import AbandonSessions
from core.use_cases.cart.access import open_for_writing
from core.use_cases.replay import replayed
from ports.unit_of_work import Begin


class RemovePayment:
    """Delete a payment session; what its provider holds is released after the commit. An unknown session
    is ignored, as in Medusa. Raises CartNotFound, CartCompleted, CartInCompletion.
    """

    def __init__(self, begin: Begin, abandon: AbandonSessions) -> None:
        self._begin = begin
        self._abandon = abandon

    @replayed
    def __call__(self, actor: Actor, cart_id: str, provider_id: str) -> None:
        with self._begin(actor, "cart.remove_payment") as work:
            cart = open_for_writing(work, actor, cart_id)
            cart.check_open()
            gone = [session for session in cart.payment_sessions if session.provider_id == provider_id]
            self._abandon(work, cart, gone, "REMOVED")
            work.commit()
