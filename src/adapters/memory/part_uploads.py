"""Uploads in parts, in a dictionary, for tests and for trying things out."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from adapters.memory.file_store import InMemoryFileStore
from core.domain.file_upload import Part, StoredPart
from ports.clock import Clock
from ports.file_store import StorageUnavailable
from ports.part_uploads import PartRefused, UnfinishedUpload, UploadMissing

BASE = "https://files.example/parts/"


@dataclass(slots=True)
class _Open:
    key: str
    started_at: datetime
    parts: dict[int, bytes] = field(default_factory=dict)


class InMemoryPartUploads:
    """PartUploads into an InMemoryFileStore, unavailable when that is. ``send`` does what ``PUT`` on a
    part's address does elsewhere."""

    def __init__(self, files: InMemoryFileStore, clock: Clock) -> None:
        self._files = files
        self._clock = clock
        self._open: dict[str, _Open] = {}
        self._started = 0

    def start_parts(self, key: str) -> str:
        self._check()
        self._started += 1
        ref = f"ref{self._started}"
        self._open[ref] = _Open(key, self._clock.now())
        return ref

    def part_url(self, key: str, ref: str, number: int, *, size: int, life: timedelta) -> str:
        self._check()
        return f"{BASE}{ref}/{number}"

    def send(self, url: str, content: bytes) -> str:
        """The part's ETag. Raises UploadMissing."""
        self._check()
        ref, _, number = url.removeprefix(BASE).partition("/")
        if ref not in self._open:
            raise UploadMissing("there is no such upload")
        self._open[ref].parts[int(number)] = content
        return _etag(content)

    def stored_parts(self, key: str, ref: str) -> list[StoredPart]:
        held = self._found(key, ref)
        return [StoredPart(number=n, etag=_etag(c), size=len(c)) for n, c in sorted(held.parts.items())]

    def complete_parts(self, key: str, ref: str, parts: Sequence[Part]) -> None:
        held = self._found(key, ref)
        contents = [held.parts.get(part.number) for part in parts]
        for part, content in zip(parts, contents, strict=True):
            if content is None or _etag(content) != part.etag:
                raise PartRefused(f"part {part.number} is not stored as it was named")
        self._files.put(key, [content for content in contents if content])
        del self._open[ref]

    def abort_parts(self, key: str, ref: str) -> None:
        self._check()
        self._open.pop(ref, None)

    def unfinished(self, prefix: str, *, older_than: datetime) -> Iterator[UnfinishedUpload]:
        self._check()
        for ref, held in list(self._open.items()):
            if held.key.startswith(prefix) and held.started_at < older_than:
                yield UnfinishedUpload(key=held.key, ref=ref)

    def _found(self, key: str, ref: str) -> _Open:
        self._check()
        held = self._open.get(ref)
        if held is None or held.key != key:
            raise UploadMissing("there is no such upload")
        return held

    def _check(self) -> None:
        if not self._files.available:
            raise StorageUnavailable("the file storage cannot be reached")


def _etag(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]
