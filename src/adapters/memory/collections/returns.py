"""Returns, the reasons for them, and swaps, in memory."""

from __future__ import annotations

from adapters.memory.shelf import Overlay, Shelf
from core.domain.return_reason import ReturnReason, ReturnReasonNotFound
from core.domain.returns import Return, ReturnNotFound
from core.domain.swap import Swap, SwapNotFound


class InMemoryReturnReasons(Shelf[ReturnReason]):
    missing = ReturnReasonNotFound
    label = "Return Reason"

    def under(self, parent_id: str) -> list[ReturnReason]:
        return self.find(lambda reason: reason.parent_return_reason_id == parent_id)


class InMemoryReturns(Shelf[Return]):
    missing = ReturnNotFound
    label = "Return"

    def __init__(self, rows: Overlay[Return], swaps: Overlay[Swap]) -> None:
        super().__init__(rows)
        self._swaps = swaps

    def of_order(self, order_id: str) -> list[Return]:
        return sorted(self.find(lambda one: one.order_id == order_id), key=lambda one: one.id)

    def of_swap(self, swap_id: str) -> Return | None:
        return self.find_first(lambda one: one.swap_id == swap_id)

    def order_of(self, id: str) -> str | None:
        returned = self._rows.get(id)
        if returned is None or returned.swap_id is None:
            return returned.order_id if returned is not None else None
        swap = self._swaps.get(returned.swap_id)
        return swap.order_id if swap is not None else None


class InMemorySwaps(Shelf[Swap]):
    missing = SwapNotFound
    label = "Swap"

    def by_cart(self, cart_id: str) -> Swap | None:
        return self.find_first(lambda swap: swap.cart_id == cart_id)

    def order_of_cart(self, cart_id: str) -> str | None:
        return next((swap.order_id for swap in self._rows.values() if swap.cart_id == cart_id), None)

    def of_order(self, order_id: str) -> list[Swap]:
        return sorted(self.find(lambda swap: swap.order_id == order_id), key=lambda swap: swap.id)
