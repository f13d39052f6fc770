"""Which swap a cart settles, if this caller may know."""

from core.domain.actor import Actor
from core.domain.order import OrderNotFound
from core.domain.swap import SwapNotFound
from core.use_cases.returning.ownership import own_order
from core.use_cases.swap.lookup import swap_of
from ports.unit_of_work import Begin


class ViewSwap:
    """The swap's id. A swap is as visible as its order. Raises SwapNotFound."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    def __call__(self, actor: Actor, cart_id: str) -> str:
        with self._begin(actor, "swap.view") as work:
            order_id = work.swaps.order_of_cart(cart_id)
            if order_id is None:
                raise SwapNotFound("Swap was not found")
            try:
                own_order(work, actor, order_id)
            except OrderNotFound as hidden:
                raise SwapNotFound("Swap was not found") from hidden
            return swap_of(work, cart_id).id
