"""Things on their way back: what was asked to be returned, what came, and what it is worth.

Lines keep count of what is on its way back and of what came, and the database holds both
together to what was bought; so no unit is returned twice, whatever happens at once. A return is locked
after its order. Rules: docs/returns.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from core.domain.errors import Invalid, NotAllowed, NotFound
from core.domain.events import Event, ItemsReturned, ReturnRequested, SwapReceived
from core.domain.lines import ShippingMethod
from core.domain.order import Order, OrderCanceledAlready, OrderLine, OrderStatus
from core.domain.purchase import Purchase
from core.domain.refunding import worth_of
from core.domain.totals import refundable
from core.domain.values import Metadata


class ReturnNotFound(NotFound):
    pass


class ReturnTooMany(NotAllowed):
    code = "RETURN_QUANTITY_EXCEEDED"


class NotReturnable(NotAllowed):
    """Gift cards do not come back, and downloads only in exchange; refunding their lines ends what they gave."""

    code = "NOT_RETURNABLE"


class ReturnClosed(NotAllowed):
    code = "RETURN_CLOSED"


class ReturnStatus(StrEnum):
    REQUESTED = "requested"
    RECEIVED = "received"
    REQUIRES_ACTION = "requires_action"
    CANCELED = "canceled"


NEXT: Mapping[ReturnStatus, frozenset[ReturnStatus]] = {
    ReturnStatus.REQUESTED: frozenset({ReturnStatus.RECEIVED, ReturnStatus.REQUIRES_ACTION, ReturnStatus.CANCELED}),
    ReturnStatus.REQUIRES_ACTION: frozenset({ReturnStatus.RECEIVED, ReturnStatus.CANCELED}),
    ReturnStatus.RECEIVED: frozenset(),
    ReturnStatus.CANCELED: frozenset(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody wants to send back of one line."""

    item_id: str
    quantity: int
    reason_id: str | None = None
    note: str | None = None


@dataclass(slots=True, kw_only=True)
class ReturnItem:
    """quantity: what was asked for, then what came. requested_quantity stays what was asked for.

    is_requested: whether what came is what was asked for.
    """

    id: str
    item_id: str
    quantity: int
    is_requested: bool = True
    requested_quantity: int | None = None
    received_quantity: int | None = None
    reason_id: str | None = None
    note: str | None = None
    metadata: Metadata | None = None


@dataclass(slots=True, kw_only=True)
class Return:
    """Aggregate root. Either of an order, or of a swap, which knows the order.

    refund_amount: minor units, what was promised when it was asked for. shipping_methods: how it comes
    back, if the shop arranged it; one at most. shipping_data: the provider's own of that.
    """

    id: str
    order_id: str | None
    swap_id: str | None = None
    status: ReturnStatus = ReturnStatus.REQUESTED
    items: list[ReturnItem] = field(default_factory=list)
    shipping_methods: list[ShippingMethod] = field(default_factory=list)
    shipping_data: Metadata | None = None
    refund_amount: int = 0
    received_at: datetime | None = None
    no_notification: bool | None = None
    metadata: Metadata | None = None
    version: int = 0
    events: list[Event] = field(default_factory=list, compare=False, repr=False)

    @property
    def shipping_method(self) -> ShippingMethod | None:
        return self.shipping_methods[0] if self.shipping_methods else None

    @property
    def open(self) -> bool:
        return self.status in (ReturnStatus.REQUESTED, ReturnStatus.REQUIRES_ACTION)

    def requested(self, order: Order) -> None:
        """Tell that it was asked for; called once."""
        if self.swap_id is None:
            self.events.append(ReturnRequested(order_id=order.id, return_id=self.id))

    def move_to(self, status: ReturnStatus, refusal: str) -> None:
        if status not in NEXT[self.status]:
            raise ReturnClosed(refusal)
        self.status = status


def returnable_quantity(line: OrderLine) -> int:
    """Units that have neither come back nor been asked to."""
    return line.quantity - (line.returned_quantity or 0) - line.returning_quantity


