"""/admin/return-reasons"""

from typing import Any

from dependency_injector.wiring import Provide, inject

from adapters.http.access import admin
from adapters.http.body_fields import Body, Metadata, Str
from adapters.http.query import Query
from adapters.http.routing import ADMIN, Resource
from adapters.http.shown import detail
from adapters.http.store.return_reasons import REASON, top_level
from core.domain.actor import Actor
from core.use_cases.return_reason.create_return_reason import CreateReturnReason, NewReturnReason
from core.use_cases.return_reason.delete_return_reason import DeleteReturnReason
from core.use_cases.return_reason.update_return_reason import ReturnReasonChanges, UpdateReturnReason
from ports.reads import Reads, Tree

REASONS = "return_reasons"
return_reasons = Resource("admin_return_reasons", __name__, "/admin/return-reasons", ADMIN)


class ReasonBody(Body):
    value = Str(required=True, max=255)
    label = Str(required=True, max=255)
    description = Str()
    parent_return_reason_id = Str(max=255)
    metadata = Metadata()


class ReasonChangesBody(Body):
    value = Str(min=1, max=255)
    label = Str(min=1, max=255)
    description = Str()
    metadata = Metadata()


@inject
def show_created(actor: Actor, query: Query, result: str, reads: Reads = Provide["reads"]) -> Tree:
    return detail(REASON, reads, actor, query, result)


@inject
def show_reason(actor: Actor, query: Query, reason_id: str, reads: Reads = Provide["reads"]) -> Tree:
    return detail(REASON, reads, actor, query, reason_id)


@return_reasons.on("GET", "", allow=admin(REASONS), lists=REASON, limit=None)
@inject
def list_reasons(actor: Actor, query: Query, reads: Reads = Provide["reads"]) -> Tree:
    """List the reasons for returns, grouped under their categories."""
    return top_level(reads, actor, query)


@return_reasons.on("GET", "/<reason_id>", allow=admin(REASONS), shows=REASON)
@inject
def show(actor: Actor, query: Query, reason_id: str, reads: Reads = Provide["reads"]) -> Tree:
    """Show a reason for returns."""
    return detail(REASON, reads, actor, query, reason_id)


@return_reasons.on("POST", "", allow=admin(REASONS), shows=REASON, body=ReasonBody, answers=show_created)
@inject
def create(actor: Actor, body: dict[str, Any], create: CreateReturnReason = Provide["create_return_reason"]) -> str:
    """Add a reason, under a category if one is named."""
    return create(actor, NewReturnReason(**body))


@return_reasons.on(
    "POST", "/<reason_id>", allow=admin(REASONS), shows=REASON, body=ReasonChangesBody, answers=show_reason
)
@inject
def update(
    actor: Actor,
    reason_id: str,
    body: dict[str, Any],
    change: UpdateReturnReason = Provide["update_return_reason"],
) -> str:
    """Change a reason."""
    clears = "description" in body and body["description"] is None
    change(actor, reason_id, ReturnReasonChanges(**body, clears_description=clears))
    return reason_id


def told_deleted(reason_id: str) -> Tree:
    return {"id": reason_id, "object": "return_reason", "deleted": True}


@return_reasons.on("DELETE", "/<reason_id>", allow=admin(REASONS), answers=told_deleted)
@inject
def delete(actor: Actor, reason_id: str, delete: DeleteReturnReason = Provide["delete_return_reason"]) -> str:
    """Remove a reason with those listed under it."""
    delete(actor, reason_id)
    return reason_id
