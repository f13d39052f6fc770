"""/store/shipping-options"""

from dependency_injector.wiring import Provide, inject
from marshmallow import Schema

from adapters.http.access import EVERYONE
from adapters.http.query import Query
from adapters.http.query_fields import Exactly, Flag, Texts
from adapters.http.routing import STORE, Resource
from adapters.http.shown import Shown, by_default, context_of, equals, listing
from core.domain.actor import Actor
from core.use_cases.cart.list_shipping_options import ListShippingOptions
from ports.reads import Condition, Operator, Paging, Reads, Tree

SHIPPING_OPTION = Shown(
    shape="shipping_option",
    one="shipping_option",
    many="shipping_options",
    default=("*,*region,region.payment_providers.*,region.fulfillment_providers.*,*profile,*requirements"),
)
shipping_options = Resource("store_shipping_options", __name__, "/store/shipping-options", STORE)


class ShippingOptionFilters(Schema):
    """product_ids: comma-separated; options of the shipping profiles of these products."""

    is_return = Exactly(Flag())
    product_ids = Texts(commas=True)
    region_id = Exactly()


@shipping_options.on("GET", "", allow=EVERYONE, lists=SHIPPING_OPTION, query=ShippingOptionFilters, limit=None)
@inject
def list_options(actor: Actor, query: Query, reads: Reads = Provide["reads"]) -> Tree:
    """List ways to ship, and to send back."""
    wanted = query.get("product_ids")
    where = [] if wanted is None else [Condition("product_ids", Operator.IN, wanted)]
    return listing(SHIPPING_OPTION, reads, actor, query, where)


@shipping_options.on("GET", "/<cart_id>", allow=EVERYONE)
@inject
def list_for_cart(
    actor: Actor,
    query: Query,
    cart_id: str,
    list_options: ListShippingOptions = Provide["list_shipping_options"],
    reads: Reads = Provide["reads"],
) -> Tree:
    """List the ways to ship a cart: of its region and its goods, with their requirements met, for what it pays."""
    offered = list_options(actor, cart_id)
    chosen = by_default(SHIPPING_OPTION, query).chosen
    if chosen is None or not offered.option_ids:
        return {"shipping_options": []}
    page = reads.page(
        "shipping_option",
        [Condition("id", Operator.IN, list(offered.option_ids)), equals("region_id", offered.region_id)],
        chosen.selection,
        context_of(actor, query, region_id=offered.region_id, shipping_prices=offered.prices),
        Paging(order=(("created_at", False),)),
    )
    prices: dict[object, object] = dict(offered.prices)
    return {"shipping_options": [{**row, "amount": prices.get(row["id"], row["amount"])} for row in page.rows]}
