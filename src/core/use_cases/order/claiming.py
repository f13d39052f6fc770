"""Counting the use of discounts with the order that uses them, and taking it back."""

from core.domain.cart import Cart
from core.domain.discount import DiscountLimitReached
from core.domain.order import Order
from ports.discounts import DiscountUse
from ports.unit_of_work import UnitOfWork


def claim_discounts(work: UnitOfWork, cart: Cart, order: Order) -> None:
    """In ascending id order, so that two orders never wait for each other crosswise.

    Raises DiscountLimitReached when somebody else was faster; the transaction must then be left.
    """
    for discount_id in sorted(cart.discount_ids):
        use = DiscountUse(
            discount_id=discount_id,
            order_id=order.id,
            customer_id=order.customer_id,
            email=order.email,
            at=order.placed_at,
        )
        if not work.discounts.claim(use):
            raise DiscountLimitReached("a discount of the cart has been used maximum allowed times meanwhile")


def release_discounts(work: UnitOfWork, order: Order) -> None:
    """Called in the transaction that cancels an order: what it used can be used again. Repeatable."""
    if order.discount_ids:
        work.discounts.give_back(order.id)
