"""Admin routes of records without rules: a line per kind, and one function that makes five routes of a line.

A kind's line stands where its URL says, with whatever routes it has besides.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dependency_injector.wiring import Provide, inject
from marshmallow import Schema

from adapters.http.access import admin
from adapters.http.body_fields import Body
from adapters.http.query import Query
from adapters.http.routing import ADMIN, Resource
from adapters.http.shown import Shown, detail, listing
from core.domain.actor import Actor
from core.domain.reference import RecordKind
from core.use_cases.reference.edit_records import CreateRecord, RemoveRecord, UpdateRecord
from ports.reads import Reads, Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One kind. path: below /admin. object: how answers to deletions call it. limit: of its list."""

    path: str
    kind: RecordKind
    shown: Shown
    object: str
    filters: type[Schema]
    new: type[Body]
    changes: type[Body]
    limit: int


def answers_with(shown: Shown) -> Callable[..., Tree]:
    """The answer of every write to such a record."""

    @inject
    def show_written(actor: Actor, query: Query, result: str, reads: Reads = Provide["reads"]) -> Tree:
        return detail(shown, reads, actor, query, result)

    return show_written


def resource_of(line: Line, module: str) -> Resource:
    """List, create, show, change and delete. module: where the line stands."""
    resource = Resource(f"admin_{line.kind.name}s", module, f"/admin/{line.path}", ADMIN)
    allow, shown, said = admin(line.path), line.shown, line.kind.label.lower()
    written = answers_with(shown)

    @inject
    def list_records(actor: Actor, query: Query, reads: Reads = Provide["reads"]) -> Tree:
        return listing(shown, reads, actor, query)

    @inject
    def create(actor: Actor, body: Mapping[str, Any], create_record: CreateRecord = Provide["create_record"]) -> str:
        return create_record(actor, line.kind, _values(body), body.get("metadata"))

    @inject
    def show(actor: Actor, query: Query, id: str, reads: Reads = Provide["reads"]) -> Tree:
        return detail(shown, reads, actor, query, id)

    @inject
    def update(
        actor: Actor, id: str, body: Mapping[str, Any], update_record: UpdateRecord = Provide["update_record"]
    ) -> str:
        update_record(actor, line.kind, id, _values(body), body.get("metadata"))
        return id

    @inject
    def remove(actor: Actor, id: str, remove_record: RemoveRecord = Provide["remove_record"]) -> Tree:
        remove_record(actor, line.kind, id)
        return {"id": id, "object": line.object, "deleted": True}

    for view in (list_records, create, show, update, remove):
        view.__module__ = module
    list_records.__doc__ = f"List every {said}."
    create.__doc__ = f"Create a {said}."
    show.__doc__ = f"Show a {said}."
    update.__doc__ = f"Change a {said}."
    remove.__doc__ = f"Delete a {said}."
    resource.on("GET", "", allow=allow, lists=shown, query=line.filters, limit=line.limit)(list_records)
    resource.on("POST", "", allow=allow, shows=shown, body=line.new, answers=written)(create)
    resource.on("GET", "/<id>", allow=allow, shows=shown)(show)
    resource.on("POST", "/<id>", allow=allow, shows=shown, body=line.changes, answers=written)(update)
    resource.on("DELETE", "/<id>", allow=allow, repeatable=True)(remove)
    return resource


def _values(body: Mapping[str, Any]) -> dict[str, object]:
    return {name: value for name, value in body.items() if name != "metadata"}
