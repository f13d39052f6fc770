"""Packing, sending and calling off: how the quantities of an order's lines follow the goods.

A unit of a line is fulfilled once, and shipped only as part of a fulfillment. What is downloaded needs
nobody to pack it: it counts as fulfilled from the moment the buyer has access (docs/returns.md).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.domain.errors import Invalid, NotAllowed, NotFound
from core.domain.events import FulfillmentCanceled, FulfillmentCreated, ShipmentCreated
from core.domain.lines import ShippingMethod
from core.domain.order import (
    Fulfillment,
    FulfillmentItem,
    Order,
    OrderCanceledAlready,
    OrderLine,
    OrderStatus,
    TrackingLink,
)
from core.domain.values import Metadata

BY_HAND = "manual"
"""The provider of what nobody else ships."""


class FulfillmentNotFound(NotFound):
    pass


class TooManyFulfilled(NotAllowed):
    code = "FULFILLED_MORE_THAN_BOUGHT"


class FulfillmentShipped(NotAllowed):
    code = "FULFILLMENT_SHIPPED"


class FulfillmentCalledOff(NotAllowed):
    code = "FULFILLMENT_CANCELED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consignment:
    """What one provider is to send. data: of the chosen shipping method."""

    provider_id: str
    items: tuple[tuple[OrderLine, int], ...]
    data: Metadata


def pick(order: Order, wanted: Sequence[tuple[str, int]]) -> list[tuple[OrderLine, int]]:
    """The lines with their quantities, if that many can be sent.

    Raises OrderCanceledAlready, NotFound for lines of other orders, Invalid, TooManyFulfilled.
    """
    if order.status is OrderStatus.CANCELED:
        raise OrderCanceledAlready("A canceled order cannot be fulfilled")
    if not wanted or len({item_id for item_id, _ in wanted}) != len(wanted):
        raise Invalid("name the lines to fulfill, each of them once")
    picked = [(order.line(item_id), quantity) for item_id, quantity in wanted]
    for line, quantity in picked:
        if quantity < 1:
            raise Invalid("quantity must be a whole number from 1")
        if quantity > line.quantity - (line.fulfilled_quantity or 0):
            raise TooManyFulfilled("Cannot fulfill more items than have been purchased")
    return picked


def consign(
    methods: Sequence[ShippingMethod], picked: Sequence[tuple[OrderLine, int]], providers: Mapping[str, str]
) -> list[Consignment]:
    """Share what was picked among these shipping methods, as their profiles say.

    providers: provider ids by shipping method id. With one method everything goes that way. Raises
    NotAllowed when there are goods and no way of shipping them.
    """
    if not methods:
        if any(line.requires_shipping for line, _ in picked):
            raise NotAllowed("Cannot fulfill an order that lacks shipping methods")
        return [Consignment(provider_id=BY_HAND, items=tuple(picked), data={})]
    if len(methods) == 1:
        groups = {methods[0].id: list(picked)}
    else:
        groups = {}
        for line, quantity in picked:
            own = next((method for method in methods if method.profile_id == line.profile_id), methods[0])
            groups.setdefault(own.id, []).append((line, quantity))
    return [
        Consignment(provider_id=providers.get(method.id, BY_HAND), items=tuple(groups[method.id]), data=method.data)
        for method in methods
        if method.id in groups
    ]


def pack(
    order: Order,
    consignment: Consignment,
    new_id: Callable[[str], str],
    *,
    no_notification: bool | None = None,
    metadata: Metadata | None = None,
) -> Fulfillment:
    """Take these units as fulfilled. They must have been picked just before."""
    fulfillment = Fulfillment(
        id=new_id("ful"),
        provider_id=consignment.provider_id,
        items=tuple(
            FulfillmentItem(id=new_id("fulit"), item_id=line.id, quantity=quantity)
            for line, quantity in consignment.items
        ),
        no_notification=no_notification,
        metadata=metadata,
    )
    for line, quantity in consignment.items:
        line.fulfilled_quantity = (line.fulfilled_quantity or 0) + quantity
    order.fulfillments.append(fulfillment)
    order.events.append(FulfillmentCreated(order_id=order.id, fulfillment_id=fulfillment.id))
    return fulfillment


def hand_over_downloads(order: Order, served: Collection[str], new_id: Callable[[str], str]) -> Fulfillment | None:
    """Fulfill the digital lines among ``served`` as far as they are not yet. Repeatable."""
    due = tuple(
        (line, left)
        for line in order.digital_lines
        if line.id in served and (left := line.quantity - (line.fulfilled_quantity or 0)) > 0
    )
    if not due:
        return None
    return pack(order, Consignment(provider_id=BY_HAND, items=due, data={}), new_id)


def find_fulfillment(order: Order, fulfillment_id: str) -> Fulfillment:
    """Raises FulfillmentNotFound."""
    for fulfillment in order.fulfillments:
        if fulfillment.id == fulfillment_id:
            return fulfillment
    raise FulfillmentNotFound(f"no fulfillment was found with id: {fulfillment_id} related to order: {order.id}")


def is_handing_over(order: Order, fulfillment: Fulfillment) -> bool:
    """Whether it is of downloads only, so that nothing is on its way anywhere."""
    return all(order.line(item.item_id).is_digital for item in fulfillment.items)


def send(
    order: Order,
    fulfillment: Fulfillment,
    tracking_numbers: Sequence[str],
    now: datetime,
    new_id: Callable[[str], str],
    *,
    no_notification: bool | None = None,
) -> None:
    """It is on its way. Raises FulfillmentCalledOff, FulfillmentShipped."""
    if fulfillment.canceled_at is not None:
        raise FulfillmentCalledOff("A canceled fulfillment cannot be shipped")
    if fulfillment.shipped_at is not None:
        raise FulfillmentShipped("The fulfillment has already been shipped")
    fulfillment.shipped_at = now
    fulfillment.tracking_links = (
        *fulfillment.tracking_links,
        *(TrackingLink(id=new_id("tlink"), tracking_number=number) for number in tracking_numbers),
    )
    if no_notification is not None:
        fulfillment.no_notification = no_notification
    for item in fulfillment.items:
        line = order.line(item.item_id)
        line.shipped_quantity = (line.shipped_quantity or 0) + item.quantity
    order.events.append(ShipmentCreated(order_id=order.id, fulfillment_id=fulfillment.id))


def check_callable_off(order: Order, fulfillment: Fulfillment) -> bool:
    """Whether there is anything to call off; False when that was done before. Raises FulfillmentShipped,
    and NotAllowed for downloads, which end by a refund."""
    if fulfillment.canceled_at is not None:
        return False
    if fulfillment.shipped_at is not None:
        raise FulfillmentShipped("The fulfillment has already been shipped. Shipped fulfillments cannot be canceled")
    if is_handing_over(order, fulfillment) and fulfillment.provider_id == BY_HAND:
        raise NotAllowed("Downloads are handed over already; refund the lines to end access to them")
    return True


def call_off(order: Order, fulfillment: Fulfillment, now: datetime) -> None:
    """It will not be sent; its units can be fulfilled anew. Call ``check_callable_off`` first."""
    fulfillment.canceled_at = now
    for item in fulfillment.items:
        line = order.line(item.item_id)
        line.fulfilled_quantity = max(0, (line.fulfilled_quantity or 0) - item.quantity)
    order.events.append(FulfillmentCanceled(order_id=order.id, fulfillment_id=fulfillment.id))
