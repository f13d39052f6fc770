"""/store/orders"""

from typing import Any

from dependency_injector.wiring import Provide, inject
from marshmallow import Schema

from adapters.http.access import CUSTOMER, EVERYONE
from adapters.http.body_fields import Body, Many, Str
from adapters.http.budgets import CLAIM, MAILED_TOKEN
from adapters.http.query import Query
from adapters.http.query_fields import Text, Whole, Within
from adapters.http.routing import STORE, Resource
from adapters.http.shown import Shown, detail
from core.domain.actor import Actor
from core.use_cases.customer.confirm_order_claim import ConfirmOrderClaim
from core.use_cases.customer.request_order_claim import RequestOrderClaim
from core.use_cases.order.view_order import ViewOrder
from ports.reads import Reads, Tree

ORDER = Shown(
    shape="order",
    one="order",
    many="orders",
    default=(
        "*,*shipping_address,*billing_address,*fulfillments,fulfillments.tracking_links.*,fulfillments.items.*,"
        "*items,items.variant.*,items.variant.product.*,items.tax_lines.*,items.adjustments.*,*shipping_methods,"
        "shipping_methods.shipping_option.*,shipping_methods.tax_lines.*,*discounts,discounts.rule.*,*customer,*payments,*refunds,refunds.items.*,"
        "*region,region.payment_providers.*,region.fulfillment_providers.*,*gift_cards,*gift_card_transactions,"
        "*claims,*swaps,swaps.return_order.*,*returns,returns.items.*"
    ),
)
TOKEN_MAX = 1_000
ORDERS_MAX = 50
orders = Resource("store_orders", __name__, "/store/orders", STORE)


class LookUp(Schema):
    """The postal code is understood and, as in Medusa v1, not compared: digital orders have none."""

    display_id = Whole(required=True, minimum=1)
    email = Text(required=True)
    shipping_address = Within({"postal_code": Text()})


class ClaimBody(Body):
    order_ids = Many(Str(max=255), required=True, min=1, max=ORDERS_MAX)


class ConfirmationBody(Body):
    token = Str(required=True, max=TOKEN_MAX)


@orders.on("GET", "", allow=EVERYONE, shows=ORDER, query=LookUp)
@inject
def look_up(
    actor: Actor, query: Query, view_order: ViewOrder = Provide["view_order"], reads: Reads = Provide["reads"]
) -> Tree:
    """Find a guest's order by its number and e-mail address."""
    return detail(ORDER, reads, actor, query, view_order.by_number(actor, query["display_id"], query["email"]))


@orders.on("GET", "/<order_id>", allow=EVERYONE, shows=ORDER)
@inject
def show(
    actor: Actor,
    query: Query,
    order_id: str,
    view_order: ViewOrder = Provide["view_order"],
    reads: Reads = Provide["reads"],
) -> Tree:
    """Show an order: a guest's to whoever knows its id, a customer's to that customer."""
    return detail(ORDER, reads, actor, query, view_order(actor, order_id))


@orders.on("GET", "/cart/<cart_id>", allow=EVERYONE, shows=ORDER)
@inject
def show_of_cart(
    actor: Actor,
    query: Query,
    cart_id: str,
    view_order: ViewOrder = Provide["view_order"],
    reads: Reads = Provide["reads"],
) -> Tree:
    """Show the order a cart became."""
    return detail(ORDER, reads, actor, query, view_order.of_cart(actor, cart_id))


@orders.on("POST", "/batch/customer/token", allow=CUSTOMER, body=ClaimBody, budgets=CLAIM, repeatable=True)
@inject
def request_claim(
    actor: Actor, body: dict[str, Any], request: RequestOrderClaim = Provide["request_order_claim"]
) -> str:
    """Ask for orders placed as a guest: a token is mailed to the addresses they were placed with."""
    request(actor, body["order_ids"])
    return "OK"


@orders.on(
    "POST",
    "/customer/confirm",
    allow=EVERYONE,
    body=ConfirmationBody,
    budgets=MAILED_TOKEN,
    repeatable=True,
    statuses=(401,),
)
@inject
def confirm_claim(
    actor: Actor, body: dict[str, Any], confirm: ConfirmOrderClaim = Provide["confirm_order_claim"]
) -> str:
    """Hand the orders over to the account that asked for them. The token works once."""
    confirm(actor, body["token"])
    return "OK"
