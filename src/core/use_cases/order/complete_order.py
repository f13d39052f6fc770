"""Mark an order as done, and put it away."""

from core.domain.actor import Actor
from core.domain.canceling import archive, complete
from core.use_cases.replay import replayed
from ports.unit_of_work import Begin


class CompleteOrder:
    """Staff are done with it, whatever was paid or sent, as in Medusa. Repeatable.

    Raises OrderNotFound, OrderCanceledAlready, OrderTransitionRefused for an archived one.
    Source: https://docs.medusajs.com/api/admin#orders_postordersordercomplete (v1).
    """

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    @replayed
    def __call__(self, actor: Actor, order_id: str) -> None:
        with self._begin(actor, "order.complete") as work:
            if complete(work.orders.get(order_id)):
                work.commit()


class ArchiveOrder:
    """Only completed orders are archived. Repeatable. Raises OrderNotFound, OrderUnprocessed.
    Source: https://docs.medusajs.com/api/admin#orders_postordersorderarchive (v1)."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    @replayed
    def __call__(self, actor: Actor, order_id: str) -> None:
        with self._begin(actor, "order.archive") as work:
            if archive(work.orders.get(order_id)):
                work.commit()
