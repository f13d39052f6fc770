"""/admin/orders: completing, archiving and canceling."""

from dependency_injector.wiring import Provide, inject

from adapters.http.access import admin
from adapters.http.admin.orders.resource import ORDER, ORDERS, orders, show_order
from core.domain.actor import Actor
from core.use_cases.order.cancel_order import CancelOrder
from core.use_cases.order.complete_order import ArchiveOrder, CompleteOrder


@orders.on("POST", "/<order_id>/complete", allow=admin(ORDERS), shows=ORDER, answers=show_order)
@inject
def complete(actor: Actor, order_id: str, complete_order: CompleteOrder = Provide["complete_order"]) -> str:
    """Mark an order as done."""
    complete_order(actor, order_id)
    return order_id


@orders.on("POST", "/<order_id>/archive", allow=admin(ORDERS), shows=ORDER, answers=show_order)
@inject
def archive(actor: Actor, order_id: str, archive_order: ArchiveOrder = Provide["archive_order"]) -> str:
    """Put a completed order away."""
    archive_order(actor, order_id)
    return order_id


@orders.on("POST", "/<order_id>/cancel", allow=admin(ORDERS), shows=ORDER, answers=show_order)
@inject
def cancel(actor: Actor, order_id: str, cancel_order: CancelOrder = Provide["cancel_order"]) -> str:
    """Cancel an order: money, stock, codes and gift cards go back, downloads end."""
    cancel_order(actor, order_id)
    return order_id
