"""Bring the shop's books in line with what a payment provider says of one payment."""

from __future__ import annotations

from enum import StrEnum

from core.domain.actor import SYSTEM, Actor
from core.domain.cart import Cart
from core.domain.errors import ConcurrentUpdate, DomainError, NotFound, Unavailable
from core.domain.money import Money
from core.domain.order import Order
from core.domain.payment import (
    DECLINES_MAX,
    AttemptId,
    PaymentAttempt,
    PaymentMismatch,
    PaymentSession,
    ProviderPayment,
    SessionStatus,
)
from core.domain.product import DownloadPolicy
from core.domain.values import Metadata
from core.domain.webhook_event import EventEarly, EventMismatch
from core.use_cases.cart.abandoning import AbandonSessions
from core.use_cases.cart.session_sync import SessionSync
from core.use_cases.download.granting import grant_downloads
from core.use_cases.gift_card.issuing import issue_cards
from core.use_cases.order.place_order import PlaceOrder
from core.use_cases.order.refund_intent import owe_back
from core.use_cases.payment_collection.settle_collection import SettleCollection
from core.use_cases.replay import replayed
from core.use_cases.swap.following import follow_payment
from ports.clock import Clock, Ids
from ports.payments import PaymentProviders
from ports.unit_of_work import Begin, UnitOfWork

ACTION = "payment.settle"


class Settlement(StrEnum):
    """What came of it. open: it waits for the buyer. foreign: no cart of this shop."""

    ORDERED = "ordered"
    RECORDED = "recorded"
    RETURNED = "returned"
    OPEN = "open"
    KNOWN = "known"
    FOREIGN = "foreign"