def request(
    bought: Purchase, wanted: Sequence[Wanted], new_id: Callable[[str], str], *, in_exchange: bool = False
) -> list[ReturnItem]:
    """Hold these units as on their way back. in_exchange: downloads too, whose access ends with the exchange.

    Raises OrderCanceledAlready, Invalid (lines of other orders too), NotReturnable, ReturnTooMany.
    """
    if bought.order.status is OrderStatus.CANCELED:
        raise OrderCanceledAlready("A canceled order has nothing to return")
    if not wanted or len({one.item_id for one in wanted}) != len(wanted):
        raise Invalid("name the items to return, each line once")
    items = []
    for one in wanted:
        line = _line(bought, one.item_id)
        if line.is_giftcard or (line.is_digital and not in_exchange):
            raise NotReturnable(f"{line.title} cannot be sent back; ask the shop for a refund instead")
        if type(one.quantity) is not int or one.quantity < 1:
            raise Invalid("quantity must be a whole number from 1")
        if one.quantity > returnable_quantity(line):
            raise ReturnTooMany("Cannot return more items than have been purchased")
        line.returning_quantity += one.quantity
        items.append(
            ReturnItem(
                id=new_id("reti"),
                item_id=line.id,
                quantity=one.quantity,
                requested_quantity=one.quantity,
                reason_id=one.reason_id,
                note=one.note,
            )
        )
    return items


def worth(bought: Purchase, quantities: Iterable[tuple[str, int]]) -> int:
    """What giving back these units pays, tax included: Medusa's rule, held to what the units cost and to
    what was paid and not given back yet."""
    order = bought.order
    total = 0
    for item_id, quantity in quantities:
        line = bought.line(item_id)
        unrefunded = line.quantity - order.refunded_quantity(line.id, promised=True)
        counted = min(quantity, unrefunded)
        if counted > 0:
            total += min(price_of(line, counted), worth_of(bought, [(item_id, counted)]))
    left = order.paid_total - sum(refund.amount for refund in order.refunds if refund.counts)
    return max(0, min(total, left))


def price_of(line: OrderLine, quantity: int) -> int:
    """Units of a line at what each of them cost after discount, with tax."""
    rates = [tax.rate for tax in line.tax_lines]
    # Medusa's function wants what is left when some have been returned.
    returned = line.quantity - quantity
    return refundable(line.unit_price, line.quantity, returned, line.discount, rates, includes_tax=line.includes_tax)


def receive(
    bought: Purchase,
    returned: Return,
    came: Mapping[str, int],
    now: datetime,
    new_id: Callable[[str], str],
    *,
    mismatch_allowed: bool = True,
) -> list[tuple[OrderLine, int]]:
    """It has come: the counts of its lines follow. Answers what is to be put into stock.

    A line counts as returned with what was asked for, or with what came if that is more. Downloads come
    whole, however many are named, and those that came with the exchange do not come again. Raises
    ReturnClosed, Invalid, NotReturnable, ReturnTooMany.
    """
    if not came:
        raise Invalid("name the items that came")
    if returned.status is ReturnStatus.CANCELED:
        raise ReturnClosed("Cannot receive a canceled return")
    matches = _note_arrivals(bought, returned, came, new_id)
    wanted = ReturnStatus.RECEIVED if matches or mismatch_allowed else ReturnStatus.REQUIRES_ACTION
    returned.move_to(wanted, "Received returns cannot be received again")
    if wanted is not ReturnStatus.RECEIVED:
        return []
    arrived = give_up_downloads(bought, returned)
    for item in returned.items:
        line = bought.line(item.item_id)
        if line.is_digital:
            continue
        due = item.requested_quantity or 0
        line.returning_quantity -= due
        line.returned_quantity = (line.returned_quantity or 0) + max(due, came.get(item.item_id, 0))
        if item.item_id in came:
            arrived.append((line, came[item.item_id]))
    _received(bought, returned, now)
    return arrived


def give_up_downloads(bought: Purchase, returned: Return) -> list[tuple[OrderLine, int]]:
    """Take what of it is downloaded as come back, since nothing of that travels; access ends where the
    caller follows (``core.use_cases.download.granting``). Repeatable: answers what came just now."""
    arrived = []
    for item in returned.items:
        line = bought.line(item.item_id)
        if not line.is_digital or item.received_quantity is not None:
            continue
        item.received_quantity = item.quantity
        line.returning_quantity -= item.quantity
        line.returned_quantity = (line.returned_quantity or 0) + item.quantity
        arrived.append((line, item.quantity))
    return arrived


