"""Begin to change an order."""

from core.domain.actor import Actor
from core.domain.order import OrderCanceledAlready, OrderNotFound, OrderStatus
from core.domain.order_edit import ActiveOrderEditExists, OrderEdit, copy_of
from core.use_cases.replay import replayed
from ports.clock import Ids
from ports.unit_of_work import Begin


class CreateOrderEdit:
    """Answers the edit's id; it starts as a copy of the order's lines. Raises OrderNotFound,
    OrderCanceledAlready, ActiveOrderEditExists.
    Source: https://docs.medusajs.com/api/admin#order-edits_postorderedits (v1).
    """

    def __init__(self, begin: Begin, ids: Ids) -> None:
        self._begin = begin
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, order_id: str, internal_note: str | None = None) -> str:
        with self._begin(actor, "order_edit.create") as work:
            try:
                order = work.orders.get(order_id)
            except OrderNotFound as error:
                raise OrderNotFound(f"Order with order_id {order_id} does not exist.") from error
            if order.status is OrderStatus.CANCELED:
                raise OrderCanceledAlready("A canceled order cannot be edited")
            if work.order_edits.active_of(order.id) is not None:
                raise ActiveOrderEditExists(f"An active order edit already exists for the order {order.id}")
            edit = OrderEdit(
                id=self._ids.new("oe"),
                order_id=order.id,
                created_by=actor.user_id or "",
                internal_note=internal_note,
                items=[copy_of(line, self._ids.new) for line in order.items],
            )
            edit.price(order)
            edit.created()
            work.order_edits.add(edit)
            work.commit()
        return edit.id