class SettlePayment:
    """Ask the provider, then follow: paid for becomes an order, or the money goes back.

    A payment that cannot become an order is owed back by a recorded attempt (``RefundCheckout`` refunds
    or releases it). Repeatable, in any order with the buyer's own completion,
    webhooks and the reconciler: ``PlaceOrder`` makes one order of a cart, and a payment is owed back by
    at most one attempt. One of a payment collection goes its own way (``SettleCollection``).

    cart_id: where the caller knows it; otherwise the provider remembers. expected: what an event said.
    declined: an event told of a decline; after ``DECLINES_MAX`` of them the session is closed and its
    payment released, so that the next try has to pass the budgets of checkout. An event that is processed
    again after a crash counts again.
    Raises EventEarly (no such cart yet), EventMismatch, PaymentMismatch (the provider took another
    amount than was agreed; it is owed back), PaymentProviderUnavailable.
    Source: https://docs.stripe.com/payments/paymentintents/lifecycle, docs/webhooks.md.
    """

    def __init__(
        self,
        begin: Begin,
        providers: PaymentProviders,
        place_order: PlaceOrder,
        sync: SessionSync,
        clock: Clock,
        ids: Ids,
        downloads: DownloadPolicy,
        abandon: AbandonSessions,
        collections: SettleCollection,
    ) -> None:
        self._begin = begin
        self._providers = providers
        self._place_order = place_order
        self._sync = sync
        self._clock = clock
        self._ids = ids
        self._downloads = downloads
        self._abandon = abandon
        self._collections = collections

    @replayed
    def __call__(
        self,
        actor: Actor,
        provider_id: str,
        data: Metadata,
        *,
        cart_id: str | None = None,
        expected: Money | None = None,
        declined: bool = False,
    ) -> Settlement:
        told = self._providers.get(provider_id).retrieve(dict(data))
        if expected is not None and expected != Money(told.amount, told.currency_code):
            raise EventMismatch("the event names another amount than the provider has on its books")
        known = self._follow_known(provider_id, told)
        if known is not None:
            return known
        collected = self._collections(provider_id, told, declined=declined)
        if collected is not None:
            return Settlement.RECORDED if collected else Settlement.KNOWN
        cart_id = cart_id or told.cart_id
        if cart_id is None:
            return Settlement.FOREIGN
        if told.status is not SessionStatus.AUTHORIZED:
            return self._note_status(cart_id, provider_id, told, declined=declined)
        if told.captured and told.refunded >= told.captured:
            return Settlement.KNOWN
        return self._place(actor, cart_id, provider_id, told)

    # The payment of an order, or one that is owed back already

    def _follow_known(self, provider_id: str, told: ProviderPayment) -> Settlement | None:
        with self._begin(SYSTEM, ACTION) as work:
            order = work.orders.by_payment(provider_id, told.reference)
            if order is None:
                owed = work.attempts.by_payment(provider_id, told.reference) is not None
                return Settlement.KNOWN if owed else None
            moved = self._follow_order(work, order, told)
            work.commit()
        return Settlement.RECORDED if moved else Settlement.KNOWN

    def _follow_order(self, work: UnitOfWork, order: Order, told: ProviderPayment) -> bool:
        payment = next(p for p in order.payments if p.provider_payment_id == told.reference)
        now = self._clock.now()
        if told.status is SessionStatus.CANCELED and payment.captured_at is None and payment.canceled_at is None:
            payment.canceled_at = now
            order.capture_failed(payment.id, "the payment was canceled at the provider")
            follow_payment(work, order, payment, self._clock, self._ids)
            return True
        if not told.captured or payment.captured_at is not None:
            return False
        if (told.captured, told.currency_code) != (payment.amount, payment.currency_code):
            raise PaymentMismatch("the provider took another amount than the order costs")
        order.captured(payment.id, now, told.data)
        follow_payment(work, order, payment, self._clock, self._ids)
        owe_back(work, order, self._clock, self._ids)
        grant_downloads(work, order, self._downloads, now, self._ids)
        if order.settled:
            issue_cards(work, order, now, self._ids)
        return True

    # Not paid (yet)

    def _note_status(self, cart_id: str, provider_id: str, told: ProviderPayment, *, declined: bool) -> Settlement:
        with self._begin(SYSTEM, ACTION) as work:
            cart = _cart(work, cart_id)
            session = _bound(cart, provider_id, told)
            busy = cart.completed or cart.attempt_id is not None
            if session is None or busy or (session.status is told.status and not declined):
                return Settlement.OPEN
            session.declines += declined
            if session.declines >= DECLINES_MAX:
                self._abandon(work, cart, [session], "DECLINED_TOO_OFTEN")
            session.status, session.data = told.status, dict(told.data)
            session.stale = session.stale or session.failed
            work.commit()
        return Settlement.RECORDED

    # Paid

    def _place(self, actor: Actor, cart_id: str, provider_id: str, told: ProviderPayment) -> Settlement:
        with self._begin(SYSTEM, ACTION) as work:
            cart = _cart(work, cart_id)
            session = _bound(cart, provider_id, told)
        if session is None or cart.completed:
            return self._give_back(cart_id, provider_id, told, "NOT_THE_CARTS_PAYMENT")
        if session.stale and cart.attempt_id is None:
            self._sync(cart_id)  # finds the payment gone through, and owes it back
            raise ConcurrentUpdate("the cart was changed while it was paid for")
        try:
            self._place_order(actor.unclaimed, cart_id)
        except (Unavailable, ConcurrentUpdate):
            raise
        except DomainError as refusal:
            settlement = self._give_back(cart_id, provider_id, told, refusal.code)
            if isinstance(refusal, PaymentMismatch):
                raise
            return settlement
        with self._begin(SYSTEM, ACTION) as work:
            placed = work.orders.by_payment(provider_id, told.reference) is not None
        return Settlement.ORDERED if placed else self._give_back(cart_id, provider_id, told, "ANOTHER_PAYMENT")

    def _give_back(self, cart_id: str, provider_id: str, told: ProviderPayment, reason: str) -> Settlement:
        with self._begin(SYSTEM, ACTION) as work:
            cart = work.carts.get(cart_id)
            session = _bound(cart, provider_id, told)
            if cart.attempt_id is not None and session is not None:
                raise ConcurrentUpdate("the cart is being completed with this payment")
            if work.orders.by_payment(provider_id, told.reference) is not None:
                return Settlement.KNOWN
            if work.attempts.by_payment(provider_id, told.reference) is not None:
                return Settlement.KNOWN
            if session is not None and not cart.completed:
                cart.payment_sessions = []
                cart.agreed_total = None
            work.attempts.add(self._owing(cart, provider_id, told, reason))
            work.commit()
        return Settlement.RETURNED

    def _owing(self, cart: Cart, provider_id: str, told: ProviderPayment, reason: str) -> PaymentAttempt:
        attempt = PaymentAttempt(
            id=AttemptId(self._ids.new("patt")),
            cart_id=cart.id,
            provider_id=provider_id,
            amount=told.captured or told.amount,
            currency_code=told.currency_code,
            session_data=dict(told.data),
            started_at=self._clock.now(),
        )
        attempt.owe_refund(told.reference, reason)
        return attempt


def _cart(work: UnitOfWork, cart_id: str) -> Cart:
    try:
        return work.carts.get(cart_id)
    except NotFound as error:
        raise EventEarly(f"there is no cart {cart_id}") from error


def _bound(cart: Cart, provider_id: str, told: ProviderPayment) -> PaymentSession | None:
    """The cart's chosen session, if this payment is its."""
    session = cart.selected_session
    if session is None or session.provider_id != provider_id or session.data.get("id") != told.reference:
        return None
    return session