def complete_in_exchange(bought: Purchase, returned: Return, now: datetime) -> list[tuple[OrderLine, int]]:
    """The buyer has completed the exchange: downloads given for it are the shop's again, and where nothing else comes
    back the return is received. Repeatable; answers what came just now."""
    if returned.status is ReturnStatus.CANCELED:
        return []
    arrived = give_up_downloads(bought, returned)
    if returned.open and _travels_not(bought, returned):
        returned.move_to(ReturnStatus.RECEIVED, "Received returns cannot be received again")
        _received(bought, returned, now)
    return arrived


def cancel(bought: Purchase, returned: Return) -> list[tuple[OrderLine, int]] | None:
    """It will not come; its units can be returned anew, and downloads that had come are the buyer's again:
    answers those, None if it was canceled before. Raises ReturnClosed once goods of it came."""
    if returned.status is ReturnStatus.CANCELED:
        return None
    if returned.status is ReturnStatus.RECEIVED and _travels_not(bought, returned):
        returned.status, returned.received_at = ReturnStatus.CANCELED, None
    else:
        returned.move_to(ReturnStatus.CANCELED, "Can't cancel a return which has been returned")
    given = []
    for item in returned.items:
        line = bought.line(item.item_id)
        if line.is_digital and item.received_quantity is not None:
            line.returned_quantity = (line.returned_quantity or 0) - item.received_quantity
            given.append((line, item.received_quantity))
            item.received_quantity = None
        else:
            line.returning_quantity -= item.requested_quantity or 0
    return given


def refund_lines(bought: Purchase, quantities: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """These units as far as no refund names them yet."""
    lines = []
    for item_id, quantity in quantities:
        left = bought.line(item_id).quantity - bought.order.refunded_quantity(item_id, promised=True)
        if min(quantity, left) > 0:
            lines.append((item_id, min(quantity, left)))
    return lines


def _note_arrivals(bought: Purchase, returned: Return, came: Mapping[str, int], new_id: Callable[[str], str]) -> bool:
    """Whether the goods that came are those that were asked for."""
    known = {item.item_id: item for item in returned.items}
    matches = True
    for item_id, quantity in came.items():
        line = _line(bought, item_id)
        item = known.get(item_id)
        if type(quantity) is not int or quantity < 1:
            raise Invalid("quantity must be a whole number from 1")
        if line.is_digital:
            if item is None:
                raise NotReturnable(f"{line.title} cannot be sent back; ask the shop for a refund instead")
            continue
        asked = (item.requested_quantity or 0) if item is not None else 0
        if quantity > returnable_quantity(line) + asked:
            raise ReturnTooMany("Cannot return more items than have been purchased")
        if item is None:
            item = ReturnItem(id=new_id("reti"), item_id=item_id, quantity=quantity, is_requested=False)
            returned.items.append(item)
        item.quantity = item.received_quantity = quantity
        item.is_requested = quantity == asked
        matches = matches and item.is_requested
    return matches


def _received(bought: Purchase, returned: Return, now: datetime) -> None:
    returned.received_at = now
    if returned.swap_id is None:
        returned.events.append(ItemsReturned(order_id=bought.order.id, return_id=returned.id))
    else:
        returned.events.append(SwapReceived(swap_id=returned.swap_id, order_id=bought.order.id))


def _travels_not(bought: Purchase, returned: Return) -> bool:
    return all(bought.line(item.item_id).is_digital for item in returned.items)


def _line(bought: Purchase, item_id: str) -> OrderLine:
    line = bought.find_line(item_id)
    if line is not None:
        return line
    for swap in bought.swaps:
        if any(line.id == item_id for line in swap.additional_items):
            if swap.canceled_at is not None:
                raise Invalid("Cannot create a return for a canceled item.")
            raise NotReturnable("The swap that sends it is not completed yet")
    raise Invalid("Return contains invalid line item")
