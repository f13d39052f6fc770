"""/store/order-edits"""

from typing import Any

from dependency_injector.wiring import Provide, inject

from adapters.http.access import EVERYONE
from adapters.http.body_fields import Body, Str
from adapters.http.query import Query
from adapters.http.routing import STORE, Resource
from adapters.http.shown import Shown, detail
from core.domain.actor import Actor
from core.use_cases.order_edit.complete_order_edit import CompleteOrderEdit
from core.use_cases.order_edit.give_up_order_edit import DeclineOrderEdit
from core.use_cases.order_edit.view_order_edit import ViewOrderEdit
from ports.reads import Reads, Tree

ORDER_EDIT = Shown(
    shape="order_edit",
    one="order_edit",
    many="order_edits",
    default=(
        "*,*changes,changes.line_item.*,changes.line_item.variant.*,changes.original_line_item.*,"
        "changes.original_line_item.variant.*,*items,items.adjustments.*,items.tax_lines.*,items.variant.*,*payment_collection"
    ),
)
REASON_MAX = 1_000
order_edits = Resource("store_order_edits", __name__, "/store/order-edits", STORE)


class DeclineBody(Body):
    declined_reason = Str(max=REASON_MAX)


@inject
def show_edit(actor: Actor, query: Query, edit_id: str, reads: Reads = Provide["reads"]) -> Tree:
    return detail(ORDER_EDIT, reads, actor, query, edit_id)


@order_edits.on("GET", "/<edit_id>", allow=EVERYONE, shows=ORDER_EDIT)
@inject
def show(
    actor: Actor,
    query: Query,
    edit_id: str,
    view_order_edit: ViewOrderEdit = Provide["view_order_edit"],
    reads: Reads = Provide["reads"],
) -> Tree:
    """Show what somebody proposes to make of an order, and what that costs."""
    view_order_edit(actor, edit_id)
    return detail(ORDER_EDIT, reads, actor, query, edit_id)


@order_edits.on("POST", "/<edit_id>/complete", allow=EVERYONE, shows=ORDER_EDIT, answers=show_edit)
@inject
def complete(actor: Actor, edit_id: str, complete_edit: CompleteOrderEdit = Provide["complete_order_edit"]) -> str:
    """Agree: the order becomes what was proposed. A difference has to be paid before."""
    complete_edit(actor, edit_id)
    return edit_id


@order_edits.on(
    "POST",
    "/<edit_id>/decline",
    allow=EVERYONE,
    shows=ORDER_EDIT,
    body=DeclineBody,
    body_required=False,
    answers=show_edit,
)
@inject
def decline(
    actor: Actor,
    edit_id: str,
    body: dict[str, Any],
    decline_edit: DeclineOrderEdit = Provide["decline_order_edit"],
) -> str:
    """Leave the order as it is; what was paid for the edit goes back."""
    decline_edit(actor, edit_id, body.get("declined_reason"))
    return edit_id
