"""/store/returns"""

from typing import Any

from dependency_injector.wiring import Provide, inject

from adapters.http.access import EVERYONE
from adapters.http.body_fields import Body, Int, Many, Part, Str
from adapters.http.query import Query
from adapters.http.routing import STORE, Resource
from adapters.http.shown import Shown, detail
from core.domain.actor import Actor
from core.domain.cart import QUANTITY_MAX
from core.domain.returns import Wanted
from core.use_cases.returning.request_return import NewReturn, RequestReturn
from ports.reads import Reads, Tree

RETURN = Shown(
    shape="return",
    one="return",
    many="returns",
    default="*,*items,items.reason.*,*shipping_method,shipping_method.tax_lines.*,shipping_method.shipping_option.*",
)
returns = Resource("store_returns", __name__, "/store/returns", STORE)


class ReturnedLine(Body):
    item_id = Str(required=True, max=255)
    quantity = Int(required=True, min=1, max=QUANTITY_MAX)
    reason_id = Str(max=255)
    note = Str()


class ReturnShipping(Body):
    option_id = Str(required=True, max=255)


class ReturnBody(Body):
    order_id = Str(required=True, max=255)
    items = Many(Part(ReturnedLine), required=True, max=200)
    return_shipping = Part(ReturnShipping)


def wanted_items(lines: list[dict[str, Any]]) -> tuple[Wanted, ...]:
    return tuple(
        Wanted(
            item_id=line["item_id"],
            quantity=line["quantity"],
            reason_id=line.get("reason_id"),
            note=line.get("note"),
        )
        for line in lines
    )


@inject
def show_return(actor: Actor, query: Query, result: str, reads: Reads = Provide["reads"]) -> Tree:
    return detail(RETURN, reads, actor, query, result)


@returns.on("POST", "", allow=EVERYONE, shows=RETURN, body=ReturnBody, answers=show_return, v1_key=True)
@inject
def request(actor: Actor, body: dict[str, Any], request_return: RequestReturn = Provide["request_return"]) -> str:
    """Ask to send lines of an order back; with a return shipping option the shop arranges how."""
    shipping = body.get("return_shipping")
    return request_return(
        actor,
        NewReturn(
            order_id=body["order_id"],
            items=wanted_items(body["items"]),
            option_id=shipping["option_id"] if shipping else None,
        ),
    )
