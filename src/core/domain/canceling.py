"""When an order can be canceled, completed and archived."""

from collections.abc import Iterable
from datetime import datetime

from core.domain.errors import NotAllowed
from core.domain.events import OrderCanceled, OrderCompleted
from core.domain.fulfilling import BY_HAND, is_handing_over
from core.domain.order import Fulfillment, Order, OrderCanceledAlready, OrderStatus
from core.domain.returns import Return, ReturnStatus
from core.domain.swap import Swap


class OrderNotCancelable(NotAllowed):
    """Something of it is on its way, out or back."""

    code = "ORDER_NOT_CANCELABLE"


class OrderUnprocessed(NotAllowed):
    code = "ORDER_NOT_COMPLETED"


def underway(order: Order) -> list[Fulfillment]:
    """What was packed for sending, by people or by a printer; downloads are handed over and stop nothing."""
    return [
        fulfillment
        for fulfillment in order.fulfillments
        if fulfillment.canceled_at is None and not is_handing_over(order, fulfillment)
    ]


def to_call_off(order: Order) -> list[Fulfillment]:
    """What was given to somebody else and has not been sent yet."""
    return [one for one in underway(order) if one.shipped_at is None and one.provider_id != BY_HAND]


def check_cancelable(order: Order, returns: Iterable[Return], swaps: Iterable[Swap], *, after_calls: bool) -> None:
    """Raises OrderNotCancelable. after_calls: False while what ``to_call_off`` names is not called off yet."""
    excused = [] if after_calls else to_call_off(order)
    if order.status is OrderStatus.ARCHIVED:
        raise OrderNotCancelable("An archived order cannot be canceled")
    for what, stands in (
        ("fulfillments", any(one not in excused for one in underway(order))),
        ("returns", any(one.status is not ReturnStatus.CANCELED for one in returns)),
        ("swaps", any(one.canceled_at is None for one in swaps)),
    ):
        if stands:
            raise OrderNotCancelable(f"All {what} must be canceled before canceling an order")


def cancel(order: Order, now: datetime) -> None:
    """It does not take place. Call ``check_cancelable`` first."""
    order.move_to(OrderStatus.CANCELED)
    order.canceled_at = now
    order.events.append(OrderCanceled(order_id=order.id))


def complete(order: Order) -> bool:
    """Staff are done with it. False if they were before. Raises OrderCanceledAlready, OrderTransitionRefused."""
    if order.status is OrderStatus.CANCELED:
        raise OrderCanceledAlready("A canceled order cannot be completed")
    if order.status is OrderStatus.COMPLETED:
        return False
    order.move_to(OrderStatus.COMPLETED)
    order.events.append(OrderCompleted(order_id=order.id))
    return True


def archive(order: Order) -> bool:
    """Put it away. False if it was before. Raises OrderUnprocessed."""
    if order.status is OrderStatus.ARCHIVED:
        return False
    if order.status is not OrderStatus.COMPLETED:
        raise OrderUnprocessed("Can't archive an unprocessed order")
    order.move_to(OrderStatus.ARCHIVED)
    return True
