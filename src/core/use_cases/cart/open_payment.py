"""Choose a way to pay and begin the payment, in one act."""

from dataclasses import dataclass

from core.domain.actor import SYSTEM, Actor
from core.domain.payment import NothingToPay, PaymentSession, SessionStatus
from core.domain.values import Metadata
from core.use_cases.cart.abandoning import AbandonSessions
from core.use_cases.cart.access import open_for_writing
from core.use_cases.cart.pricing import CartPricing
from core.use_cases.cart.session_choice import choose_session, offer_sessions
from core.use_cases.cart.session_opener import SessionOpener
from core.use_cases.replay import replayed
from ports.clock import Ids
from ports.payments import PaymentProviders
from ports.unit_of_work import Begin


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentChoice:
    """return_url, cancel_url: where the buyer is sent after paying on the provider's pages; the surface has
    checked that the shop knows them. metadata: kept with the session for the client."""

    provider_id: str
    return_url: str | None = None
    cancel_url: str | None = None
    metadata: Metadata | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedPayment:
    """data: the provider's own, for the buyer's browser."""

    session_id: str
    provider_id: str
    status: SessionStatus
    data: Metadata
    return_url: str | None
    cancel_url: str | None
    metadata: Metadata | None


class OpenPayment:
    """Prices the cart, offers it every provider of its region, selects this one and opens the payment there,
    as StartPayment and SelectPayment do one after the other. Repeating it takes up the same payment.

    Raises CartNotFound, CartCompleted, CartInCompletion, NothingToPay, PaymentProviderNotInRegion,
    PaymentSessionNotFound for a provider that is not installed, PaymentDeclined, PaymentProviderUnavailable,
    RateLimited.
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

    def __call__(self, actor: Actor, cart_id: str, choice: PaymentChoice) -> OpenedPayment:
        self._choose(actor, cart_id, choice)
        self._opener(cart_id, by=actor)
        return self._look(cart_id, choice.provider_id)

    @replayed
    def _choose(self, actor: Actor, cart_id: str, choice: PaymentChoice) -> None:
        with self._begin(actor.unclaimed, "cart.open_payment") as work:
            cart = open_for_writing(work, actor, cart_id)
            cart.check_open()
            self._pricing(work, cart)
            if cart.due <= 0:
                raise NothingToPay("the cart costs nothing; it is completed without a payment")
            offer_sessions(work, cart, self._providers, self._abandon, self._ids)
            session = choose_session(work, cart, choice.provider_id, self._abandon, self._ids)
            session.return_url, session.cancel_url = choice.return_url, choice.cancel_url
            session.metadata = choice.metadata
            work.commit()

    @replayed
    def _look(self, cart_id: str, provider_id: str) -> OpenedPayment:
        with self._begin(SYSTEM, "cart.open_payment") as work:
            return _opened(work.carts.get(cart_id).session(provider_id))


def _opened(session: PaymentSession) -> OpenedPayment:
    return OpenedPayment(
        session_id=session.id,
        provider_id=session.provider_id,
        status=session.status,
        data=dict(session.data),
        return_url=session.return_url,
        cancel_url=session.cancel_url,
        metadata=session.metadata,
    )
