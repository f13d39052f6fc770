"""/admin/orders: exchanging, and everything that follows from it."""

from typing import Any

from dependency_injector.wiring import Provide, inject

from adapters.http.access import admin
from adapters.http.admin.orders.fulfillments import ShipmentBody
from adapters.http.admin.orders.resource import ORDER, ORDERS, orders, show_order
from adapters.http.body_fields import Body, Bool, Int, Many, Metadata, Part, Str
from adapters.http.query import Query
from adapters.http.shown import detail
from adapters.http.store.returns import ReturnedLine, wanted_items
from adapters.http.store.swaps import LINES_MAX, AdditionalLine, wanted_variants
from core.domain.actor import Actor
from core.use_cases.swap.cancel_swap import CancelSwap
from core.use_cases.swap.fulfill_swap import CancelSwapFulfillment, FulfillSwap, ShipSwap, SwapShipment
from core.use_cases.swap.process_swap_payment import ProcessSwapPayment
from core.use_cases.swap.request_swap import NewSwap, RequestSwap
from ports.reads import Reads, Tree


class SwapReturnShipping(Body):
    option_id = Str(required=True, max=255)
    price = Int(min=0)


class CustomShippingOption(Body):
    option_id = Str(required=True, max=255)
    price = Int(required=True, min=0)


class OrderSwapBody(Body):
    """The location is understood and not used: this shop keeps its stock in one place."""

    return_items = Many(Part(ReturnedLine), required=True, max=LINES_MAX)
    return_shipping = Part(SwapReturnShipping)
    additional_items = Many(Part(AdditionalLine), required=True, max=LINES_MAX)
    sales_channel_id = Str(max=255)
    custom_shipping_options = Many(Part(CustomShippingOption), max=LINES_MAX)
    no_notification = Bool()
    return_location_id = Str()
    allow_backorder = Bool()


class SwapFulfillmentBody(Body):
    """The location is understood and not used: this shop keeps its stock in one place."""

    metadata = Metadata()
    no_notification = Bool()
    location_id = Str()


@orders.on(
    "POST",
    "/<order_id>/swaps",
    allow=admin(ORDERS),
    shows=ORDER,
    body=OrderSwapBody,
    answers=show_order,
    v1_key=True,
)
@inject
def request_swap(
    actor: Actor, order_id: str, body: dict[str, Any], request: RequestSwap = Provide["request_swap"]
) -> str:
    """Arrange an exchange; also for what is not in stock, unless ``allow_backorder`` is false."""
    shipping = body.get("return_shipping") or {}
    allowed = body.get("allow_backorder")
    custom = body.get("custom_shipping_options") or []
    request(
        actor,
        NewSwap(
            order_id=order_id,
            items=wanted_items(body["return_items"]),
            additional=wanted_variants(body["additional_items"]),
            option_id=shipping.get("option_id"),
            shipping_price=shipping.get("price"),
            sales_channel_id=body.get("sales_channel_id"),
            allow_backorder=True if allowed is None else allowed,
            no_notification=body.get("no_notification"),
            custom_shipping=tuple((one["option_id"], one["price"]) for one in custom),
        ),
    )
    return order_id


@inject
def show_order_of(actor: Actor, query: Query, order_id: str, swap_id: str, reads: Reads = Provide["reads"]) -> Tree:
    """The answer of every write to a swap."""
    return detail(ORDER, reads, actor, query, order_id)


@inject
def show_order_of_fulfillment(
    actor: Actor, query: Query, order_id: str, swap_id: str, fulfillment_id: str, reads: Reads = Provide["reads"]
) -> Tree:
    return detail(ORDER, reads, actor, query, order_id)


@orders.on(
    "POST", "/<order_id>/swaps/<swap_id>/process-payment", allow=admin(ORDERS), shows=ORDER, answers=show_order_of
)
@inject
def process_payment(
    actor: Actor, order_id: str, swap_id: str, process: ProcessSwapPayment = Provide["process_swap_payment"]
) -> str:
    """Take the difference of a swap, or give it back."""
    process(actor, order_id, swap_id)
    return order_id


@orders.on(
    "POST",
    "/<order_id>/swaps/<swap_id>/fulfillments",
    allow=admin(ORDERS),
    shows=ORDER,
    body=SwapFulfillmentBody,
    body_required=False,
    answers=show_order_of,
)
@inject
def fulfill_swap(
    actor: Actor,
    order_id: str,
    swap_id: str,
    body: dict[str, Any],
    fulfill: FulfillSwap = Provide["fulfill_swap"],
) -> str:
    """Pack what goes out in exchange."""
    fulfill(actor, order_id, swap_id, body.get("metadata"), body.get("no_notification"))
    return order_id


@orders.on(
    "POST",
    "/<order_id>/swaps/<swap_id>/shipments",
    allow=admin(ORDERS),
    shows=ORDER,
    body=ShipmentBody,
    answers=show_order_of,
)
@inject
def ship_swap(
    actor: Actor, order_id: str, swap_id: str, body: dict[str, Any], ship: ShipSwap = Provide["ship_swap"]
) -> str:
    """Say that what goes out in exchange is on its way."""
    shipment = SwapShipment(
        fulfillment_id=body["fulfillment_id"],
        tracking_numbers=tuple(body.get("tracking_numbers") or ()),
        no_notification=body.get("no_notification"),
    )
    ship(actor, order_id, swap_id, shipment)
    return order_id


@orders.on(
    "POST",
    "/<order_id>/swaps/<swap_id>/fulfillments/<fulfillment_id>/cancel",
    allow=admin(ORDERS),
    shows=ORDER,
    answers=show_order_of_fulfillment,
)
@inject
def cancel_swap_fulfillment(
    actor: Actor,
    order_id: str,
    swap_id: str,
    fulfillment_id: str,
    cancel: CancelSwapFulfillment = Provide["cancel_swap_fulfillment"],
) -> str:
    """Call off a fulfillment of a swap that was not shipped yet."""
    cancel(actor, order_id, swap_id, fulfillment_id)
    return order_id


@orders.on("POST", "/<order_id>/swaps/<swap_id>/cancel", allow=admin(ORDERS), shows=ORDER, answers=show_order_of)
@inject
def cancel_swap(actor: Actor, order_id: str, swap_id: str, cancel: CancelSwap = Provide["cancel_swap"]) -> str:
    """Call off an exchange; what was paid for it goes back."""
    cancel(actor, order_id, swap_id)
    return order_id
