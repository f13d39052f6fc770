"""Records with fields and no behaviour: one dataclass each, and a line that says what they have in common.

The day a kind gets its first rule it leaves this page and becomes an aggregate with a page of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from core.domain.errors import Duplicate, FieldProblem, Invalid, NotFound
from core.domain.events import (
    Event,
    NoteCreated,
    NoteDeleted,
    NoteUpdated,
    ProductCollectionCreated,
    ProductCollectionDeleted,
    ProductCollectionUpdated,
)
from core.domain.values import Metadata, handle_of


class CollectionNotFound(NotFound):
    pass


class CollectionHandleTaken(Duplicate):
    code = "HANDLE_TAKEN"


class Record(Protocol):
    """What every kind of record has. ``check`` raises Invalid when its fields contradict each other."""

    metadata: Metadata | None
    deleted_at: datetime | None
    version: int
    events: list[Event]

    @property
    def id(self) -> str: ...

    def check(self) -> None: ...


@dataclass(slots=True, kw_only=True)
class ProductCollection:
    """Products that are shown together; a product is in one at most. handle: unique among live ones."""

    id: str
    title: str
    handle: str
    metadata: Metadata | None = None
    deleted_at: datetime | None = None
    version: int = 0
    events: list[Event] = field(default_factory=list, compare=False, repr=False)

    def __post_init__(self) -> None:
        self.check()

    def check(self) -> None:
        require(title=self.title, handle=self.handle)


class NoteNotFound(NotFound):
    pass


@dataclass(slots=True, kw_only=True)
class Note:
    """What staff write down about an order, a customer or anything else. author_id: of the user, also where a
    key of theirs wrote it. resource_type, resource_id: what it is about; nobody checks that it exists, as in
    Medusa."""

    id: str
    resource_type: str
    resource_id: str
    value: str
    author_id: str | None = None
    metadata: Metadata | None = None
    deleted_at: datetime | None = None
    version: int = 0
    events: list[Event] = field(default_factory=list, compare=False, repr=False)

    def __post_init__(self) -> None:
        self.check()

    def check(self) -> None:
        require(resource_type=self.resource_type, resource_id=self.resource_id, value=self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordKind:
    """How one kind is kept. name: of actions in the audit. prefix: of ids. label: in messages.

    fields: what callers may set. derive: fills in what they left out, from what they said and the new id.
    created, updated, removed: the events its writes tell. author: the field that holds who made it.
    strict: removing what is not there is refused with the kind's NotFound, instead of being fine.
    """

    name: str
    label: str
    entity: Callable[..., Record]
    prefix: str
    fields: frozenset[str]
    derive: Callable[[Mapping[str, object], str], Mapping[str, object]]
    created: Callable[..., Event]
    updated: Callable[..., Event]
    removed: Callable[..., Event]
    author: str | None = None
    strict: bool = False


def require(**texts: object) -> None:
    """Raises Invalid for the first text that is missing or blank."""
    for name, value in texts.items():
        if not isinstance(value, str) or not value.strip():
            raise Invalid(f"{name} should not be empty", fields=[FieldProblem(name, "should not be empty")])


def _with_handle(values: Mapping[str, object], id: str) -> Mapping[str, object]:
    """A title may have no letters that URLs know; the id has."""
    if values.get("handle"):
        return values
    return {**values, "handle": handle_of(str(values.get("title") or "")) or handle_of(id)}


def _as_said(values: Mapping[str, object], id: str) -> Mapping[str, object]:
    return values


PRODUCT_COLLECTION = RecordKind(
    name="product_collection",
    label="Product collection",
    entity=ProductCollection,
    prefix="pcol",
    fields=frozenset({"title", "handle"}),
    derive=_with_handle,
    created=ProductCollectionCreated,
    updated=ProductCollectionUpdated,
    removed=ProductCollectionDeleted,
)
NOTE = RecordKind(
    name="note",
    label="Note",
    entity=Note,
    prefix="note",
    fields=frozenset({"resource_type", "resource_id", "value"}),
    derive=_as_said,
    created=NoteCreated,
    updated=NoteUpdated,
    removed=NoteDeleted,
    author="author_id",
    strict=True,
)
KINDS: tuple[RecordKind, ...] = (PRODUCT_COLLECTION, NOTE)
