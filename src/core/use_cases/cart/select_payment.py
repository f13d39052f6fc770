"""Choose a way to pay."""

from core.domain.actor import Actor
from core.domain.payment import PaymentProviderNotInRegion
from core.use_cases.cart.access import open_for_writing
from core.use_cases.cart.session_opener import SessionOpener
from core.use_cases.replay import replayed
from ports.clock import Ids
from ports.payments import PaymentProviders
from ports.unit_of_work import Begin


class SelectPayment:
    """Choose one of the cart's payment sessions; the provider opens it now.

    Raises CartNotFound, PaymentProviderNotInRegion, PaymentSessionNotFound, CartCompleted,
    CartInCompletion, PaymentDeclined, PaymentProviderUnavailable.
    """

    def __init__(self, begin: Begin, providers: PaymentProviders, opener: SessionOpener, ids: Ids) -> None:
        self._begin = begin
        self._providers = providers
        self._opener = opener
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, cart_id: str, provider_id: str) -> None:
        with self._begin(actor.unclaimed, "cart.select_payment") as work:
            cart = open_for_writing(work, actor, cart_id)
            cart.check_open()
            if provider_id not in work.regions.get(cart.region_id).payment_provider_ids:
                raise PaymentProviderNotInRegion("The payment method is not available in this region")
            chosen = cart.session(provider_id)
            if chosen.failed:
                chosen.renew(self._ids.new("ps"))
            dropped = [s for s in cart.payment_sessions if s.is_initiated and s is not chosen]
            orders = [(s.provider_id, dict(s.data), s.id) for s in dropped]
            for session in cart.payment_sessions:
                session.is_selected = session is chosen
                if session in dropped:
                    session.is_initiated = False
                    session.data = {}
            work.commit()
        for dropped_provider, data, session_id in orders:
            self._providers.get(dropped_provider).cancel(data, idempotency_key=f"{session_id}:cancel")
        self._opener(cart_id)
