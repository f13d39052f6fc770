"""/store/customers/me/orders"""

from dependency_injector.wiring import Provide, inject
from marshmallow import Schema

from adapters.http.access import CUSTOMER
from adapters.http.query import Query
from adapters.http.query_fields import AnyOf, Compare, Exactly, Moment, Search, Text, Whole
from adapters.http.shown import equals, listing
from adapters.http.store.customers.resource import customers
from adapters.http.store.orders import ORDER
from core.domain.actor import Actor
from core.domain.order import FulfillmentStatus, OrderStatus, PaymentStatus
from ports.reads import Reads, Tree

LIMIT = 10


class OrderFilters(Schema):
    """No order has a tax rate of its own, here as in Medusa v1, so that asking for one finds nothing."""

    q = Search()
    id = AnyOf()
    status = AnyOf(choices=frozenset(OrderStatus))
    fulfillment_status = AnyOf(choices=frozenset(FulfillmentStatus))
    payment_status = AnyOf(choices=frozenset(PaymentStatus))
    display_id = AnyOf(Whole(minimum=1))
    cart_id = Exactly()
    email = Exactly()
    region_id = Exactly()
    currency_code = Exactly()
    tax_rate = Text()
    created_at = Compare(Moment())
    updated_at = Compare(Moment())
    canceled_at = Compare(Moment())


@customers.on("GET", "/me/orders", allow=CUSTOMER, lists=ORDER, query=OrderFilters, limit=LIMIT)
@inject
def list_my_orders(actor: Actor, query: Query, reads: Reads = Provide["reads"]) -> Tree:
    """List the orders of the signed-in customer, newest first."""
    own = [equals("customer_id", actor.id)]
    if query.get("tax_rate") is not None:
        own.append(equals("id", ""))
    return listing(ORDER, reads, actor, query, own)
