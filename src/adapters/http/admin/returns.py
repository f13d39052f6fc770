"""/admin/returns"""

from typing import Any

from dependency_injector.wiring import Provide, inject
from marshmallow import Schema

from adapters.http.access import admin
from adapters.http.admin.orders.resource import ORDER, ORDERS
from adapters.http.body_fields import Body, Int, Many, Part, Str
from adapters.http.query import Query
from adapters.http.routing import ADMIN, Resource
from adapters.http.shown import Shown, detail, listing
from core.domain.actor import Actor
from core.domain.cart import QUANTITY_MAX
from core.use_cases.returning.cancel_return import CancelReturn
from core.use_cases.returning.receive_return import Receipt, ReceiveReturn
from core.use_cases.returning.view_return import ViewReturn
from ports.reads import Reads, Tree

RETURN = Shown(
    shape="return",
    one="return",
    many="returns",
    default="*,*items,items.reason.*,*shipping_method,shipping_method.tax_lines.*,*order,*swap",
    listed="*,*order,*swap",
)
returns = Resource("admin_returns", __name__, "/admin/returns", ADMIN)


class ReceivedLine(Body):
    item_id = Str(required=True, max=255)
    quantity = Int(required=True, min=1, max=QUANTITY_MAX)


class ReceiptBody(Body):
    """The location is understood and not used: this shop keeps its stock in one place."""

    items = Many(Part(ReceivedLine), required=True, max=200)
    refund = Int()
    location_id = Str()


class NoFilters(Schema):
    """Medusa's list of returns has no filters."""


@returns.on("GET", "", allow=admin(ORDERS), lists=RETURN, query=NoFilters)
@inject
def list_returns(actor: Actor, query: Query, reads: Reads = Provide["reads"]) -> Tree:
    """List returns, newest first."""
    return listing(RETURN, reads, actor, query)


@inject
def show_received(actor: Actor, query: Query, return_id: str, reads: Reads = Provide["reads"]) -> Tree:
    return detail(RETURN, reads, actor, query, return_id)


@returns.on(
    "POST", "/<return_id>/receive", allow=admin(ORDERS), shows=RETURN, body=ReceiptBody, answers=show_received
)
@inject
def receive(
    actor: Actor, return_id: str, body: dict[str, Any], receive_return: ReceiveReturn = Provide["receive_return"]
) -> str:
    """Take in what came back: count it, restock it, refund it."""
    items = tuple((line["item_id"], line["quantity"]) for line in body["items"])
    receive_return(actor, return_id, Receipt(items=items, refund=body.get("refund")))
    return return_id


@inject
def show_order_of(
    actor: Actor,
    query: Query,
    return_id: str,
    view_return: ViewReturn = Provide["view_return"],
    reads: Reads = Provide["reads"],
) -> Tree:
    return detail(ORDER, reads, actor, query, view_return(actor, return_id))


@returns.on("POST", "/<return_id>/cancel", allow=admin(ORDERS), shows=ORDER, answers=show_order_of)
@inject
def cancel(actor: Actor, return_id: str, cancel_return: CancelReturn = Provide["cancel_return"]) -> str:
    """Call off a return that will not come; answers its order."""
    cancel_return(actor, return_id)
    return return_id
