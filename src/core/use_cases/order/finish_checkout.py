"""Take a cart through what is left of its checkout, in one act."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum

from core.domain.actor import Actor
from core.domain.cart import (
    NOT_READY,
    Cart,
    CartCompleted,
    CartInCompletion,
    CartNotReady,
    CartType,
    CheckoutPart,
    SwapCartFixed,
)
from core.domain.errors import DomainError
from core.domain.payment import NothingToPay
from core.use_cases.cart.access import check_readable
from core.use_cases.cart.choose_shipping import ChooseShipping
from core.use_cases.cart.open_payment import OpenPayment, PaymentChoice
from core.use_cases.cart.update_cart import CartChanges, UpdateCart
from core.use_cases.order.place_order import Completion, PlaceOrder
from ports.unit_of_work import Begin

# What a buyer is asked for, in this order, before the payment is looked at.
ASKED = (
    CheckoutPart.ITEMS,
    CheckoutPart.SHIPPING_ADDRESS,
    CheckoutPart.BILLING_ADDRESS,
    CheckoutPart.SHIPPING_METHOD,
    CheckoutPart.PAYMENT,
    CheckoutPart.EMAIL,
)


class Step(StrEnum):
    ADDRESSES = "addresses"
    SHIPPING = "shipping-method"
    PAYMENT = "payment"
    ORDER = "place-order"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """None skips a step: the cart has what it needs of it, or needs nothing."""

    changes: CartChanges | None = None
    shipping_option_id: str | None = None
    payment: PaymentChoice | None = None


class FinishCheckout:
    """Addresses, shipping, payment, order, as the use cases of their own do them. The first refusal ends
    it and names its step in ``extra["step"]``; the steps before it stand, so that the cart can be finished
    by whatever goes on from there. Repeating it answers the same order. A payment for a cart that costs
    nothing is skipped.

    Insists on a billing address for goods to be shipped, which PlaceOrder does not. Raises what UpdateCart,
    ChooseShipping, OpenPayment and PlaceOrder raise.
    """

    def __init__(
        self, begin: Begin, update: UpdateCart, ship: ChooseShipping, pay: OpenPayment, place: PlaceOrder
    ) -> None:
        self._begin = begin
        self._update = update
        self._ship = ship
        self._pay = pay
        self._place = place

    def __call__(self, actor: Actor, cart_id: str, checkout: Checkout) -> Completion:
        # A cart that somebody else completes meanwhile is completed: everybody gets the same order.
        with suppress(CartCompleted, CartInCompletion):
            self._prepare(actor, cart_id, checkout)
        with _named(Step.ORDER):
            self._check(actor, cart_id)
            return self._place(actor, cart_id)

    def _prepare(self, actor: Actor, cart_id: str, checkout: Checkout) -> None:
        # The steps may become the caller's, but only the order is what a repeated request reads back.
        actor = actor.unclaimed
        if checkout.changes is not None:
            with _named(Step.ADDRESSES):
                self._update(actor, cart_id, checkout.changes)
        if checkout.shipping_option_id is not None:
            with _named(Step.SHIPPING):
                self._ship(actor, cart_id, checkout.shipping_option_id)
        if checkout.payment is not None:
            with _named(Step.PAYMENT), suppress(NothingToPay):
                self._pay(actor, cart_id, checkout.payment)

    def _check(self, actor: Actor, cart_id: str) -> None:
        with self._begin(actor, "cart.review_checkout") as work:
            cart = work.carts.get(cart_id)
            check_readable(work, actor, cart)
        if cart.type is CartType.SWAP:
            raise SwapCartFixed("an exchange is completed where it was asked for")
        if not cart.completed and cart.attempt_id is None:
            _insist(cart)


def _insist(cart: Cart) -> None:
    missing = cart.missing()
    part = next((part for part in ASKED if part in missing), None)
    if part is not None:
        raise CartNotReady(NOT_READY[part], part)


@contextmanager
def _named(step: Step) -> Iterator[None]:
    try:
        yield
    except DomainError as refusal:
        refusal.extra = {**refusal.extra, "step": step.value}
        raise
