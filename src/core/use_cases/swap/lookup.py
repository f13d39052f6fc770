"""The swaps of an order, locked in the right order."""

from core.domain.order import Order
from core.domain.purchase import Purchase
from core.domain.swap import Swap, SwapNotFound
from ports.unit_of_work import UnitOfWork


def of_order(work: UnitOfWork, order_id: str, swap_id: str) -> tuple[Order, Swap]:
    """Raises OrderNotFound; SwapNotFound, of another order too."""
    order = work.orders.get(order_id)
    swap = work.swaps.get(swap_id)
    if swap.order_id != order.id:
        raise SwapNotFound("Swap was not found")
    return order, swap


def purchase_of(work: UnitOfWork, order: Order) -> Purchase:
    """The order, locked before, with all its swaps. One that is just being placed has none, and nobody is
    asked for them."""
    return Purchase(order, work.swaps.of_order(order.id) if order.version else ())
