"""Sending a large file straight into the storage, part by part, past the shop."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from core.domain.errors import Invalid
from core.domain.file_upload import Part, StoredPart, UploadNotFound


class UploadMissing(UploadNotFound):
    """The storage knows no such upload, or none any more: it was completed, aborted, or swept."""


class PartRefused(Invalid):
    """The storage does not put these parts together: one is missing, changed, or too small."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfinishedUpload:
    key: str
    ref: str


class PartUploads(Protocol):
    """Uploads of objects of the FileStore beside it, in parts.

    Shapes   ``start_parts`` opens one for a key and answers the storage's name for it (``ref``).
             ``part_url`` takes the bytes of one part by HTTP ``PUT`` for ``life`` and answers with its
             ``ETag``; sending a part again replaces it. ``stored_parts`` are in the order of numbers, their
             ETags without quotes. ``complete_parts`` makes the object appear, whole; before it there is
             none. ``abort_parts`` throws the parts away; one that is gone is fine. ``unfinished`` are
             those under a prefix opened before ``older_than``.
    Errors   UploadMissing from ``stored_parts`` and ``complete_parts``; PartRefused from ``complete_parts``;
             StorageUnavailable (ports.file_store) from everything.
    Source   https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
    """

    def start_parts(self, key: str) -> str: ...

    def part_url(self, key: str, ref: str, number: int, *, size: int, life: timedelta) -> str: ...

    def stored_parts(self, key: str, ref: str) -> list[StoredPart]: ...

    def complete_parts(self, key: str, ref: str, parts: Sequence[Part]) -> None: ...

    def abort_parts(self, key: str, ref: str) -> None: ...

    def unfinished(self, prefix: str, *, older_than: datetime) -> Iterator[UnfinishedUpload]: ...
