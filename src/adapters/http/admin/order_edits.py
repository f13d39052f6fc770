"""/admin/order-edits"""

from typing import Any

from dependency_injector.wiring import Provide, inject
from marshmallow import Schema

from adapters.http.access import admin
from adapters.http.admin.orders.resource import ORDERS
from adapters.http.body_fields import Body, Int, Metadata, Str
from adapters.http.query import Query
from adapters.http.query_fields import Exactly, Search
from adapters.http.routing import ADMIN, Resource
from adapters.http.shown import Shown, detail, listing
from core.domain.actor import Actor
from core.domain.cart import QUANTITY_MAX
from core.use_cases.order_edit.confirm_order_edit import ConfirmOrderEdit
from core.use_cases.order_edit.create_order_edit import CreateOrderEdit
from core.use_cases.order_edit.edit_items import AddEditedItem, RemoveEditedItem, ResizeEditedItem, UndoItemChange
from core.use_cases.order_edit.give_up_order_edit import CancelOrderEdit
from core.use_cases.order_edit.note_order_edit import DeleteOrderEdit, NoteOrderEdit
from core.use_cases.order_edit.request_order_edit import RequestOrderEdit
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
NOTE_MAX = 5_000
order_edits = Resource("admin_order_edits", __name__, "/admin/order-edits", ADMIN)


class EditFilters(Schema):
    q = Search()
    order_id = Exactly()


class NewEditBody(Body):
    order_id = Str(required=True, max=255)
    internal_note = Str(max=NOTE_MAX)


class NoteBody(Body):
    internal_note = Str(max=NOTE_MAX)


class RequestBody(Body):
    """The description is shown to the buyer who pays."""

    payment_collection_description = Str(max=5_000)


class NewItemBody(Body):
    variant_id = Str(required=True, max=255)
    quantity = Int(required=True, min=1, max=QUANTITY_MAX)
    metadata = Metadata()


class QuantityBody(Body):
    quantity = Int(required=True, min=1, max=QUANTITY_MAX)


@inject
def show_created(actor: Actor, query: Query, result: str, reads: Reads = Provide["reads"]) -> Tree:
    return detail(ORDER_EDIT, reads, actor, query, result)


@inject
def show_edit(actor: Actor, query: Query, edit_id: str, reads: Reads = Provide["reads"]) -> Tree:
    return detail(ORDER_EDIT, reads, actor, query, edit_id)


@order_edits.on("GET", "", allow=admin(ORDERS), lists=ORDER_EDIT, query=EditFilters, limit=20)
@inject
def list_edits(actor: Actor, query: Query, reads: Reads = Provide["reads"]) -> Tree:
    """List order edits; ``q`` looks in the internal notes."""
    return listing(ORDER_EDIT, reads, actor, query)


@order_edits.on("POST", "", allow=admin(ORDERS), shows=ORDER_EDIT, body=NewEditBody, answers=show_created)
@inject
def create(actor: Actor, body: dict[str, Any], create_edit: CreateOrderEdit = Provide["create_order_edit"]) -> str:
    """Begin to change an order."""
    return create_edit(actor, body["order_id"], body.get("internal_note"))


@order_edits.on("GET", "/<edit_id>", allow=admin(ORDERS), shows=ORDER_EDIT)
@inject
def show(actor: Actor, query: Query, edit_id: str, reads: Reads = Provide["reads"]) -> Tree:
    """Show one order edit."""
    return detail(ORDER_EDIT, reads, actor, query, edit_id)


@order_edits.on("POST", "/<edit_id>", allow=admin(ORDERS), shows=ORDER_EDIT, body=NoteBody, answers=show_edit)
@inject
def update(
    actor: Actor, edit_id: str, body: dict[str, Any], note_edit: NoteOrderEdit = Provide["note_order_edit"]
) -> str:
    """Change the internal note."""
    note_edit(actor, edit_id, body.get("internal_note"))
    return edit_id


@order_edits.on("DELETE", "/<edit_id>", allow=admin(ORDERS), repeatable=True)
@inject
def delete(actor: Actor, edit_id: str, delete_edit: DeleteOrderEdit = Provide["delete_order_edit"]) -> Tree:
    """Throw an edit away that nobody was asked about yet."""
    delete_edit(actor, edit_id)
    return {"id": edit_id, "object": "order_edit", "deleted": True}


@order_edits.on("POST", "/<edit_id>/cancel", allow=admin(ORDERS), shows=ORDER_EDIT, answers=show_edit)
@inject
def cancel(actor: Actor, edit_id: str, cancel_edit: CancelOrderEdit = Provide["cancel_order_edit"]) -> str:
    """Call an edit off; what was paid for it goes back."""
    cancel_edit(actor, edit_id)
    return edit_id


@order_edits.on(
    "POST",
    "/<edit_id>/request",
    allow=admin(ORDERS),
    shows=ORDER_EDIT,
    body=RequestBody,
    body_required=False,
    answers=show_edit,
)
@inject
def request(
    actor: Actor, edit_id: str, body: dict[str, Any], request_edit: RequestOrderEdit = Provide["request_order_edit"]
) -> str:
    """Ask the buyer to agree, and to pay the difference."""
    request_edit(actor, edit_id, body.get("payment_collection_description"))
    return edit_id


@order_edits.on("POST", "/<edit_id>/confirm", allow=admin(ORDERS), shows=ORDER_EDIT, answers=show_edit)
@inject
def confirm(actor: Actor, edit_id: str, confirm_edit: ConfirmOrderEdit = Provide["confirm_order_edit"]) -> str:
    """Put an edit into effect without the buyer."""
    confirm_edit(actor, edit_id)
    return edit_id


@order_edits.on(
    "POST", "/<edit_id>/items", allow=admin(ORDERS), shows=ORDER_EDIT, body=NewItemBody, answers=show_edit
)
@inject
def add_item(
    actor: Actor, edit_id: str, body: dict[str, Any], add: AddEditedItem = Provide["add_edited_item"]
) -> str:
    """Propose a further line."""
    add(actor, edit_id, body["variant_id"], body["quantity"], body.get("metadata"))
    return edit_id


@order_edits.on(
    "POST",
    "/<edit_id>/items/<item_id>",
    allow=admin(ORDERS),
    shows=ORDER_EDIT,
    body=QuantityBody,
    answers=show_edit,
)
@inject
def update_item(
    actor: Actor,
    edit_id: str,
    item_id: str,
    body: dict[str, Any],
    resize: ResizeEditedItem = Provide["resize_edited_item"],
) -> str:
    """Propose another quantity of a line."""
    resize(actor, edit_id, item_id, body["quantity"])
    return edit_id


@order_edits.on("DELETE", "/<edit_id>/items/<item_id>", allow=admin(ORDERS), shows=ORDER_EDIT, answers=show_edit)
@inject
def remove_item(
    actor: Actor, edit_id: str, item_id: str, remove: RemoveEditedItem = Provide["remove_edited_item"]
) -> str:
    """Propose to take a line off the order."""
    remove(actor, edit_id, item_id)
    return edit_id


@order_edits.on("DELETE", "/<edit_id>/changes/<change_id>", allow=admin(ORDERS), repeatable=True)
@inject
def delete_change(
    actor: Actor, edit_id: str, change_id: str, undo: UndoItemChange = Provide["undo_item_change"]
) -> Tree:
    """Take a proposal back."""
    undo(actor, edit_id, change_id)
    return {"id": change_id, "object": "item_change", "deleted": True}
