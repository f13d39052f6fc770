"""Finished answers, kept in memory until there is no more room. Who asks decides what is still true."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

KEPT_BYTES = 64 * 1024 * 1024
ANSWER_BYTES_MAX = 1024 * 1024

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class _Kept:
    body: bytes
    until: datetime | None


class KeptAnswers:
    """Bounded in bytes; what was used longest ago goes first. Safe to share between threads."""

    def __init__(self, room: int = KEPT_BYTES) -> None:
        self._room = room
        self._used = 0
        self._kept: OrderedDict[Key, _Kept] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key, now: datetime) -> bytes | None:
        with self._lock:
            kept = self._kept.get(key)
            if kept is None or (kept.until is not None and kept.until <= now):
                return None
            self._kept.move_to_end(key)
            return kept.body

    def keep(self, key: Key, body: bytes, until: datetime | None) -> None:
        """Bodies above a mebibyte are not kept."""
        if len(body) > min(ANSWER_BYTES_MAX, self._room):
            return
        with self._lock:
            old = self._kept.pop(key, None)
            self._used += len(body) - (len(old.body) if old else 0)
            self._kept[key] = _Kept(body, until)
            while self._used > self._room:
                _, gone = self._kept.popitem(last=False)
                self._used -= len(gone.body)
