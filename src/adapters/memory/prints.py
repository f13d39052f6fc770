"""A printer whose orders can be looked at and moved by the test."""

from dataclasses import dataclass, replace

from core.domain.print_on_demand import (
    Parcel,
    PrintItemStatus,
    PrintOrder,
    PrintRefused,
    PrintStatus,
    PrintUnavailable,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenPrint:
    order: PrintOrder
    status: PrintStatus


class InMemoryPrints:
    """taken: by the printer's id, in the order they came.

    refuses: takes nothing. down: PrintUnavailable before anything happens. drops_answers: the order is
    taken, but the caller is told PrintUnavailable, as after a lost reply.
    """

    def __init__(self, id: str = "gelato") -> None:
        self._id = id
        self.taken: dict[str, TakenPrint] = {}
        self.refuses = False
        self.down = False
        self.drops_answers = False

    @property
    def id(self) -> str:
        return self._id

    def submit(self, order: PrintOrder) -> str:
        self._check_up()
        if self.refuses:
            raise PrintRefused("the printer does not take this order")
        order_id = f"print-{len(self.taken) + 1}"
        items = tuple(PrintItemStatus(item_id=line.item_id, status="created") for line in order.lines)
        status = PrintStatus(order_id=order_id, reference=order.reference, status="created", items=items)
        self.taken[order_id] = TakenPrint(order=order, status=status)
        if self.drops_answers:
            raise PrintUnavailable("the printer did not answer")
        return order_id

    def find(self, reference: str) -> str | None:
        self._check_up()
        live = [
            id
            for id, one in self.taken.items()
            if one.order.reference == reference and one.status.status != "canceled"
        ]
        return live[-1] if live else None

    def status(self, order_id: str) -> PrintStatus:
        self._check_up()
        return self._one(order_id).status

    def cancel(self, order_id: str) -> None:
        self._check_up()
        if self._one(order_id).status.status not in ("created", "passed", "canceled"):
            raise PrintRefused("it is too late to cancel")
        self.move(order_id, "canceled")

    def move(self, order_id: str, status: str, *parcels: Parcel) -> None:
        """Have all items of an order reach this status, in these parcels."""
        taken = self._one(order_id)
        items = tuple(replace(item, status=status, parcels=parcels) for item in taken.status.items)
        self.taken[order_id] = replace(taken, status=replace(taken.status, status=status, items=items))

    def _check_up(self) -> None:
        if self.down:
            raise PrintUnavailable("the printer cannot be reached")

    def _one(self, order_id: str) -> TakenPrint:
        if order_id not in self.taken:
            raise PrintRefused("the printer has no such order")
        return self.taken[order_id]
