"""Objects in a dictionary, for tests and for trying things out."""

import hashlib
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO
from urllib.parse import quote

from core.domain.download import LINK_LIFE
from ports.clock import Clock
from ports.file_store import Link, ObjectMissing, StorageUnavailable, StoredObject


@dataclass(frozen=True, slots=True)
class _Held:
    content: bytes
    written_at: datetime


class InMemoryFileStore:
    """FileStore that forgets at exit. Links lead to ``https://files.example`` and open nothing.

    available: set it to False and every call raises StorageUnavailable.
    """

    def __init__(self, clock: Clock) -> None:
        self.available = True
        self._clock = clock
        self._objects: dict[str, _Held] = {}

    def put(self, key: str, chunks: Iterable[bytes]) -> StoredObject:
        self._check()
        content = b"".join(chunks)
        self._objects[key] = _Held(content, self._clock.now())
        return StoredObject(key=key, size=len(content), sha256=hashlib.sha256(content).hexdigest())

    @contextmanager
    def open(self, key: str) -> Iterator[BinaryIO]:
        yield io.BytesIO(self._held(key).content)

    def size(self, key: str) -> int:
        return len(self._held(key).content)

    def delete(self, key: str) -> None:
        self._check()
        self._objects.pop(key, None)

    def link(self, key: str, *, file_name: str, mime_type: str, life: timedelta) -> Link:
        self._check()
        if not timedelta(0) < life <= LINK_LIFE:
            raise ValueError(f"a link lives for at most {LINK_LIFE}")
        expires_at = (self._clock.now() + life).replace(microsecond=0)
        query = f"name={quote(file_name)}&type={quote(mime_type)}&expires={int(expires_at.timestamp())}"
        return Link(url=f"https://files.example/{key}?{query}", expires_at=expires_at)

    def keys(self, prefix: str, *, older_than: datetime) -> Iterator[str]:
        self._check()
        held = list(self._objects.items())
        yield from (key for key, o in held if key.startswith(prefix) and o.written_at < older_than)

    def _held(self, key: str) -> _Held:
        self._check()
        if key not in self._objects:
            raise ObjectMissing(f"there is no object {key}")
        return self._objects[key]

    def _check(self) -> None:
        if not self.available:
            raise StorageUnavailable("the file storage cannot be reached")
