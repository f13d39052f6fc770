"""Giving an order to another customer, with everything that lets people see it."""

from core.domain.customer import Customer
from core.domain.order import Order
from core.use_cases.cart.access import UNPRICED
from ports.unit_of_work import UnitOfWork


def lock_carts(work: UnitOfWork, *order_ids: str) -> None:
    """Call it before the orders are locked: completing a cart locks the cart first, then the order."""
    for cart_id in sorted({cart_id for order_id in order_ids for cart_id in work.orders.carts_of(order_id)}):
        work.carts.get(cart_id)


def hand_over(work: UnitOfWork, order: Order, customer: Customer) -> None:
    """The order, its downloads, and the carts it and its swaps came from (``lock_carts`` before).

    Whoever knows the id of a completed cart is answered its order, and sees who bought and where it went: a
    cart that stayed a guest's would go on telling everybody. One that is still open is priced anew.
    """
    order.customer_id = customer.id
    for bought in work.downloads.of_order(order.id):
        bought.customer_id = customer.id
    swapped = [swap.cart_id for swap in work.swaps.of_order(order.id)]
    for cart_id in (order.cart_id, *swapped):
        if cart_id is None:
            continue
        cart = work.carts.get(cart_id)
        cart.customer_id = customer.id
        if not cart.completed:
            cart.pricing_epoch = UNPRICED
