"""Isolation without a database: what one unit of work has seen and means to write.

Stored objects are never changed in place, only replaced, so identity tells whether somebody else
has written since they were looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from threading import RLock
from typing import Any, ClassVar, Generic, TypeVar

from core.domain.errors import ConcurrentUpdate, Duplicate, NotFound

V = TypeVar("V")
E = TypeVar("E")


class Overlay(Generic[V]):
    """A stored dictionary as one unit of work sees it: its own writes on top, kept back until commit."""

    def __init__(self, stored: dict[str, V], lock: RLock) -> None:
        self._stored = stored
        self._lock = lock
        self._based_on: dict[str, V | None] = {}
        self._staged: dict[str, V] = {}
        self._open = True

    def get(self, key: str) -> V | None:
        self._check_open()
        if key in self._staged:
            return self._staged[key]
        with self._lock:
            return self._based_on.setdefault(key, self._stored.get(key))

    def set(self, key: str, value: V) -> None:
        self.get(key)
        self._staged[key] = value

    def values(self) -> Iterator[V]:
        """In the order in which they were added."""
        self._check_open()
        with self._lock:
            merged = {**self._stored, **self._staged}
        return iter(merged.values())

    @property
    def dirty(self) -> bool:
        return bool(self._staged)

    def close(self) -> None:
        self._open = False

    def _check_open(self) -> None:
        if not self._open:
            raise RuntimeError("the unit of work is not open")

    # With the lock held

    def check(self) -> None:
        for key, base in self._based_on.items():
            if self._stored.get(key) is not base:
                raise ConcurrentUpdate(f"{key} was saved by somebody else meanwhile")

    def apply(self) -> None:
        self._stored.update(self._staged)


class Shelf(Generic[E]):
    """The aggregates of one kind in one unit of work; hands out copies, never the stored object.

    counters: what conditional operations move; an aggregate writes them only if it changed them.
    """

    missing: ClassVar[type[NotFound]] = NotFound
    label: ClassVar[str] = "Record"
    absent: ClassVar[str] = "{} with id: {} was not found"
    shows_deleted: ClassVar[bool] = False

    def __init__(self, rows: Overlay[E]) -> None:
        self._rows = rows
        self._seen: dict[str, E] = {}
        self._before: dict[str, E | None] = {}

    def get(self, id: str) -> E:
        return self._get(id, self.shows_deleted)

    def kept(self, id: str) -> E:
        """As ``get``, but finds soft-deleted ones too."""
        return self._get(id, True)

    def _get(self, id: str, deleted: bool) -> E:
        if id in self._seen:
            return self._seen[id]
        stored = self._rows.get(id)
        if stored is None or (not deleted and _deleted(stored)):
            raise self.missing(self.absent.format(self.label, id))
        return self._hand_out(id, stored)

    def add(self, entity: E) -> None:
        key: str = entity.id  # type: ignore[attr-defined]
        if key in self._seen:
            raise Duplicate(f"{key} is in this unit of work already")
        self._seen[key] = entity
        self._before[key] = None

    def find(self, wanted: Callable[[E], bool], *, deleted: bool = False) -> list[E]:
        """Stored ones for which this holds, as they are in hand; oldest first."""
        found = [row for row in self._rows.values() if wanted(row) and (deleted or not _deleted(row))]
        return [self._hand_out(row.id, row) for row in found]  # type: ignore[attr-defined]

    def find_first(self, wanted: Callable[[E], bool]) -> E | None:
        return next(iter(self.find(wanted)), None)

    def _hand_out(self, key: str, stored: E) -> E:
        if key not in self._seen:
            self._rows.get(key)
            self._before[key] = stored
            self._seen[key] = deepcopy(stored)
        return self._seen[key]

    # For the unit of work

    @property
    def rows(self) -> Iterator[E]:
        """Stored and staged."""
        return self._rows.values()

    @property
    def entities(self) -> list[E]:
        return list(self._seen.values())

    def changed(self) -> list[tuple[E | None, E]]:
        """(before, after) of every aggregate that is new or differs."""
        return [
            (self._before[key], entity)
            for key, entity in self._seen.items()
            if self._before[key] is None or self._before[key] != entity
        ]

    def stage(self) -> list[tuple[E, int]]:
        """Put what changed into the overlay; the entities with their new versions."""
        moved = []
        for before, entity in self.changed():
            key: str = entity.id  # type: ignore[attr-defined]
            if before is None and self._rows.get(key) is not None:
                raise Duplicate(f"{key} exists already")
            kept: Any = deepcopy(entity)
            kept.events.clear()
            kept.version = 1 if before is None else kept.version + 1
            current = self._rows.get(key)
            if before is not None and current is not None:
                self.keep_counters(before, current, kept)
            self._rows.set(key, kept)
            moved.append((entity, kept.version))
        return moved

    def keep_counters(self, before: E, current: E, kept: E) -> None:
        """Let the copy to be kept follow conditional operations of this unit of work."""


def _deleted(entity: object) -> bool:
    return getattr(entity, "deleted_at", None) is not None
