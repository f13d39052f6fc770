"""/store/swaps"""

from typing import Any

from dependency_injector.wiring import Provide, inject

from adapters.http.access import EVERYONE
from adapters.http.body_fields import Body, Int, Many, Part, Str
from adapters.http.query import Query
from adapters.http.routing import STORE, Resource
from adapters.http.shown import Shown, detail
from adapters.http.store.returns import ReturnedLine, wanted_items
from core.domain.actor import Actor
from core.domain.cart import QUANTITY_MAX
from core.use_cases.swap.request_swap import NewSwap, RequestSwap
from core.use_cases.swap.view_swap import ViewSwap
from ports.reads import Reads, Tree

SWAP = Shown(
    shape="swap",
    one="swap",
    many="swaps",
    default=(
        "*,*order,*additional_items,additional_items.variant.*,additional_items.variant.product.*,"
        "additional_items.tax_lines.*,additional_items.adjustments.*,"
        "*return_order,return_order.items.*,return_order.items.reason.*,return_order.shipping_method.*,"
        "return_order.shipping_method.shipping_option.*,*fulfillments,*payment,*shipping_address,*shipping_methods,"
        "shipping_methods.shipping_option.*,*cart"
    ),
)
LINES_MAX = 200
swaps = Resource("store_swaps", __name__, "/store/swaps", STORE)


class AdditionalLine(Body):
    variant_id = Str(required=True, max=255)
    quantity = Int(required=True, min=1, max=QUANTITY_MAX)


class SwapBody(Body):
    order_id = Str(required=True, max=255)
    return_items = Many(Part(ReturnedLine), required=True, max=LINES_MAX)
    additional_items = Many(Part(AdditionalLine), required=True, max=LINES_MAX)
    return_shipping_option = Str(max=255)


def wanted_variants(lines: list[dict[str, Any]]) -> tuple[tuple[str, int], ...]:
    return tuple((line["variant_id"], line["quantity"]) for line in lines)


@inject
def show_swap(actor: Actor, query: Query, result: str, reads: Reads = Provide["reads"]) -> Tree:
    return detail(SWAP, reads, actor, query, result)


@swaps.on("POST", "", allow=EVERYONE, shows=SWAP, body=SwapBody, answers=show_swap, v1_key=True)
@inject
def request(actor: Actor, body: dict[str, Any], request_swap: RequestSwap = Provide["request_swap"]) -> str:
    """Ask to exchange lines of an order; the swap's cart settles the difference."""
    return request_swap(
        actor,
        NewSwap(
            order_id=body["order_id"],
            items=wanted_items(body["return_items"]),
            additional=wanted_variants(body["additional_items"]),
            option_id=body.get("return_shipping_option"),
        ),
    )


@swaps.on("GET", "/<cart_id>", allow=EVERYONE, shows=SWAP)
@inject
def show(
    actor: Actor,
    query: Query,
    cart_id: str,
    view_swap: ViewSwap = Provide["view_swap"],
    reads: Reads = Provide["reads"],
) -> Tree:
    """Show the swap that a cart settles."""
    return detail(SWAP, reads, actor, query, view_swap(actor, cart_id))
