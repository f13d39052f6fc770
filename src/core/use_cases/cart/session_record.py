"""What a cart notes of its payment sessions."""

from core.domain.cart import Cart
from core.domain.money import Money
from core.domain.payment import PaymentSession, ProviderPayment


def settle_untold(cart: Cart) -> None:
    """Sessions no provider knows of only carry the amount."""
    for session in cart.payment_sessions:
        if not session.is_initiated:
            session.amount = cart.due
            session.stale = False


def record_initiated(cart: Cart, session: PaymentSession, due: Money, answer: ProviderPayment) -> None:
    """The provider holds a payment for exactly ``due``."""
    session.data = answer.data
    session.status = answer.status
    session.amount = due.amount
    session.is_initiated = True
    session.stale = False
    if session.is_selected:
        cart.agreed_total = due.amount
