"""Which payment sessions a cart has, and which of them the buyer pays with."""

from core.domain.cart import Cart
from core.domain.payment import PaymentProviderNotInRegion, PaymentSession
from core.use_cases.cart.abandoning import AbandonSessions
from ports.clock import Ids
from ports.payments import PaymentProviders
from ports.unit_of_work import UnitOfWork


def offer_sessions(
    work: UnitOfWork, cart: Cart, providers: PaymentProviders, abandon: AbandonSessions, ids: Ids
) -> None:
    """One session per installed provider of the region, for what a freshly priced cart costs; a single
    one is selected at once."""
    installed = set(providers.ids())
    wanted = [p for p in work.regions.get(cart.region_id).payment_provider_ids if p in installed]
    if cart.due <= 0:
        wanted = []
    gone = [session for session in cart.payment_sessions if session.provider_id not in wanted]
    abandon(work, cart, gone, "NOT_OFFERED")
    there = {session.provider_id: session for session in cart.payment_sessions}
    cart.payment_sessions = [
        there.get(provider_id) or PaymentSession(id=ids.new("ps"), provider_id=provider_id, amount=cart.due)
        for provider_id in wanted
    ]
    for session in cart.payment_sessions:
        if session.failed:
            session.renew(ids.new("ps"))
        if not session.is_initiated:
            session.amount = cart.due
            session.stale = False
    if len(cart.payment_sessions) == 1:
        cart.payment_sessions[0].is_selected = True


def choose_session(
    work: UnitOfWork, cart: Cart, provider_id: str, abandon: AbandonSessions, ids: Ids
) -> PaymentSession:
    """Select one, and let go of what others hold. Raises PaymentProviderNotInRegion, PaymentSessionNotFound."""
    if provider_id not in work.regions.get(cart.region_id).payment_provider_ids:
        raise PaymentProviderNotInRegion("The payment method is not available in this region")
    chosen = cart.session(provider_id)
    if chosen.failed:
        chosen.renew(ids.new("ps"))
    for session in cart.payment_sessions:
        session.is_selected = session is chosen
        if session.is_initiated and session is not chosen:
            abandon.release(work, cart, session, "DESELECTED")
            session.renew(ids.new("ps"))
    return chosen
