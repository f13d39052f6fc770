"""What is still missing before a cart can be completed?"""

from dataclasses import dataclass

from core.domain.actor import Actor
from core.domain.cart import CheckoutPart
from core.use_cases.cart.access import check_readable
from ports.unit_of_work import Begin


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutReview:
    """ships: it holds goods to be shipped. is_free: nothing is due. completed: it is an order already."""

    missing: frozenset[CheckoutPart]
    ships: bool
    is_free: bool
    completed: bool


class ReviewCheckout:
    """Changes nothing. Raises CartNotFound, CartHidden."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    def __call__(self, actor: Actor, cart_id: str) -> CheckoutReview:
        with self._begin(actor, "cart.review_checkout") as work:
            cart = work.carts.get(cart_id)
            check_readable(work, actor, cart)
            return CheckoutReview(
                missing=frozenset(cart.missing()),
                ships=cart.needs_shipping,
                is_free=cart.due <= 0,
                completed=cart.completed,
            )
