"""The shape of notes that staff write down."""

from __future__ import annotations

from adapters.db import tables
from adapters.db.reads.filters import each
from adapters.db.reads.shape import Shape, columns, everything, to_one
from adapters.db.reads.shop import STAMPS
from adapters.db.reads.user import USER
from core.domain.reference import NoteNotFound

NOTE = Shape(
    name="note",
    table=tables.notes,
    columns=columns("id", "resource_type", "resource_id", "value", "author_id", *STAMPS, "metadata"),
    relations={"author": to_one(lambda: USER, "author_id", visible=everything)},
    filters=each("id", "resource_type", "resource_id", "author_id", "created_at", "updated_at"),
    missing=(NoteNotFound, "Note with id: {} was not found."),
)
