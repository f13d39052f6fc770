"""Changing what an order consists of after it was placed, as a proposal that takes effect when confirmed.

An edit is locked after its order and works on copies of the order's lines, so that the order stands as it is
until then. The database lets an order have one edit that is neither settled nor deleted. Rules:
docs/order-edits.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from core.domain.errors import Invalid, NotAllowed, NotFound
from core.domain.events import (
    Event,
    OrderEditCanceled,
    OrderEditConfirmed,
    OrderEditCreated,
    OrderEditDeclined,
    OrderEditRequested,
    OrderEditUpdated,
)
from core.domain.money import half_up
from core.domain.order import Order, OrderCanceledAlready, OrderLine, OrderStatus, less_paid_tax
from core.domain.totals import Totals, add_up

LINES_MAX = 200
NewId = Callable[[str], str]


class OrderEditNotFound(NotFound):
    pass


class ItemChangeNotFound(NotFound):
    pass


class EditedLineNotFound(NotFound):
    pass


class ActiveOrderEditExists(Invalid):
    code = "ORDER_EDIT_ACTIVE"


class OrderEditClosed(NotAllowed):
    """What was asked for is not possible in the state the edit is in."""

    code = "ORDER_EDIT_STATE"


class OrderEditQuantity(NotAllowed):
    """Units that were sent, returned, refunded or issued already cannot be taken off the order."""

    code = "ORDER_EDIT_QUANTITY"


class OrderEditTotal(NotAllowed):
    """It would leave the order without a line, or below what gift cards paid."""

    code = "ORDER_EDIT_TOTAL"


class EditStatus(StrEnum):
    CREATED = "created"
    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    CANCELED = "canceled"


class ChangeType(StrEnum):
    ITEM_ADD = "item_add"
    ITEM_REMOVE = "item_remove"
    ITEM_UPDATE = "item_update"


@dataclass(slots=True, kw_only=True)
class EditedLine(OrderLine):
    """A line as the order would have it. original_item_id: the order's line it is a copy of; None: new."""

    original_item_id: str | None = None


@dataclass(slots=True, kw_only=True)
class ItemChange:
    """One per line of the order and edit. line_item_id: the edit's line; None for a removed one."""

    id: str
    type: ChangeType
    original_line_item_id: str | None = None
    line_item_id: str | None = None


