"""/admin/orders: correcting an order, and how it is shipped."""

from collections.abc import Mapping
from typing import Any

from dependency_injector.wiring import Provide, inject

from adapters.http.access import admin
from adapters.http.admin.orders.resource import ORDER, ORDERS, orders, show_order
from adapters.http.body_fields import Anything, Body, Bool, Int, Many, Metadata, Part, Str
from adapters.http.store.address_bodies import AddressBody, address_from
from core.domain.actor import Actor
from core.domain.errors import NotAllowed
from core.use_cases.order.add_shipping_method import AddOrderShippingMethod
from core.use_cases.order.update_order import OrderChanges, UpdateOrder

MADE_ELSEWHERE = {
    "items": "Lines of an order change by an order edit",
    "discounts": "Discounts of an order change by an order edit",
    "payment_method": "What was paid with is kept by the payment provider",
    "shipping_method": "Shipping of an order changes by POST /admin/orders/:id/shipping-methods",
}


class OrderBody(Body):
    """What is bought, with what and how it is shipped have routes of their own; naming them here is
    understood and refused."""

    email = Str(max=255)
    billing_address = Part(AddressBody)
    shipping_address = Part(AddressBody)
    items = Many(Anything(), max=200)
    region = Str(max=255)
    discounts = Many(Anything(), max=200)
    customer_id = Str(max=255)
    payment_method = Anything()
    shipping_method = Anything()
    no_notification = Bool()
    metadata = Metadata()


class OrderShippingBody(Body):
    price = Int(required=True, min=0)
    option_id = Str(required=True, max=255)
    data = Anything()


@orders.on("POST", "/<order_id>", allow=admin(ORDERS), shows=ORDER, body=OrderBody, answers=show_order)
@inject
def update(
    actor: Actor, order_id: str, body: Mapping[str, Any], update_order: UpdateOrder = Provide["update_order"]
) -> str:
    """Correct an order's e-mail address, addresses, customer or metadata."""
    for name, reason in MADE_ELSEWHERE.items():
        if body.get(name):
            raise NotAllowed(reason)
    shipping, billing = body.get("shipping_address"), body.get("billing_address")
    update_order(
        actor,
        order_id,
        OrderChanges(
            email=body.get("email"),
            customer_id=body.get("customer_id"),
            shipping_address=None if shipping is None else address_from(shipping),
            billing_address=None if billing is None else address_from(billing),
            region_id=body.get("region"),
            no_notification=body.get("no_notification"),
            metadata=body.get("metadata"),
        ),
    )
    return order_id


@orders.on(
    "POST",
    "/<order_id>/shipping-methods",
    allow=admin(ORDERS),
    shows=ORDER,
    body=OrderShippingBody,
    answers=show_order,
)
@inject
def add_shipping_method(
    actor: Actor,
    order_id: str,
    body: Mapping[str, Any],
    add_method: AddOrderShippingMethod = Provide["add_order_shipping_method"],
) -> str:
    """Ship an order by an option at a price; it replaces the method of the same profile."""
    add_method(actor, order_id, body["option_id"], body["price"], body.get("data"))
    return order_id
