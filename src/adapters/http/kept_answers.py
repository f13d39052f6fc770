"""Finished answers, kept in memory until there is no more room. Who asks decides what is still true."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Generic, TypeVar

ANSWER_BYTES_MAX = 1024 * 1024
_OVERHEAD = 500  # of an answer: its place among others, what its key holds besides texts

Key = tuple[object, ...]
Value = TypeVar("Value")


class Shelf(Generic[Value]):
    """Bounded in bytes; what was used longest ago goes first. Safe to share between threads."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._used = 0
        self._kept: OrderedDict[Key, tuple[Value, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key) -> Value | None:
        with self._lock:
            kept = self._kept.get(key)
            if kept is None:
                return None
            self._kept.move_to_end(key)
            return kept[0]

    def keep(self, key: Key, value: Value, size: int) -> None:
        """size: in bytes, roughly. What is larger than a mebibyte is not kept."""
        if size > min(ANSWER_BYTES_MAX, self._room):
            return
        with self._lock:
            old = self._kept.pop(key, None)
            self._used += size - (old[1] if old else 0)
            self._kept[key] = (value, size)
            while self._used > self._room:
                _, (_, freed) = self._kept.popitem(last=False)
                self._used -= freed


@dataclass(frozen=True, slots=True)
class _Kept:
    body: bytes
    until: datetime | None


class KeptAnswers:
    """Bodies, some of them true only until a moment that is known already."""

    def __init__(self, room: int) -> None:
        self._shelf: Shelf[_Kept] = Shelf(room)

    def get(self, key: Key, now: datetime) -> bytes | None:
        kept = self._shelf.get(key)
        return None if kept is None or (kept.until is not None and kept.until <= now) else kept.body

    def keep(self, key: Key, body: bytes, until: datetime | None) -> None:
        """Bodies above a mebibyte are not kept. What was asked counts as well: it may be much longer than what there
        is to say to it."""
        asked = sum(len(part) for part in key if isinstance(part, str | bytes))
        self._shelf.keep(key, _Kept(body, until), len(body) + asked + _OVERHEAD)
