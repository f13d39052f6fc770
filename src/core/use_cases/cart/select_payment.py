"""Choose a way to pay."""

from core.domain.actor import Actor
from core.use_cases.cart.abandoning import AbandonSessions
from core.use_cases.cart.access import open_for_writing
from core.use_cases.cart.session_choice import choose_session
from core.use_cases.cart.session_opener import SessionOpener
from core.use_cases.replay import replayed
from ports.clock import Ids
from ports.unit_of_work import Begin


class SelectPayment:
    """Choose one of the cart's payment sessions; its provider opens it now, and the one chosen before is
    released.

    Raises CartNotFound, PaymentProviderNotInRegion, PaymentSessionNotFound, CartCompleted,
    CartInCompletion, PaymentDeclined, PaymentProviderUnavailable, RateLimited.
    """

    def __init__(self, begin: Begin, opener: SessionOpener, abandon: AbandonSessions, ids: Ids) -> None:
        self._begin = begin
        self._opener = opener
        self._abandon = abandon
        self._ids = ids

    def __call__(self, actor: Actor, cart_id: str, provider_id: str) -> None:
        self._choose(actor, cart_id, provider_id)
        self._opener(cart_id, by=actor)

    @replayed
    def _choose(self, actor: Actor, cart_id: str, provider_id: str) -> None:
        with self._begin(actor.unclaimed, "cart.select_payment") as work:
            cart = open_for_writing(work, actor, cart_id)
            cart.check_open()
            choose_session(work, cart, provider_id, self._abandon, self._ids)
            work.commit()
