"""Opening a chosen payment session at its provider."""

from core.domain.actor import SYSTEM
from core.domain.money import Money
from core.domain.values import Metadata
from core.use_cases.cart.session_sync import record_initiated
from ports.payments import PaymentProviders
from ports.unit_of_work import Begin


class SessionOpener:
    """Opens the selected session of a cart at its provider, between two transactions.

    Raises PaymentDeclined, PaymentProviderUnavailable.
    """

    def __init__(self, begin: Begin, providers: PaymentProviders) -> None:
        self._begin = begin
        self._providers = providers

    def __call__(self, cart_id: str) -> None:
        with self._begin(SYSTEM, "cart.open_payment_session") as work:
            cart = work.carts.get(cart_id)
        session = cart.selected_session
        if session is None or (session.is_initiated and not session.stale) or cart.order_id is not None:
            return
        due = Money(cart.due, cart.currency_code)
        provider = self._providers.get(session.provider_id)
        step = "update" if session.is_initiated else "initiate"
        key = f"{session.id}:{step}:{cart.version}"  # the same for a retry, another after each edit
        if session.is_initiated:
            answer = provider.update(dict(session.data), due, idempotency_key=key)
        else:
            about: Metadata = {"cart_id": cart.id, "email": cart.email, "customer_id": cart.customer_id}
            answer = provider.initiate(due, about, idempotency_key=key)

        with self._begin(SYSTEM, "cart.open_payment_session") as work:
            cart = work.carts.get(cart_id)
            ours = next((s for s in cart.payment_sessions if s.id == session.id), None)
            if ours is None or cart.order_id is not None:
                return
            record_initiated(cart, ours, due, answer)
            cart.mark_sessions_stale()  # if the cart moved on meanwhile
            work.commit()
