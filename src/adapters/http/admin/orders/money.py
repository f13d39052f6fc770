"""/admin/orders: taking the money of an order and giving it back."""

from typing import Any

from dependency_injector.wiring import Provide, inject

from adapters.http.access import admin
from adapters.http.admin.orders.resource import ORDER, ORDERS, orders, show_order
from adapters.http.body_fields import Body, Bool, Int, Many, Part, Str, Word
from core.domain.actor import Actor
from core.domain.cart import QUANTITY_MAX
from core.domain.payment import RefundReason
from core.use_cases.order.capture_payment import CapturePayment
from core.use_cases.order.refund_payment import RefundPayment, RefundRequest


class RefundedLine(Body):
    item_id = Str(required=True, max=255)
    quantity = Int(required=True, min=1, max=QUANTITY_MAX)


class RefundBody(Body):
    amount = Int(required=True, min=1)
    reason = Word(*(reason.value for reason in RefundReason), required=True)
    note = Str()
    no_notification = Bool()
    items = Many(Part(RefundedLine), max=200)


@orders.on("POST", "/<order_id>/capture", allow=admin(ORDERS), shows=ORDER, answers=show_order)
@inject
def capture(actor: Actor, order_id: str, capture_payment: CapturePayment = Provide["capture_payment"]) -> str:
    """Capture all payments of an order."""
    capture_payment(actor, order_id)
    return order_id


@orders.on("POST", "/<order_id>/refund", allow=admin(ORDERS), shows=ORDER, body=RefundBody, answers=show_order)
@inject
def refund(
    actor: Actor,
    order_id: str,
    body: dict[str, Any],
    refund_payment: RefundPayment = Provide["refund_payment"],
) -> str:
    """Give money back; with ``items`` for those lines, whose downloads then end."""
    refund_payment(
        actor,
        order_id,
        RefundRequest(
            amount=body["amount"],
            reason=RefundReason(body["reason"]),
            note=body.get("note"),
            items=tuple((line["item_id"], line["quantity"]) for line in body.get("items") or ()),
        ),
    )
    return order_id
