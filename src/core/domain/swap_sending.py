"""Packing, sending and calling off what goes out in exchange: all of a swap's goods at once.

What of it is downloaded is handed over when it is granted, and needs nobody to pack it.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from core.domain.errors import NotAllowed
from core.domain.events import SwapFulfillmentCreated, SwapShipmentCreated
from core.domain.fulfilling import BY_HAND, FulfillmentCalledOff, FulfillmentNotFound, FulfillmentShipped, consign
from core.domain.order import Fulfillment, FulfillmentItem, OrderLine, TrackingLink
from core.domain.swap import Swap, SwapClosed, SwapFulfillmentStatus
from core.domain.values import Metadata

NewId = Callable[[str], str]
OPEN = (
    SwapFulfillmentStatus.NOT_FULFILLED,
    SwapFulfillmentStatus.CANCELED,
    SwapFulfillmentStatus.REQUIRES_ACTION,
)


def pack_swap(
    swap: Swap,
    providers: Mapping[str, str],
    new_id: NewId,
    *,
    no_notification: bool | None = None,
    metadata: Metadata | None = None,
) -> list[Fulfillment]:
    """One fulfillment per shipping method that the goods go by. providers: by shipping method id.

    Raises SwapClosed, NotAllowed for a swap that was packed before, that sends downloads only, or whose
    buyer has chosen no shipping.
    """
    if swap.canceled_at is not None:
        raise SwapClosed("Canceled swap cannot be fulfilled")
    left = [
        (line, line.quantity - (line.fulfilled_quantity or 0))
        for line in swap.additional_items
        if not line.is_digital and line.quantity > (line.fulfilled_quantity or 0)
    ]
    if all(line.is_digital for line in swap.additional_items):
        raise NotAllowed("Downloads are handed over as soon as the swap is paid for; nothing is to be sent")
    if swap.fulfillment_status not in OPEN or not left:
        raise NotAllowed("The swap was already fulfilled.")
    if not swap.shipping_methods:
        raise NotAllowed("Cannot fulfill an swap that doesn't have shipping methods")
    made = []
    for consignment in consign(swap.shipping_methods, left, providers):
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
        swap.fulfillments.append(fulfillment)
        swap.events.append(SwapFulfillmentCreated(swap_id=swap.id, fulfillment_id=fulfillment.id))
        made.append(fulfillment)
    swap.fulfillment_status = SwapFulfillmentStatus.FULFILLED
    return made


def fulfillment_of_swap(swap: Swap, fulfillment_id: str) -> Fulfillment:
    """Raises FulfillmentNotFound."""
    for fulfillment in swap.fulfillments:
        if fulfillment.id == fulfillment_id:
            return fulfillment
    raise FulfillmentNotFound(f"no fulfillment was found with id: {fulfillment_id} related to swap: {swap.id}")


def send_swap(
    swap: Swap, fulfillment: Fulfillment, tracking_numbers: Sequence[str], now: datetime, new_id: NewId
) -> None:
    """It is on its way. Raises SwapClosed, NotAllowed for downloads, FulfillmentCalledOff, FulfillmentShipped."""
    if swap.canceled_at is not None:
        raise SwapClosed("Canceled swap cannot be fulfilled as shipped")
    if swap.hands_over(fulfillment):
        raise NotAllowed("Downloads are handed over, not shipped")
    if fulfillment.canceled_at is not None:
        raise FulfillmentCalledOff("A canceled fulfillment cannot be shipped")
    if fulfillment.shipped_at is not None:
        raise FulfillmentShipped("The fulfillment has already been shipped")
    fulfillment.shipped_at = now
    fulfillment.tracking_links = (
        *fulfillment.tracking_links,
        *(TrackingLink(id=new_id("tlink"), tracking_number=number) for number in tracking_numbers),
    )
    for item in fulfillment.items:
        line = _line(swap, item.item_id)
        line.shipped_quantity = (line.shipped_quantity or 0) + item.quantity
    goods = [line for line in swap.additional_items if not line.is_digital]
    whole = all((line.shipped_quantity or 0) >= line.quantity for line in goods)
    swap.fulfillment_status = SwapFulfillmentStatus.SHIPPED if whole else SwapFulfillmentStatus.PARTIALLY_SHIPPED
    swap.events.append(SwapShipmentCreated(swap_id=swap.id, fulfillment_id=fulfillment.id))


def hand_over_in_exchange(swap: Swap, served: Collection[str], new_id: NewId) -> Fulfillment | None:
    """Fulfill the downloads among ``served`` as far as they are not yet. Repeatable. A swap that sends
    nothing else is fulfilled then."""
    due = [
        (line, left)
        for line in swap.additional_items
        if line.is_digital and line.id in served and (left := line.quantity - (line.fulfilled_quantity or 0)) > 0
    ]
    if not due:
        return None
    fulfillment = Fulfillment(
        id=new_id("ful"),
        provider_id=BY_HAND,
        items=tuple(FulfillmentItem(id=new_id("fulit"), item_id=line.id, quantity=left) for line, left in due),
    )
    for line, left in due:
        line.fulfilled_quantity = (line.fulfilled_quantity or 0) + left
    swap.fulfillments.append(fulfillment)
    swap.events.append(SwapFulfillmentCreated(swap_id=swap.id, fulfillment_id=fulfillment.id))
    if all(line.is_digital and line.fulfilled_quantity == line.quantity for line in swap.additional_items):
        swap.fulfillment_status = SwapFulfillmentStatus.FULFILLED
    return fulfillment


def check_swap_callable_off(swap: Swap, fulfillment: Fulfillment) -> bool:
    """Whether there is anything to call off; False when that was done before. Raises FulfillmentShipped,
    and NotAllowed for downloads, which end by a refund or with the swap."""
    if fulfillment.canceled_at is not None:
        return False
    if fulfillment.shipped_at is not None:
        raise FulfillmentShipped("The fulfillment has already been shipped. Shipped fulfillments cannot be canceled")
    if swap.hands_over(fulfillment):
        raise NotAllowed("Downloads are handed over already; refund the lines to end access to them")
    return True


def call_off_swap(swap: Swap, fulfillment: Fulfillment, now: datetime, status: SwapFulfillmentStatus) -> None:
    """It will not be sent; its units can be packed anew."""
    fulfillment.canceled_at = now
    for item in fulfillment.items:
        line = _line(swap, item.item_id)
        line.fulfilled_quantity = max(0, (line.fulfilled_quantity or 0) - item.quantity)
    swap.fulfillment_status = status


def _line(swap: Swap, item_id: str) -> OrderLine:
    return next(line for line in swap.additional_items if line.id == item_id)
