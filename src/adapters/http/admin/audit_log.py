"""/admin/audit-log: what the staff and their keys did. Ours, not Medusa's."""

from __future__ import annotations

from dependency_injector.wiring import Provide, inject
from marshmallow import Schema

from adapters.http.access import admin
from adapters.http.query import Query
from adapters.http.query_fields import AnyOf, Compare, Exactly, Moment
from adapters.http.routing import ADMIN, Resource
from adapters.http.shown import Shown, detail, listing
from core.domain.actor import Actor, ActorKind
from ports.reads import Reads, Tree

ENTRY = Shown(shape="audit_entry", one="audit_entry", many="audit_log")
audit_log = Resource("admin_audit_log", __name__, "/admin/audit-log", ADMIN)


class EntryFilters(Schema):
    """target: an id that the entry names."""

    actor_id = AnyOf()
    actor_kind = AnyOf(choices=frozenset({ActorKind.USER.value, ActorKind.API_KEY.value}))
    action = AnyOf()
    target = AnyOf()
    request_id = Exactly()
    at = Compare(Moment())
    created_at = Compare(Moment())


@audit_log.on("GET", "", allow=admin("audit"), lists=ENTRY, query=EntryFilters)
@inject
def list_entries(actor: Actor, query: Query, reads: Reads = Provide["reads"]) -> Tree:
    """List what was changed by whom, newest first."""
    return listing(ENTRY, reads, actor, query)


@audit_log.on("GET", "/<entry_id>", allow=admin("audit"), shows=ENTRY)
@inject
def show(actor: Actor, query: Query, entry_id: str, reads: Reads = Provide["reads"]) -> Tree:
    """Show one change."""
    return detail(ENTRY, reads, actor, query, entry_id)
