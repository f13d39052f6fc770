"""Opening a chosen payment session at its provider, and keeping it at the right amount."""

from dataclasses import replace

from core.domain.actor import SYSTEM, Actor
from core.domain.cart import Cart
from core.domain.money import Money
from core.domain.payment import (
    PaymentAttempt,
    PaymentDeclined,
    PaymentProviderNotFound,
    PaymentSession,
    ProviderPayment,
    SessionStatus,
)
from core.domain.values import Metadata
from core.use_cases.cart.abandoning import AbandonSessions
from core.use_cases.cart.checkout_budgets import CheckoutBudgets
from core.use_cases.cart.session_record import record_initiated
from core.use_cases.replay import replayed
from ports.clock import Ids
from ports.payments import PaymentProvider, PaymentProviders
from ports.unit_of_work import Begin, UnitOfWork

ACTION = "cart.open_payment_session"
LIVE = (SessionStatus.PENDING, SessionStatus.REQUIRES_MORE)  # the buyer may still pay it


class SessionOpener:
    """Makes the selected session of a cart stand at its provider for what is due, between two
    transactions. Safe to repeat. Each transaction is replayed by itself, so that a race lost after the provider
    was asked does not ask it for something else.

    A cart gets no second payment at a provider while one that it had given up can still be paid there: that
    one is taken up again. The shop's own records say which these are, the provider what became of them.
    A payment that went through meanwhile cannot change its amount any more: it is released or given back
    through a recorded intent, and the session begins again. Each payment that a buyer has opened counts for the
    cart and its e-mail address. Raises PaymentDeclined, PaymentProviderUnavailable, RateLimited.
    """

    def __init__(
        self,
        begin: Begin,
        providers: PaymentProviders,
        abandon: AbandonSessions,
        ids: Ids,
        budgets: CheckoutBudgets,
    ) -> None:
        self._begin = begin
        self._providers = providers
        self._abandon = abandon
        self._ids = ids
        self._budgets = budgets

    def __call__(self, cart_id: str, *, by: Actor = SYSTEM, anew: bool = False) -> None:
        """by: who has it opened. anew: a payment of its own, even where one that was given up could still be paid."""
        self._open(cart_id, by, may_take_up=not anew)

    def _open(self, cart_id: str, by: Actor, *, may_take_up: bool) -> None:
        cart, about = self._seen(cart_id)
        session = cart.selected_session
        if session is None or (session.is_initiated and not session.stale) or cart.completed:
            return
        due = Money(cart.due, cart.currency_code)
        try:
            provider = self._providers.get(session.provider_id)
        except PaymentProviderNotFound:
            self._drop(cart_id, session)
            return
        if not session.is_initiated:
            if may_take_up and self._take_up(cart_id, session, due, provider):
                self._open(cart_id, by, may_take_up=False)  # for the amount, if it is another one by now
                return
            self._budgets.spend_on_payment(by, cart_id, cart.email)
            self._keep(cart_id, session, due, self._initiate(provider, cart, session, due, about))
            return
        key = f"{session.id}:update:{cart.version}"  # the same for a retry, another after each edit
        try:
            answer = provider.update(dict(session.data), due, idempotency_key=key)
        except PaymentDeclined:
            if self._begin_again(cart_id, session):
                self._open(cart_id, by, may_take_up=False)  # what could not be changed is not taken up again
            return
        self._record(cart_id, session.id, due, answer)

    @replayed
    def _drop(self, cart_id: str, session: PaymentSession) -> None:
        """Of a provider that is not installed any more. It is asked what it holds once it is back."""
        with self._begin(SYSTEM, ACTION) as work:
            cart = work.carts.get(cart_id)
            gone = [ours for ours in cart.payment_sessions if ours.id == session.id]
            if gone and not cart.completed and cart.attempt_id is None:
                self._abandon(work, cart, gone, "NOT_INSTALLED")
                work.commit()

    def _take_up(self, cart_id: str, session: PaymentSession, due: Money, provider: PaymentProvider) -> bool:
        """Whether a payment of this cart that was to be released stands for it again."""
        for attempt in self._owed(cart_id, session.provider_id):
            if attempt.session_data.get("id") is None or attempt.currency_code != due.currency:
                continue
            try:
                told = provider.retrieve(dict(attempt.session_data))
            except PaymentDeclined:
                continue  # the provider knows no such payment
            if told.status in LIVE and not told.captured and self._stands(cart_id, session.id, attempt.id, due, told):
                return True
        return False

    @replayed
    def _seen(self, cart_id: str) -> tuple[Cart, Metadata]:
        with self._begin(SYSTEM, ACTION) as work:
            cart = work.carts.get(cart_id)
            return cart, _about(work, cart)

    @replayed
    def _owed(self, cart_id: str, provider_id: str) -> list[PaymentAttempt]:
        with self._begin(SYSTEM, ACTION) as work:
            return work.attempts.owed(cart_id, provider_id)

    @replayed
    def _stands(self, cart_id: str, session_id: str, attempt_id: str, due: Money, told: ProviderPayment) -> bool:
        with self._begin(SYSTEM, ACTION) as work:
            cart = work.carts.get(cart_id)
            ours = next((s for s in cart.payment_sessions if s.id == session_id), None)
            attempt = work.attempts.get(attempt_id)
            free = ours is not None and not ours.is_initiated and not cart.completed and cart.attempt_id is None
            if ours is None or not free or not attempt.reusable:
                return False
            attempt.reuse()
            record_initiated(cart, ours, Money(told.amount, told.currency_code), told)
            cart.mark_sessions_stale()  # where it was opened for another amount
            work.commit()
        return True

    def _initiate(
        self, provider: PaymentProvider, cart: Cart, session: PaymentSession, due: Money, about: Metadata
    ) -> ProviderPayment:
        context: Metadata = {
            **about,
            "session_id": session.id,
            "return_url": session.return_url,
            "cancel_url": session.cancel_url,
        }
        return provider.initiate(due, context, idempotency_key=f"{session.id}:initiate:{cart.version}")

    @replayed
    def _keep(self, cart_id: str, session: PaymentSession, due: Money, answer: ProviderPayment) -> None:
        """A payment that was just begun; where another stands by now, or the cart is sold or paid otherwise, it is
        released: no buyer was shown it."""
        with self._begin(SYSTEM, ACTION) as work:
            cart = work.carts.get(cart_id)
            ours = next((s for s in cart.payment_sessions if s.id == session.id), None)
            if ours is not None and not ours.is_initiated and not cart.completed:
                record_initiated(cart, ours, due, answer)
                cart.mark_sessions_stale()  # if the cart moved on meanwhile
            elif not _is_known(work, cart, session.provider_id, answer.reference):
                begun = replace(session, is_initiated=True, amount=due.amount, data=dict(answer.data))
                self._abandon.release(work, cart, begun, "OVERTAKEN")
            work.commit()

    @replayed
    def _record(self, cart_id: str, session_id: str, due: Money, answer: ProviderPayment) -> None:
        with self._begin(SYSTEM, ACTION) as work:
            cart = work.carts.get(cart_id)
            ours = next((s for s in cart.payment_sessions if s.id == session_id), None)
            if ours is None or cart.completed:
                return
            record_initiated(cart, ours, due, answer)
            cart.mark_sessions_stale()  # if the cart moved on meanwhile
            work.commit()

    @replayed
    def _begin_again(self, cart_id: str, session: PaymentSession) -> bool:
        """False: the payment that could not be changed belongs to an attempt or an order by now."""
        with self._begin(SYSTEM, ACTION) as work:
            cart = work.carts.get(cart_id)
            ours = next((s for s in cart.payment_sessions if s.id == session.id), None)
            if ours is None or cart.completed or cart.attempt_id is not None:
                return False
            self._abandon.release(work, cart, ours, "CART_CHANGED")
            ours.renew(self._ids.new("ps"))
            ours.stale = True
            cart.agreed_total = None
            work.commit()
        return True


def _is_known(work: UnitOfWork, cart: Cart, provider_id: str, reference: str) -> bool:
    """Whether the shop's books have this payment: whoever asked under the same key was answered the same one."""
    if any(session.data.get("id") == reference for session in cart.payment_sessions):
        return True
    if work.orders.by_payment(provider_id, reference) is not None:
        return True
    return work.attempts.by_payment(provider_id, reference) is not None


def _about(work: UnitOfWork, cart: Cart) -> Metadata:
    """What providers are told of a cart; registered customers by name, so that a way to pay may be kept."""
    account_email = None
    if cart.customer_id is not None and work.customers.is_registered(cart.customer_id):
        account_email = work.customers.get(cart.customer_id).email
    return {
        "cart_id": cart.id,
        "email": cart.email,
        "customer_id": cart.customer_id,
        "account_email": account_email,
    }
