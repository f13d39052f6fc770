"""Whose orders somebody may send back from the storefront."""

from core.domain.actor import Actor
from core.domain.order import Order, OrderNotFound
from core.use_cases.cart.access import TRUSTED
from ports.unit_of_work import UnitOfWork


def own_order(work: UnitOfWork, actor: Actor, order_id: str) -> Order:
    """The locked order. A registered customer's does not exist for anybody else; a guest's is open to
    whoever knows its id. Raises OrderNotFound."""
    order = work.orders.get(order_id)
    if actor.kind in TRUSTED or order.customer_id == actor.customer_id:
        return order
    if work.customers.is_registered(order.customer_id):
        raise OrderNotFound(f"Order with id: {order_id} was not found")
    return order