@dataclass(slots=True, kw_only=True)
class OrderEdit:
    """Aggregate root. totals: of the order as it would be; difference_due: minor units beyond the order's
    own total, negative when the order gets cheaper. created_by and the like: ids of users; declined_by of
    a customer."""

    id: str
    order_id: str
    created_by: str
    internal_note: str | None = None
    items: list[EditedLine] = field(default_factory=list)
    changes: list[ItemChange] = field(default_factory=list)
    totals: Totals = field(default_factory=Totals)
    difference_due: int = 0
    payment_collection_id: str | None = None
    requested_by: str | None = None
    requested_at: datetime | None = None
    confirmed_by: str | None = None
    confirmed_at: datetime | None = None
    declined_by: str | None = None
    declined_reason: str | None = None
    declined_at: datetime | None = None
    canceled_by: str | None = None
    canceled_at: datetime | None = None
    deleted_at: datetime | None = None
    version: int = 0
    events: list[Event] = field(default_factory=list, compare=False, repr=False)

    @property
    def status(self) -> EditStatus:
        for moment, status in (
            (self.canceled_at, EditStatus.CANCELED),
            (self.confirmed_at, EditStatus.CONFIRMED),
            (self.declined_at, EditStatus.DECLINED),
            (self.requested_at, EditStatus.REQUESTED),
        ):
            if moment is not None:
                return status
        return EditStatus.CREATED

    @property
    def active(self) -> bool:
        """Whether it stands in the way of another one."""
        return self.deleted_at is None and self.status in (EditStatus.CREATED, EditStatus.REQUESTED)

    # Proposing

    def add(self, line: EditedLine, new_id: NewId) -> None:
        self._check_open(f"Can not add an item to the edit with status {self.status}")
        if len(self.items) >= LINES_MAX:
            raise Invalid(f"an order holds at most {LINES_MAX} lines")
        self.items.append(line)
        self.changes.append(ItemChange(id=new_id("oic"), type=ChangeType.ITEM_ADD, line_item_id=line.id))

    def update(self, order: Order, line_id: str, quantity: int, new_id: NewId) -> None:
        """Have so many units of a line. Raises OrderEditClosed, EditedLineNotFound, Invalid."""
        self._check_open(f"Can not update an item on the order edit with the status {self.status}")
        line = self._line(order, line_id)
        original = next((item for item in order.items if item.id == line.original_item_id), None)
        resize(line, original or line, quantity)
        if original is not None and self._change_of(original.id) is None:
            change = ItemChange(
                id=new_id("oic"),
                type=ChangeType.ITEM_UPDATE,
                original_line_item_id=original.id,
                line_item_id=line.id,
            )
            self.changes.append(change)

    def remove(self, line_id: str, new_id: NewId) -> bool:
        """Whether there was such a line; others are ignored, as in Medusa."""
        self._check_open(f"Can not remove an item from the edit with status {self.status}")
        line = next((item for item in self.items if item.id == line_id), None)
        if line is None:
            return False
        self.items = [item for item in self.items if item.id != line_id]
        self.changes = [change for change in self.changes if change.line_item_id != line_id]
        if line.original_item_id is not None:
            removal = ItemChange(
                id=new_id("oic"), type=ChangeType.ITEM_REMOVE, original_line_item_id=line.original_item_id
            )
            self.changes.append(removal)
        return True

    def undo(self, order: Order, change_id: str, new_id: NewId) -> None:
        """Take a change back: the line is as the order has it. Raises OrderEditClosed, ItemChangeNotFound."""
        self._check_open(f"Cannot delete and item change from a {self.status} order edit")
        change = next((change for change in self.changes if change.id == change_id), None)
        if change is None:
            raise ItemChangeNotFound(f"Order edit item change {change_id} was not found")
        self.changes.remove(change)
        self.items = [item for item in self.items if item.id != change.line_item_id]
        if change.original_line_item_id is not None:
            self.items.append(copy_of(order.line(change.original_line_item_id), new_id))
        places = {item.id: place for place, item in enumerate(order.items)}
        self.items.sort(key=lambda item: places.get(item.original_item_id or "", len(places)))

    def price(self, order: Order) -> None:
        """Store the totals as they follow from the lines, the order's shipping and what its cards paid."""
        whole = add_up([item.recompute() for item in self.items], [m.totals() for m in order.shipping_methods])
        self.totals = less_paid_tax(whole, order.totals)
        self.difference_due = self.totals.total - order.totals.total

    def check(self, order: Order, issued: Mapping[str, int]) -> None:
        """Whether the order may become this. issued: gift cards made, by line.

        Raises OrderCanceledAlready, OrderEditQuantity.
        """
        if order.status is OrderStatus.CANCELED:
            raise OrderCanceledAlready("A canceled order cannot be edited")
        proposed = {item.original_item_id: item.quantity for item in self.items}
        for line in order.items:
            least = max(untouchable(order, line), issued.get(line.id, 0))
            if proposed.get(line.id, 0) < least:
                raise OrderEditQuantity(f"{least} of {line.title} cannot be taken off the order any more")

    # Deciding

    def created(self) -> None:
        """Tell that it was begun; called once."""
        self.events.append(OrderEditCreated(id=self.id))

    def updated(self) -> None:
        self.events.append(OrderEditUpdated(id=self.id))

    def request(self, by: str, now: datetime) -> bool:
        """Ask the buyer. False if that was done before. Raises OrderEditClosed, Invalid, OrderEditTotal."""
        if self.status is EditStatus.REQUESTED:
            return False
        if self.status is not EditStatus.CREATED:
            raise OrderEditClosed(f"Can not request an order edit with status {self.status}")
        if not self.changes:
            raise Invalid("Cannot request a confirmation on an edit with no changes")
        self._check_whole()
        self.requested_by, self.requested_at = by, now
        self.events.append(OrderEditRequested(id=self.id))
        return True

    def confirm(self, order: Order, by: str | None, now: datetime, new_id: NewId) -> Counter[str]:
        """Make the order what was proposed; answers by variant how many more units that takes, or fewer.

        Raises OrderEditClosed, OrderEditTotal. Have it checked first.
        """
        if not self.active:
            raise OrderEditClosed(f"Cannot confirm an order edit with status {self.status}")
        self._check_whole()
        moved = apply(self, order, new_id)
        self.confirmed_by, self.confirmed_at = by, now
        self.events.append(OrderEditConfirmed(id=self.id))
        return moved

    def decline(self, by: str | None, reason: str | None, now: datetime) -> bool:
        if self.status is EditStatus.DECLINED:
            return False
        if self.status is not EditStatus.REQUESTED:
            raise OrderEditClosed(f"Cannot decline an order edit with status {self.status}.")
        self.declined_by, self.declined_reason, self.declined_at = by, reason, now
        self.events.append(OrderEditDeclined(id=self.id))
        return True

    def cancel(self, by: str, now: datetime) -> bool:
        if self.status is EditStatus.CANCELED:
            return False
        if not self.active:
            raise OrderEditClosed(f"Cannot cancel order edit with status {self.status}")
        self.canceled_by, self.canceled_at = by, now
        self.events.append(OrderEditCanceled(id=self.id))
        return True

    def delete(self, now: datetime) -> None:
        if self.status is not EditStatus.CREATED:
            raise OrderEditClosed(f"Cannot delete order edit with status {self.status}")
        self.deleted_at = now

    def check_completable(self) -> None:
        if self.status is not EditStatus.REQUESTED:
            raise OrderEditClosed(f"Cannot complete an order edit with status {self.status}")

    def _check_open(self, refusal: str) -> None:
        # Once the buyer was asked, and what is due may have been paid, the question stays as it was put.
        if self.status is not EditStatus.CREATED:
            raise OrderEditClosed(refusal)

    def _check_whole(self) -> None:
        if not self.items:
            raise OrderEditTotal("an order needs at least one line; cancel the order instead")
        if self.totals.total < 0:
            raise OrderEditTotal("the order would cost less than what gift cards paid for it")

    def _line(self, order: Order, line_id: str) -> EditedLine:
        for item in self.items:
            if item.id == line_id:
                return item
        if any(item.id == line_id for item in order.items):
            raise Invalid(
                f"Invalid line item id {line_id} it does not belong to the same order edit {self.order_id}."
            )
        raise EditedLineNotFound(f"Line item with {line_id} was not found")

    def _change_of(self, original_id: str) -> ItemChange | None:
        return next((change for change in self.changes if change.original_line_item_id == original_id), None)


