"""/admin/swaps"""

from dependency_injector.wiring import Provide, inject
from marshmallow import Schema

from adapters.http.access import admin
from adapters.http.admin.orders.resource import ORDERS
from adapters.http.query import Query
from adapters.http.routing import ADMIN, Resource
from adapters.http.shown import Shown, detail, listing
from core.domain.actor import Actor
from ports.reads import Reads, Tree

SWAP = Shown(
    shape="swap",
    one="swap",
    many="swaps",
    default=(
        "*,*order,*additional_items,additional_items.variant.*,additional_items.variant.product.*,"
        "additional_items.tax_lines.*,additional_items.adjustments.*,"
        "*return_order,return_order.items.*,return_order.items.reason.*,return_order.shipping_method.*,"
        "return_order.shipping_method.shipping_option.*,*fulfillments,fulfillments.items.*,"
        "fulfillments.tracking_links.*,*payment,*shipping_address,*shipping_methods,"
        "shipping_methods.shipping_option.*,*cart,cart.items.*"
    ),
    listed="*",
)
swaps = Resource("admin_swaps", __name__, "/admin/swaps", ADMIN)


class NoFilters(Schema):
    """Medusa's list of swaps has no filters."""


@swaps.on("GET", "", allow=admin(ORDERS), lists=SWAP, query=NoFilters)
@inject
def list_swaps(actor: Actor, query: Query, reads: Reads = Provide["reads"]) -> Tree:
    """List swaps, newest first."""
    return listing(SWAP, reads, actor, query)


@swaps.on("GET", "/<swap_id>", allow=admin(ORDERS), shows=SWAP)
@inject
def show(actor: Actor, query: Query, swap_id: str, reads: Reads = Provide["reads"]) -> Tree:
    """Show a swap with its cart."""
    return detail(SWAP, reads, actor, query, swap_id)
