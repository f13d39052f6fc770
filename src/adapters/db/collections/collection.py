"""What every collection does: fetch once, remember, and tell at commit what has changed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from sqlalchemy import ColumnElement, Select, bindparam, select

from adapters.db.changes import Changes
from adapters.db.mapping import Mapper, Row, Rows
from adapters.db.transaction import Transaction
from core.domain.errors import Duplicate, NotFound
from core.domain.events import Event


class Root(Protocol):
    """What every aggregate root has."""

    version: int
    events: list[Event]

    @property
    def id(self) -> str: ...


E = TypeVar("E", bound=Root)


def roots(
    mapper: Mapper[Any], *where: ColumnElement[bool], deleted: bool = False, locked: bool = True
) -> Select[Any]:
    """Root rows, locked where the database locks rows; soft-deleted ones only when asked for.

    locked: False for what every sale looks at and hardly anybody changes, so that sales do not queue
    for it; their versions still guard it. Locks keep others from writing the row, not from pointing at it.
    """
    statement = select(mapper.table).where(*where)
    if "deleted_at" in mapper.columns and not deleted:
        statement = statement.where(mapper.table.c.deleted_at.is_(None))
    return statement.with_for_update(key_share=True) if locked else statement


@cache
def _by_id(mapper: Mapper[Any], deleted: bool, locked: bool) -> Select[Any]:
    return roots(mapper, mapper.table.c.id == bindparam("id"), deleted=deleted, locked=locked)


@lru_cache(maxsize=200)
def _limited(statement: Select[Any]) -> Select[Any]:
    return statement.limit(1)


class SqlCollection(Generic[E]):
    """The aggregates of one kind that one unit of work has in hand.

    missing: raised by ``get``. label: how the kind is called in that message. absent: the
    message, which must not tell what is hidden from what is not there. shows_deleted:
    whether ``get`` finds soft-deleted ones too. locked: whether ``get`` keeps other writers out.
    """

    mapper: ClassVar[Mapper[Any]]
    missing: ClassVar[type[NotFound]] = NotFound
    label: ClassVar[str] = "Record"
    absent: ClassVar[str] = "{} with id: {} was not found"
    shows_deleted: ClassVar[bool] = False
    locked: ClassVar[bool] = True

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._seen: dict[str, E] = {}
        self._before: dict[str, Rows] = {}
        self._versions: dict[str, int] = {}

    def get(self, id: str) -> E:
        return self._get(id, self.shows_deleted)

    def kept(self, id: str) -> E:
        """As ``get``, but finds soft-deleted ones too."""
        return self._get(id, True)

    def _get(self, id: str, deleted: bool) -> E:
        if id in self._seen:
            return self._seen[id]
        found = self._find(_by_id(self.mapper, deleted, self.locked), {"id": id})
        if not found:
            raise self.missing(self.absent.format(self.label, id))
        return found[0]

    def add(self, entity: E) -> None:
        key: str = entity.id
        if self._seen.setdefault(key, entity) is not entity:
            raise Duplicate(f"{key} is in this unit of work already")

    # For the unit of work

    def collect(self, changes: Changes) -> list[Event]:
        """Note every difference in ``changes``; the events to be stored with them."""
        events: list[Event] = []
        for key, entity in self._seen.items():
            after: Rows = {}
            self.mapper.flatten(entity, after)
            version = changes.add(self.mapper, key, self._before.get(key, {}), after)
            if version is not None:
                self._versions[key] = version
            elif entity.events:
                changes.note_told(key)
            events += entity.events
        return events

    def committed(self) -> None:
        """The entities in hand are what is stored now."""
        for key, entity in self._seen.items():
            entity.events.clear()
            entity.version = self._versions.get(key, entity.version)

    @property
    def entities(self) -> list[E]:
        return list(self._seen.values())

    # For the collections

    def _find(self, statement: Select[Any], parameters: Mapping[str, Any]) -> list[E]:
        """The aggregates behind these root rows; those in hand already stay as they are."""
        rows = self._transaction.rows(statement, parameters)
        self._load([row for row in rows if row["id"] not in self._seen])
        return [self._seen[row["id"]] for row in rows]

    def _first(self, statement: Select[Any], parameters: Mapping[str, Any]) -> E | None:
        found = self._find(_limited(statement), parameters)
        return found[0] if found else None

    def _load(self, rows: list[Row]) -> None:
        noted: Rows = {}
        entities = self.mapper.build(self._transaction.rows, rows, noted)
        for row, entity in zip(rows, entities, strict=True):
            self._seen[row["id"]] = entity
            self._before[row["id"]] = noted if len(rows) == 1 else self._share(entity, noted)

    def _share(self, entity: E, noted: Rows) -> Rows:
        """This aggregate's part of rows that were fetched for several at once."""
        own: Rows = {}
        self.mapper.flatten(entity, own)
        return {slot: {key: noted[slot][key] for key in rows} for slot, rows in own.items()}
