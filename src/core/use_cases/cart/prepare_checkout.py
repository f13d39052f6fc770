"""Take a cart through steps of its checkout, up to the order."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum

from core.domain.actor import Actor
from core.domain.cart import NOT_READY, Cart, CartNotReady, CheckoutPart
from core.domain.errors import DomainError, Invalid
from core.domain.payment import NothingToPay
from core.use_cases.cart.access import check_readable
from core.use_cases.cart.choose_shipping import ChooseShipping
from core.use_cases.cart.open_payment import OpenPayment, PaymentChoice
from core.use_cases.cart.update_cart import CartChanges, UpdateCart
from ports.unit_of_work import Begin


class Step(StrEnum):
    ADDRESSES = "addresses"
    SHIPPING = "shipping-method"
    PAYMENT = "payment"
    ORDER = "place-order"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """None skips a step: the cart has what it needs of it, or needs nothing.

    whole: what the cart needs has to be named here, whatever was chosen for it before.
    """

    changes: CartChanges | None = None
    shipping_option_id: str | None = None
    payment: PaymentChoice | None = None
    whole: bool = False


class NotNamed(Invalid):
    """A checkout that is to be the whole of it leaves out a part that the cart needs."""

    def __init__(self, part: CheckoutPart) -> None:
        super().__init__(NOT_READY[part])
        self.part = part


class PrepareCheckout:
    """Addresses, shipping, payment, as the use cases of their own do them. The first refusal ends it and
    names its step in ``extra["step"]``; the steps before it stand. A payment for a cart that costs nothing
    is skipped.

    An empty cart is not begun with, nor a whole checkout that leaves something out: before any change,
    CartNotReady or NotNamed is raised. Raises CartNotFound, CartCompleted, CartInCompletion too, and what
    UpdateCart, ChooseShipping and OpenPayment raise.
    """

    def __init__(self, look: Begin, update: UpdateCart, ship: ChooseShipping, pay: OpenPayment) -> None:
        self._look = look
        self._update = update
        self._ship = ship
        self._pay = pay

    def __call__(self, actor: Actor, cart_id: str, checkout: Checkout) -> None:
        with self._look(actor, "cart.prepare_checkout") as work:
            cart = work.carts.get(cart_id)
            check_readable(work, actor, cart)
        cart.check_open()
        _check(cart, actor, checkout)
        if checkout.changes is not None:
            with named(Step.ADDRESSES):
                self._update(actor, cart_id, checkout.changes)
        if checkout.shipping_option_id is not None:
            with named(Step.SHIPPING):
                self._ship(actor, cart_id, checkout.shipping_option_id)
        if checkout.payment is not None:
            with named(Step.PAYMENT), suppress(NothingToPay):
                self._pay(actor, cart_id, checkout.payment)


@contextmanager
def named(step: Step) -> Iterator[None]:
    """What is refused within says at which step."""
    try:
        yield
    except DomainError as refusal:
        refusal.extra = {**refusal.extra, "step": step.value}
        raise


def _check(cart: Cart, actor: Actor, checkout: Checkout) -> None:
    with named(Step.ADDRESSES):
        if not cart.items:
            raise CartNotReady(NOT_READY[CheckoutPart.ITEMS], CheckoutPart.ITEMS)
    if not checkout.whole:
        return
    with named(Step.SHIPPING):
        if cart.needs_shipping and checkout.shipping_option_id is None:
            raise NotNamed(CheckoutPart.SHIPPING_METHOD)
    with named(Step.PAYMENT):
        if cart.due > 0 and checkout.payment is None:
            raise NotNamed(CheckoutPart.PAYMENT)
    with named(Step.ADDRESSES):
        given = actor.customer_id or (checkout.changes is not None and checkout.changes.email)
        if not given and CheckoutPart.EMAIL in cart.missing():
            raise CartNotReady(NOT_READY[CheckoutPart.EMAIL], CheckoutPart.EMAIL)
