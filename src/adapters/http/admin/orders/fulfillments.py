"""/admin/orders: packing, sending and calling off."""

from typing import Any

from dependency_injector.wiring import Provide, inject

from adapters.http.access import admin
from adapters.http.admin.orders.resource import ORDER, ORDERS, orders, show_order
from adapters.http.body_fields import Body, Bool, Int, Many, Metadata, Part, Str
from core.domain.actor import Actor
from core.domain.cart import QUANTITY_MAX
from core.use_cases.fulfillment.cancel_fulfillment import CancelFulfillment
from core.use_cases.fulfillment.create_fulfillment import CreateFulfillment, NewFulfillment
from core.use_cases.fulfillment.create_shipment import CreateShipment, NewShipment


class PackedLine(Body):
    item_id = Str(required=True, max=255)
    quantity = Int(required=True, min=1, max=QUANTITY_MAX)


class FulfillmentBody(Body):
    """The location is understood and not used: this shop keeps its stock in one place."""

    items = Many(Part(PackedLine), required=True, max=200)
    location_id = Str()
    no_notification = Bool()
    metadata = Metadata()


class ShipmentBody(Body):
    fulfillment_id = Str(required=True, max=255)
    tracking_numbers = Many(Str(max=255), max=100)
    no_notification = Bool()


@orders.on(
    "POST", "/<order_id>/fulfillment", allow=admin(ORDERS), shows=ORDER, body=FulfillmentBody, answers=show_order
)
@inject
def fulfill(
    actor: Actor, order_id: str, body: dict[str, Any], create: CreateFulfillment = Provide["create_fulfillment"]
) -> str:
    """Pack lines of an order, to be sent by its shipping methods."""
    create(
        actor,
        order_id,
        NewFulfillment(
            items=tuple((line["item_id"], line["quantity"]) for line in body["items"]),
            no_notification=body.get("no_notification"),
            metadata=body.get("metadata"),
        ),
    )
    return order_id


@orders.on("POST", "/<order_id>/shipment", allow=admin(ORDERS), shows=ORDER, body=ShipmentBody, answers=show_order)
@inject
def ship(
    actor: Actor, order_id: str, body: dict[str, Any], create: CreateShipment = Provide["create_shipment"]
) -> str:
    """Say that a fulfillment is on its way, with its tracking numbers."""
    create(
        actor,
        order_id,
        NewShipment(
            fulfillment_id=body["fulfillment_id"],
            tracking_numbers=tuple(body.get("tracking_numbers") or ()),
            no_notification=body.get("no_notification"),
        ),
    )
    return order_id


@orders.on(
    "POST",
    "/<order_id>/fulfillments/<fulfillment_id>/cancel",
    allow=admin(ORDERS),
    shows=ORDER,
    answers=show_order,
)
@inject
def cancel_fulfillment(
    actor: Actor,
    order_id: str,
    fulfillment_id: str,
    cancel: CancelFulfillment = Provide["cancel_fulfillment"],
) -> str:
    """Call off a fulfillment that was not shipped yet."""
    cancel(actor, order_id, fulfillment_id)
    return order_id
