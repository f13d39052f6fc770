"""Take a cart through what is left of its checkout, in one act."""

from contextlib import suppress

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
from core.use_cases.cart.access import check_readable
from core.use_cases.cart.prepare_checkout import Checkout, PrepareCheckout, Step, named
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


class FinishCheckout:
    """The steps as PrepareCheckout takes them, then the order. What was done before a refusal stands, so
    that the cart can be finished by whatever goes on from there. Repeating it answers the same order.

    Insists on a billing address for goods to be shipped, which PlaceOrder does not; leaves a swap's cart
    alone. Raises what PrepareCheckout and PlaceOrder raise, SwapCartFixed.
    """

    def __init__(self, begin: Begin, prepare: PrepareCheckout, place: PlaceOrder) -> None:
        self._begin = begin
        self._prepare = prepare
        self._place = place

    def __call__(self, actor: Actor, cart_id: str, checkout: Checkout) -> Completion:
        if checkout != Checkout():
            self._seen(actor, cart_id)
            # A cart that somebody else completes meanwhile is completed: everybody gets the same order. The
            # steps may become the caller's, but only the order is what a repeated request reads back.
            with suppress(CartCompleted, CartInCompletion):
                self._prepare(actor.unclaimed, cart_id, checkout)
        with named(Step.ORDER):
            cart = self._seen(actor, cart_id)
            if not cart.completed and cart.attempt_id is None:
                _insist(cart)
            return self._place(actor, cart_id)

    def _seen(self, actor: Actor, cart_id: str) -> Cart:
        with self._begin(actor, "cart.review_checkout") as work:
            cart = work.carts.get(cart_id)
            check_readable(work, actor, cart)
        if cart.type is CartType.SWAP:
            raise SwapCartFixed("an exchange is completed where it was asked for")
        return cart


def _insist(cart: Cart) -> None:
    missing = cart.missing()
    part = next((part for part in ASKED if part in missing), None)
    if part is not None:
        raise CartNotReady(NOT_READY[part], part)
