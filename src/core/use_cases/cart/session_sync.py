"""Telling payment providers that the amount of a cart has changed.

A cart edit commits first, with its payment sessions marked stale; then the provider is told, then that
is recorded. A crash in between leaves a stale session, which completion refuses and the next edit,
read or session refresh repairs.
"""

from core.domain.actor import SYSTEM
from core.domain.cart import Cart
from core.domain.money import Money
from core.domain.payment import PaymentSession, ProviderPayment
from ports.payments import PaymentProviders
from ports.unit_of_work import Begin


class SessionSync:
    """Brings the payment sessions of a cart in line with what is due. Safe to repeat.

    Raises PaymentProviderUnavailable, PaymentDeclined; the cart's change stands all the same.
    """

    def __init__(self, begin: Begin, providers: PaymentProviders) -> None:
        self._begin = begin
        self._providers = providers

    def __call__(self, cart_id: str) -> None:
        with self._begin(SYSTEM, "cart.sync_payment_sessions") as work:
            cart = work.carts.get(cart_id)
            if cart.order_id is not None or cart.attempt_id is not None:
                return
            due = Money(cart.due, cart.currency_code)
            told = [s for s in cart.payment_sessions if s.stale and s.is_initiated and not s.failed]
            version = cart.version
            orders = [(session.id, session.provider_id, dict(session.data)) for session in told]
            settle_untold(cart)
            work.commit()

        for session_id, provider_id, data in orders:
            provider = self._providers.get(provider_id)
            answer = provider.update(data, due, idempotency_key=f"{session_id}:update:{version}")
            self._record(cart_id, session_id, due, answer)

    def _record(self, cart_id: str, session_id: str, due: Money, answer: ProviderPayment) -> None:
        with self._begin(SYSTEM, "cart.sync_payment_sessions") as work:
            cart = work.carts.get(cart_id)
            session = next((s for s in cart.payment_sessions if s.id == session_id), None)
            if session is None or cart.due != due.amount or cart.order_id is not None:
                return  # another edit came first and tells the provider itself
            record_initiated(cart, session, due, answer)
            work.commit()


def settle_untold(cart: Cart) -> None:
    """Sessions no provider knows of only carry the amount; a cart that costs nothing needs none."""
    if cart.due <= 0:
        cart.payment_sessions = []
        cart.agreed_total = None
        return
    for session in cart.payment_sessions:
        if not session.is_initiated:
            session.amount = cart.due
            session.stale = False


def record_initiated(cart: Cart, session: PaymentSession, due: Money, answer: ProviderPayment) -> None:
    """The provider holds a payment for exactly what is due."""
    session.data = answer.data
    session.status = answer.status
    session.amount = due.amount
    session.is_initiated = True
    session.stale = False
    if session.is_selected:
        cart.agree()
