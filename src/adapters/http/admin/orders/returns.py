"""/admin/orders: returns that staff arrange."""

from typing import Any

from dependency_injector.wiring import Provide, inject

from adapters.http.access import admin
from adapters.http.admin.orders.resource import ORDER, ORDERS, orders, show_order
from adapters.http.body_fields import Body, Bool, Int, Many, Part, Str
from adapters.http.store.returns import ReturnedLine, wanted_items
from core.domain.actor import Actor
from core.use_cases.returning.receive_return import Receipt, ReceiveReturn
from core.use_cases.returning.request_return import NewReturn, RequestReturn


class StaffReturnShipping(Body):
    option_id = Str(max=255)
    price = Int(min=0)


class OrderReturnBody(Body):
    """The location is understood and not used: this shop keeps its stock in one place."""

    items = Many(Part(ReturnedLine), required=True, max=200)
    return_shipping = Part(StaffReturnShipping)
    note = Str()
    receive_now = Bool()
    no_notification = Bool()
    refund = Int()
    location_id = Str()


@orders.on(
    "POST",
    "/<order_id>/return",
    allow=admin(ORDERS),
    shows=ORDER,
    body=OrderReturnBody,
    answers=show_order,
    v1_key=True,
)
@inject
def request_return(
    actor: Actor,
    order_id: str,
    body: dict[str, Any],
    request: RequestReturn = Provide["request_return"],
    receive: ReceiveReturn = Provide["receive_return"],
) -> str:
    """Arrange a return; with ``receive_now`` the goods are here already."""
    shipping = body.get("return_shipping") or {}
    refund = body.get("refund")
    return_id = request(
        actor,
        NewReturn(
            order_id=order_id,
            items=wanted_items(body["items"]),
            option_id=shipping.get("option_id"),
            shipping_price=shipping.get("price"),
            refund_amount=None if refund is None else max(0, refund),
            no_notification=body.get("no_notification"),
        ),
    )
    if body.get("receive_now"):
        items = tuple((line["item_id"], line["quantity"]) for line in body["items"])
        receive(actor, return_id, Receipt(items=items))
    return order_id
