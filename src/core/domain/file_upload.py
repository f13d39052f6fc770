"""A file on its way straight into the storage: announced first, sent in parts, then completed.

The shop hands out one signed address per part and never sees the bytes pass; what came of them is
measured when the upload is completed. Sizes follow the strictest storage there is: all parts equal
but the last, at least 5 MiB, at most 10,000 of them
(https://developers.cloudflare.com/r2/objects/multipart-objects/).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from core.domain.errors import Conflict, FieldProblem, Gone, Invalid, NotFound
from core.domain.events import Event

UploadId = NewType("UploadId", str)
UPLOAD_LIFE = timedelta(hours=6)
_MEBIBYTE = 1 << 20
_PART = 8 * _MEBIBYTE
_PARTS_MAX = 1_000  # a list in a request has no more members


class UploadNotFound(NotFound):
    pass


class UploadClosed(Gone):
    """It was given up or has expired; the file has to be announced and sent again."""

    code = "UPLOAD_CLOSED"


class UploadCompleted(Conflict):
    """It has become a file, which is removed as a file."""


class UploadState(StrEnum):
    OPEN = "open"
    COMPLETED = "completed"
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """number: from 1. etag: what the storage answered when the part was sent, without quotes."""

    number: int
    etag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPart:
    """A part as the storage has it. size in bytes."""

    number: int
    etag: str
    size: int


@dataclass(slots=True, kw_only=True)
class FileUpload:
    """size, sha256 (hex, or None), mime_type: as announced, not measured.

    file_id: of the product file it becomes. storage_key, storage_ref: where the parts go and how the
    storage calls this upload; neither is shown.
    """

    id: UploadId
    product_id: str
    variant_id: str | None
    replaces_id: str | None
    file_id: str
    name: str
    mime_type: str
    size: int
    sha256: str | None
    part_size: int
    storage_key: str
    storage_ref: str
    started_by: str | None
    expires_at: datetime
    state: UploadState = UploadState.OPEN
    closed_at: datetime | None = None
    version: int = 0
    events: list[Event] = field(default_factory=list, compare=False, repr=False)

    @property
    def part_count(self) -> int:
        return -(-self.size // self.part_size)

    def part_bytes(self, number: int) -> int:
        """How long this part has to be."""
        return min(self.part_size, self.size - (number - 1) * self.part_size)

    def check_open(self, now: datetime) -> None:
        """Raises UploadClosed."""
        if self.state is UploadState.CANCELED or (self.state is UploadState.OPEN and now >= self.expires_at):
            raise UploadClosed("this upload was given up or has expired; start another")

    def check_parts(self, named: Sequence[Part], stored: Iterable[StoredPart]) -> None:
        """Whether the parts named are all there are, stored as they were named, each as long as it must
        be. Raises Invalid; the parts found wrong can be sent again."""
        if [part.number for part in named] != list(range(1, self.part_count + 1)):
            raise Invalid(
                f"the upload has the parts 1 to {self.part_count}, each named once and in order",
                fields=[FieldProblem("parts", f"must be the parts 1 to {self.part_count} in order")],
            )
        held: Mapping[int, StoredPart] = {part.number: part for part in stored}
        problems = [
            FieldProblem(f"parts.{part.number - 1}", problem)
            for part in named
            if (problem := self._problem(part, held.get(part.number)))
        ]
        if problems:
            raise Invalid("some parts are not in the storage as they are named", fields=problems)

    def _problem(self, part: Part, held: StoredPart | None) -> str | None:
        if held is None:
            return "has not been sent"
        if held.etag != part.etag:
            return "has another ETag in the storage"
        if held.size != self.part_bytes(part.number):
            return f"must be {self.part_bytes(part.number)} bytes long, not {held.size}"
        return None

    def complete(self, now: datetime) -> None:
        """Raises UploadClosed when it was given up meanwhile; its time may have run out by now."""
        if self.state is UploadState.CANCELED:
            raise UploadClosed("this upload was given up or has expired; start another")
        self.state = UploadState.COMPLETED
        self.closed_at = now

    def cancel(self, now: datetime) -> None:
        """Canceling twice is fine. Raises UploadCompleted."""
        if self.state is UploadState.COMPLETED:
            raise UploadCompleted("this upload is complete; remove the file instead")
        if self.state is UploadState.OPEN:
            self.state = UploadState.CANCELED
            self.closed_at = now


def part_size_for(size: int) -> int:
    """Bytes per part for a file of this size: whole mebibytes."""
    least = -(-size // _PARTS_MAX)
    return max(_PART, -(-least // _MEBIBYTE) * _MEBIBYTE)
