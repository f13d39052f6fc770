"""/admin/orders: the list and one order."""

from dependency_injector.wiring import Provide, inject
from marshmallow import Schema

from adapters.http.access import admin
from adapters.http.query import Query
from adapters.http.query_fields import AnyOf, Compare, Exactly, Moment, Search, Whole
from adapters.http.routing import ADMIN, Resource
from adapters.http.shown import Shown, detail, listing
from core.domain.actor import Actor
from core.domain.order import FulfillmentStatus, OrderStatus, PaymentStatus
from ports.reads import Reads, Tree

ORDERS = "orders"
ORDER = Shown(
    shape="order",
    one="order",
    many="orders",
    default=(
        "*,*shipping_address,*billing_address,*customer,*discounts,discounts.rule.*,*gift_cards,"
        "*gift_card_transactions,gift_card_transactions.gift_card.*,*items,"
        "items.variant.*,items.variant.product.*,items.tax_lines.*,items.adjustments.*,*payments,*refunds,refunds.items.*,*region,"
        "*fulfillments,fulfillments.items.*,fulfillments.tracking_links.*,*returns,returns.items.*,returns.items.reason.*,"
        "returns.shipping_method.*,*shipping_methods,"
        "shipping_methods.shipping_option.*,shipping_methods.tax_lines.*,*claims,*swaps,"
        "swaps.additional_items.*,swaps.return_order.*,swaps.payment.*,swaps.fulfillments.*,"
        "swaps.fulfillments.tracking_links.*,swaps.shipping_methods.*,*sales_channel,*returnable_items"
    ),
    listed=(
        "*,*shipping_address,*billing_address,*customer,*discounts,*gift_cards,"
        "*gift_card_transactions,gift_card_transactions.gift_card.*,*items,"
        "*payments,*refunds,*region,*fulfillments,*returns,*shipping_methods,*claims,*swaps,*sales_channel"
    ),
)
orders = Resource("admin_orders", __name__, "/admin/orders", ADMIN)


def _choices(kind: type[OrderStatus] | type[PaymentStatus] | type[FulfillmentStatus]) -> frozenset[str]:
    return frozenset(status.value for status in kind)


class OrderFilters(Schema):
    q = Search()
    id = AnyOf()
    status = AnyOf(choices=_choices(OrderStatus))
    fulfillment_status = AnyOf(choices=_choices(FulfillmentStatus))
    payment_status = AnyOf(choices=_choices(PaymentStatus))
    display_id = AnyOf(Whole())
    cart_id = Exactly()
    customer_id = Exactly()
    email = Exactly()
    region_id = AnyOf()
    currency_code = Exactly()
    tax_rate = Exactly()
    sales_channel_id = AnyOf()
    created_at = Compare(Moment())
    updated_at = Compare(Moment())
    canceled_at = Compare(Moment())


@orders.on("GET", "", allow=admin(ORDERS), lists=ORDER, query=OrderFilters)
@inject
def list_orders(actor: Actor, query: Query, reads: Reads = Provide["reads"]) -> Tree:
    """List orders, newest first."""
    return listing(ORDER, reads, actor, query)


@orders.on("GET", "/<order_id>", allow=admin(ORDERS), shows=ORDER)
@inject
def show(actor: Actor, query: Query, order_id: str, reads: Reads = Provide["reads"]) -> Tree:
    """Show an order with everything that belongs to it."""
    return detail(ORDER, reads, actor, query, order_id)


@inject
def show_order(actor: Actor, query: Query, order_id: str, reads: Reads = Provide["reads"]) -> Tree:
    """The answer of every write to an order."""
    return detail(ORDER, reads, actor, query, order_id)
