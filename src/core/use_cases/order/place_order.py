"""Turn a cart into an order. Every path to an order ends here: the complete endpoint, webhooks,
recovery, reconciliation; any of them first, twice, late or never (docs/checkout.md).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.domain.actor import SYSTEM, Actor
from core.domain.cart import Cart, CartType, OutOfStock, SoldOut
from core.domain.discount import DiscountInvalid, DiscountLimitReached, DiscountNotHere
from core.domain.errors import ConcurrentUpdate, DomainError, RateLimited
from core.domain.gift_card import GiftCardInsufficient
from core.domain.money import Money
from core.domain.order import OrderCanceledAlready, OrderExists, OrderId
from core.domain.payment import (
    ATTEMPT_PATIENCE,
    AttemptId,
    Payment,
    PaymentAttempt,
    PaymentDeclined,
    PaymentMismatch,
    PaymentProviderNotFound,
    PaymentProviderUnavailable,
    ProviderPayment,
    SessionStatus,
)
from core.domain.product import DownloadPolicy
from core.domain.region import RegionNotFound
from core.domain.swap import NotSwappable, SwapClosed
from core.use_cases.cart.access import open_for_writing
from core.use_cases.cart.checkout_budgets import CheckoutBudgets
from core.use_cases.cart.pricing import CartPricing
from core.use_cases.download.granting import grant_downloads
from core.use_cases.gift_card.issuing import issue_cards
from core.use_cases.gift_card.spending import spend_cards
from core.use_cases.order.claiming import claim_discounts
from core.use_cases.order.obstacles import find_obstacle
from core.use_cases.order.placing import order_from, own_address, payment_from
from core.use_cases.order.stocking import take_stock
from core.use_cases.reactions import RECOVER_CHECKOUT
from core.use_cases.replay import replayed
from core.use_cases.swap.completing import complete_swap
from core.use_cases.swap.lookup import swap_of
from ports.clock import Clock, Ids
from ports.payments import PaymentProviders
from ports.unit_of_work import Begin, UnitOfWork

ACTION = "order.place"
_OF_DISCOUNTS = (DiscountInvalid, DiscountNotHere)
_OF_SWAPS = (SwapClosed, NotSwappable, OrderCanceledAlready)


class CompletionKind(StrEnum):
    ORDER = "order"
    SWAP = "swap"
    CART = "cart"


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """kind cart: the payment needs something more from the buyer, see payment_status."""

    kind: CompletionKind
    id: str
    payment_status: str | None = None


@dataclass(frozen=True, slots=True)
class _Started:
    """email: whose attempt this is; None for a caller that has joined one."""

    attempt: PaymentAttempt
    obstacle: DomainError | None
    email: str | None


class PlaceOrder:
    """Complete a cart. However often and from wherever it is called, one order comes of it, and every
    caller gets that one. A swap's cart settles its swap instead, with the same promises.

    Three steps: freeze the cart and record the attempt; ask the payment provider; place the order,
    take from gift cards and stock, grant the downloads in one transaction. A caller that finds an attempt running
    joins it. A crash leaves an attempt that ``RecoverCheckout`` finishes.

    Raises CartNotFound, CartNotReady, PriceChanged, NotPurchasable, OutOfStock, DiscountInvalid,
    DiscountLimitReached, DiscountNotHere, GiftCardInsufficient, RegionNotFound, SwapClosed, NotSwappable,
    PaymentDeclined, PaymentMismatch, PaymentProviderUnavailable, PaymentProviderNotFound for one that is not
    installed any more, RateLimited; the cart stays usable after each of them.
    Source: https://docs.medusajs.com/api/store#carts_postcartscartcomplete (v1), docs/checkout.md.
    """

    def __init__(
        self,
        begin: Begin,
        providers: PaymentProviders,
        pricing: CartPricing,
        clock: Clock,
        ids: Ids,
        downloads: DownloadPolicy,
        budgets: CheckoutBudgets,
    ) -> None:
        self._begin = begin
        self._providers = providers
        self._pricing = pricing
        self._clock = clock
        self._ids = ids
        self._downloads = downloads
        self._budgets = budgets

    @replayed
    def __call__(self, actor: Actor, cart_id: str) -> Completion:
        started = self._start(actor, cart_id)
        if isinstance(started, Completion):
            return started
        attempt = started.attempt
        try:
            self._budgets.spend_on_completion(actor, started.email)
        except RateLimited as error:
            return self._end(attempt, None, error)
        told = self._ask(started)
        if told is not None and told.status in (SessionStatus.PENDING, SessionStatus.REQUIRES_MORE):
            if started.obstacle is not None:
                self._end(attempt, told, started.obstacle)
            self._wait_for_buyer(attempt, told)
            return Completion(kind=CompletionKind.CART, id=cart_id, payment_status=told.status)
        refusal = self._refusal(started, told)
        if refusal is not None:
            self._end(attempt, told, refusal)
        try:
            return self._finish(actor, attempt, told)
        except (OutOfStock, DiscountLimitReached, GiftCardInsufficient, *_OF_SWAPS) as error:
            return self._end(attempt, told, error)
        except OrderExists:
            return self._existing(cart_id)

    # Step 1

    def _start(self, actor: Actor, cart_id: str) -> _Started | Completion:
        with self._begin(actor.unclaimed, ACTION) as work:
            cart = open_for_writing(work, actor, cart_id)
            done = _completed(work, cart)
            if done is not None:
                return done
            if cart.attempt_id is not None:
                obstacle = find_obstacle(work, self._pricing, cart)  # may lock an order, before the attempt
                return _Started(work.attempts.get(cart.attempt_id), obstacle, None)
            cart.check_ready()
            obstacle = find_obstacle(work, self._pricing, cart)
            attempt = self._attempt(cart)
            if attempt.provider_id is not None:
                self._providers.get(attempt.provider_id)  # one that is not installed any more begins nothing
            cart.freeze(attempt.id, attempt.started_at)
            work.attempts.add(attempt)
            work.schedule(
                RECOVER_CHECKOUT,
                {"cart_id": cart.id},
                dedupe_key=f"{RECOVER_CHECKOUT}:{attempt.id}",
                at=attempt.started_at + ATTEMPT_PATIENCE,
            )
            work.commit()
        return _Started(attempt, obstacle, cart.email)

    def _attempt(self, cart: Cart) -> PaymentAttempt:
        session = cart.selected_session if cart.due > 0 else None
        return PaymentAttempt(
            id=AttemptId(self._ids.new("patt")),
            cart_id=cart.id,
            provider_id=session.provider_id if session else None,
            amount=max(0, cart.due),
            currency_code=cart.currency_code,
            session_data=dict(session.data) if session else {},
            started_at=self._clock.now(),
        )

    # Step 2

    def _ask(self, started: _Started) -> ProviderPayment | None:
        attempt = started.attempt
        if attempt.provider_id is None:
            return None
        try:
            provider = self._providers.get(attempt.provider_id)
            if started.obstacle is not None:
                return provider.retrieve(attempt.session_data)
            due = Money(attempt.amount, attempt.currency_code)
            return provider.authorize(attempt.session_data, due, idempotency_key=f"{attempt.id}:authorize")
        except PaymentDeclined as error:
            self._end(attempt, None, error)
        except (PaymentProviderUnavailable, PaymentProviderNotFound):
            self._thaw(attempt)
            raise
        return None

    def _refusal(self, started: _Started, told: ProviderPayment | None) -> DomainError | None:
        attempt, obstacle = started.attempt, started.obstacle
        if told is None:
            return obstacle
        if told.status is not SessionStatus.AUTHORIZED:
            return obstacle or PaymentDeclined("Cart payment not authorized")
        if (told.amount, told.currency_code) != (attempt.amount, attempt.currency_code):
            return PaymentMismatch("the payment is for another amount than the cart; start the payment again")
        if isinstance(obstacle, RegionNotFound):
            return obstacle  # nothing is sold there any more, and what was paid goes back
        return None if told.captured == attempt.amount else obstacle

    # Step 3

    def _finish(self, actor: Actor, attempt: PaymentAttempt, told: ProviderPayment | None) -> Completion:
        now = self._clock.now()
        with self._begin(actor, ACTION) as work:
            cart = work.carts.get(attempt.cart_id)
            done = _completed(work, cart)
            if done is not None:
                return done
            if cart.attempt_id != attempt.id:
                raise ConcurrentUpdate("another attempt took over")
            payment = self._payment(cart, attempt, told, now)
            if cart.type is CartType.SWAP:
                swap = complete_swap(work, cart, payment, self._downloads, now, self._ids)
                work.attempts.get(attempt.id).place(swap.order_id)
                work.commit()
                return Completion(kind=CompletionKind.SWAP, id=swap.id)
            order_id = OrderId(self._ids.new("order"))
            order = order_from(
                cart,
                id=order_id,
                display_id=work.sequences.next("order"),
                customer_id=cart.customer_id or "",
                email=cart.email or "",
                now=now,
            )
            claim_discounts(work, cart, order)
            spend_cards(work, cart, order_id, now, self._ids)
            take_stock(work, cart)
            order.shipping_address = own_address(cart.shipping_address, self._ids)
            order.billing_address = own_address(cart.billing_address, self._ids)
            if payment is not None:
                order.payments.append(payment)
            order.placed()
            cart.complete(order.id, now)
            work.orders.add(order)
            if order.settled:
                grant_downloads(work, order, self._downloads, now, self._ids)
                issue_cards(work, order, now, self._ids)
            work.attempts.get(attempt.id).place(order.id)
            work.commit()
        return Completion(kind=CompletionKind.ORDER, id=order.id)

    def _payment(
        self, cart: Cart, attempt: PaymentAttempt, told: ProviderPayment | None, now: datetime
    ) -> Payment | None:
        if told is None or attempt.provider_id is None:
            return None
        pay = self._ids.new("pay")
        return payment_from(cart, told, id=pay, provider_id=attempt.provider_id, key=attempt.id, now=now)

    def _existing(self, cart_id: str) -> Completion:
        with self._begin(SYSTEM, ACTION) as work:
            order = work.orders.by_cart(cart_id)
        if order is None:
            raise ConcurrentUpdate("the order was taken back while it was being placed")
        return Completion(kind=CompletionKind.ORDER, id=order.id)

    # When it does not come to an order

    def _wait_for_buyer(self, attempt: PaymentAttempt, told: ProviderPayment) -> None:
        with self._begin(SYSTEM, ACTION) as work:
            cart = work.carts.get(attempt.cart_id)
            session = cart.selected_session
            if cart.thaw(attempt.id) and session is not None:
                session.status, session.data = told.status, dict(told.data)
                work.attempts.get(attempt.id).give_up(told.status)
                work.commit()

    def _thaw(self, attempt: PaymentAttempt) -> None:
        """The outcome is unknown: the cart is usable again, the attempt stays open."""
        with self._begin(SYSTEM, ACTION) as work:
            if work.carts.get(attempt.cart_id).thaw(attempt.id):
                work.commit()

    def _end(self, attempt: PaymentAttempt, told: ProviderPayment | None, refusal: DomainError) -> Completion:
        """Give the cart back to the buyer and the money too. Raises the refusal, unless another caller
        has placed the order meanwhile."""
        with self._begin(SYSTEM, ACTION) as work:
            cart = work.carts.get(attempt.cart_id)
            done = _completed(work, cart)
            if done is not None:
                return done
            if cart.thaw(attempt.id):
                # A discount that holds no longer leaves the cart, so that it can be bought without.
                if cart.discount_ids and isinstance(refusal, _OF_DISCOUNTS):
                    self._pricing(work, cart, sold=True)  # the region may be gone, and the cart is given back
                record = work.attempts.get(attempt.id)
                if told is not None and (told.captured or told.status is SessionStatus.AUTHORIZED):
                    record.owe_refund(told.reference, refusal.code)
                    cart.payment_sessions = []
                    cart.agreed_total = None
                    refusal = SoldOut(str(refusal)) if isinstance(refusal, OutOfStock) else refusal
                else:
                    record.give_up(refusal.code)
                    if isinstance(refusal, PaymentDeclined) and cart.selected_session is not None:
                        cart.selected_session.fail()
                work.commit()
        raise refusal


def _completed(work: UnitOfWork, cart: Cart) -> Completion | None:
    """What became of the cart, if it was completed."""
    if cart.order_id is not None:
        return Completion(kind=CompletionKind.ORDER, id=cart.order_id)
    return Completion(kind=CompletionKind.SWAP, id=swap_of(work, cart.id).id) if cart.completed else None
