"""An order together with its swaps: everything a buyer has of it, whoever sent it.

A line that a swap sends is granted, returned, exchanged on and refunded like one that was ordered
(docs/decisions/0018-lines-of-swaps.md). The order is locked before its swaps, so both stand still together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.domain.errors import NotFound
from core.domain.order import Order, OrderLine, OrderStatus
from core.domain.payment import RefundReason, RefundState
from core.domain.swap import Swap


@dataclass(frozen=True, slots=True)
class Purchase:
    """swaps: all of the order's, those too that are only asked for or were canceled; they give nothing."""

    order: Order
    swaps: Sequence[Swap] = ()

    @property
    def standing(self) -> list[Swap]:
        return [swap for swap in self.swaps if swap.stands]

    @property
    def lines(self) -> list[OrderLine]:
        """What was ordered, then what swaps send that take place."""
        return [*self.order.items, *(line for swap in self.standing for line in swap.additional_items)]

    def find_line(self, id: str) -> OrderLine | None:
        """None: an edit took it off the order, or its swap was called off; what it granted still names it."""
        return next((line for line in self.lines if line.id == id), None)

    def line(self, id: str) -> OrderLine:
        line = self.find_line(id)
        if line is not None:
            return line
        raise NotFound(f"the order has no line {id}")

    def paid(self, line: OrderLine) -> bool:
        """Whether nothing is left to be paid for what it came by: the order, or one of its swaps."""
        swap = next((swap for swap in self.standing if line in swap.additional_items), None)
        return self.order.settled if swap is None else swap.settled(self.order)

    def left(self, line: OrderLine) -> int:
        """Units of a line that are still the buyer's to download: neither refunded nor given in exchange."""
        given_up = line.returned_quantity or 0 if line.is_digital else 0
        return max(0, line.quantity - self.order.refunded_quantity(line.id) - given_up)

    def paid_downloads(self) -> Iterator[tuple[OrderLine, datetime]]:
        """Lines that may be downloaded, as far as their money goes, and when each of them was bought."""
        if not self.stands:
            return
        if self.order.settled:
            yield from ((line, self.order.placed_at) for line in self.order.digital_lines)
        for swap in self.standing:
            if swap.settled(self.order) and swap.confirmed_at is not None:
                yield from ((line, swap.confirmed_at) for line in swap.additional_items if line.is_digital)

    @property
    def stands(self) -> bool:
        """Neither canceled nor all given back."""
        return self.order.status is not OrderStatus.CANCELED and not self.taken_back

    @property
    def taken_back(self) -> bool:
        """All money went back, not only for swaps, and it was not the lower price of what was had in exchange that
        made it all."""
        made = [refund for refund in self.order.refunds if refund.state is RefundState.SUCCEEDED]
        if not self.order.fully_refunded or all(refund.reason is RefundReason.SWAP for refund in made):
            return False
        last = max(reversed(made), key=lambda refund: refund.settled_at or refund.created_at)
        return not any(swap.gives_back(last) for swap in self.standing)