_COPIED = tuple(part.name for part in fields(OrderLine))


def copy_of(line: OrderLine, new_id: NewId) -> EditedLine:
    """A line of the order to work on, with tax lines and adjustments of its own."""
    values = {name: getattr(line, name) for name in _COPIED}
    values["id"] = new_id("item")
    values["tax_lines"] = tuple(replace(tax, id=new_id("litl")) for tax in line.tax_lines)
    values["adjustments"] = tuple(replace(part, id=new_id("lia")) for part in line.adjustments)
    return EditedLine(**values, original_item_id=line.id)


def resize(line: OrderLine, sold: OrderLine, quantity: int) -> None:
    """Another quantity at the price, rates and discount per unit that the line was sold at."""
    shares = [half_up(Fraction(part.amount) * quantity / sold.quantity) for part in sold.adjustments]
    line.adjustments = tuple(
        replace(part, amount=amount) for part, amount in zip(line.adjustments, shares, strict=True)
    )
    line.quantity = quantity


def untouchable(order: Order, line: OrderLine) -> int:
    """How many units of a line have to stay. Downloads are not sent anywhere: access to them just ends."""
    sent = 0 if line.is_digital else line.fulfilled_quantity or 0
    back = (line.returned_quantity or 0) + line.returning_quantity
    return max(sent, back, order.refunded_quantity(line.id, promised=True))


def apply(edit: OrderEdit, order: Order, new_id: NewId) -> Counter[str]:
    """The order's lines keep their ids, because fulfillments, returns, refunds and downloads name them."""
    moved: Counter[str] = Counter()
    proposed = {item.original_item_id: item for item in edit.items if item.original_item_id is not None}
    kept = []
    for line in order.items:
        wanted = proposed.get(line.id)
        quantity = wanted.quantity if wanted is not None else 0
        if line.variant_id is not None:
            moved[line.variant_id] += quantity - line.quantity
        if wanted is None:
            _forget_handing_over(order, line)
            continue
        if quantity != line.quantity:
            amounts = zip(line.adjustments, wanted.adjustments, strict=True)
            line.adjustments = tuple(replace(part, amount=share.amount) for part, share in amounts)
            line.quantity = quantity
            if line.fulfilled_quantity is not None:
                line.fulfilled_quantity = min(line.fulfilled_quantity, quantity)
        kept.append(line)
    for item in edit.items:
        if item.original_item_id is None:
            kept.append(OrderLine(**{name: getattr(item, name) for name in _COPIED}))
            if item.variant_id is not None:
                moved[item.variant_id] += item.quantity
    order.items = kept
    order.recompute()
    return moved


def _forget_handing_over(order: Order, line: OrderLine) -> None:
    """Only downloads can have been fulfilled here: what was handed over by hand ends with the line."""
    for fulfillment in order.fulfillments:
        fulfillment.items = tuple(item for item in fulfillment.items if item.item_id != line.id)
    order.fulfillments = [fulfillment for fulfillment in order.fulfillments if fulfillment.items]
