"""The swaps of an order, locked in the right order."""

from collections import Counter

from core.domain.order import Order
from core.domain.purchase import Purchase
from core.domain.returns import ReturnStatus
from core.domain.swap import Swap, SwapNotFound
from ports.unit_of_work import UnitOfWork


def of_order(work: UnitOfWork, order_id: str, swap_id: str) -> tuple[Order, Swap]:
    """Raises OrderNotFound; SwapNotFound, of another order too."""
    order = work.orders.get(order_id)
    swap = work.swaps.get(swap_id)
    if swap.order_id != order.id:
        raise SwapNotFound("Swap was not found")
    return order, swap


def swap_of(work: UnitOfWork, cart_id: str) -> Swap:
    """The swap that this cart settles; its order is locked before it. Raises SwapNotFound."""
    order_id = work.swaps.order_of_cart(cart_id)
    if order_id is not None:
        work.orders.get(order_id)
        swap = work.swaps.by_cart(cart_id)
        if swap is not None:
            return swap
    raise SwapNotFound("Swap was not found")


def purchase_of(work: UnitOfWork, order: Order) -> Purchase:
    """The order, locked before, with all its swaps. One that is just being placed has none, and nobody is
    asked for them."""
    return Purchase(order, work.swaps.of_order(order.id) if order.version else ())


def credited_in_exchange(work: UnitOfWork, bought: Purchase) -> Counter[str]:
    """How many units of each line the buyer's swaps have paid with. What came beside them was not credited."""
    credited: Counter[str] = Counter()
    for swap in bought.standing:
        returned = work.returns.of_swap(swap.id)
        if returned is not None and returned.status is not ReturnStatus.CANCELED:
            credited.update({item.item_id: item.requested_quantity or 0 for item in returned.items})
    return credited
