"""The shape of what the staff did."""

from __future__ import annotations

from sqlalchemy import ColumnElement, FromClause, String, cast, or_

from adapters.db import tables
from adapters.db.reads.filters import by, each, refuse
from adapters.db.reads.shape import Shape, columns, everything
from core.domain.errors import NotFound
from ports.reads import Condition, Operator, ReadContext


def _targets(table: FromClause, condition: Condition, context: ReadContext) -> ColumnElement[bool]:
    """Entries that name one of these ids; they are kept as a list of texts."""
    match condition.operator:
        case Operator.EQ:
            ids = [str(condition.value)]
        case Operator.IN if isinstance(condition.value, list):
            ids = [str(id) for id in condition.value]
        case _:
            raise refuse(condition)
    listed = cast(table.c.targets, String)
    return or_(*(listed.contains(f'"{id}"', autoescape=True) for id in ids))


AUDIT_ENTRY = Shape(
    name="audit_entry",
    table=tables.audit_log,
    columns=columns(
        "id",
        "actor_kind",
        "actor_id",
        "action",
        "targets",
        "before_digest",
        "after_digest",
        "network",
        "request_id",
        "at",
    ),
    hidden=columns(created_at="at"),
    filters={
        **each("id", "actor_kind", "actor_id", "action", "request_id", "at"),
        "created_at": by("at"),
        "target": _targets,
    },
    visible=everything,
    missing=(NotFound, "Audit entry with id: {} was not found"),
)
