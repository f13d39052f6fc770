"""Withdraw a way to pay from a cart."""

from core.domain.actor import Actor
from core.use_cases.cart.access import open_for_writing
from core.use_cases.replay import replayed
from ports.payments import PaymentProviders
from ports.unit_of_work import Begin


class RemovePayment:
    """Delete a payment session, at its provider too; an unknown one is ignored, as in Medusa.

    Raises CartNotFound, CartCompleted, CartInCompletion, PaymentProviderUnavailable.
    """

    def __init__(self, begin: Begin, providers: PaymentProviders) -> None:
        self._begin = begin
        self._providers = providers

    @replayed
    def __call__(self, actor: Actor, cart_id: str, provider_id: str) -> None:
        with self._begin(actor, "cart.remove_payment") as work:
            cart = open_for_writing(work, actor, cart_id)
            cart.check_open()
            gone = [session for session in cart.payment_sessions if session.provider_id == provider_id]
            cart.payment_sessions = [session for session in cart.payment_sessions if session not in gone]
            if cart.selected_session is None:
                cart.agreed_total = None
            work.commit()
        for session in gone:
            if session.is_initiated:
                provider = self._providers.get(session.provider_id)
                provider.cancel(dict(session.data), idempotency_key=f"{session.id}:cancel")
