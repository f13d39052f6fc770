"""The bytes behind a digital product: immutable versions with a checked state."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from core.domain.errors import FieldProblem, Invalid, NotFound
from core.domain.events import Event, ProductFileDiscarded, ProductFileReady, ProductFileUploaded
from core.domain.values import Metadata

ProductFileId = NewType("ProductFileId", str)
NAME_MAX_BYTES = 255


class ProductFileNotFound(NotFound):
    pass


class FileRejected(Invalid):
    """The content is not what it claims to be. extra: ``reason``, see ``Rejection``."""

    code = "FILE_REJECTED"

    def __init__(self, reason: Rejection, message: str) -> None:
        super().__init__(message, extra={"reason": reason.value})
        self.reason = reason


class FileTooLarge(Invalid):
    code = "FILE_TOO_LARGE"


class FileTypeNotAllowed(Invalid):
    code = "UNSUPPORTED_MEDIA_TYPE"


class Rejection(StrEnum):
    NOT_A_ZIP = "not_a_zip"
    EMPTY = "empty"
    CORRUPT = "corrupt"
    TRAVERSAL = "traversal"
    LINK = "link"
    DUPLICATE = "duplicate"
    OVERLAP = "overlap"
    ENCRYPTED = "encrypted"
    BOMB = "bomb"
    FOREIGN_DATA = "foreign_data"


class FileState(StrEnum):
    PENDING = "pending"
    CHECKING = "checking"
    READY = "ready"
    REJECTED = "rejected"
    DELETED = "deleted"


@dataclass(slots=True, kw_only=True)
class ProductFile:
    """One version of one file. size in bytes and sha256 (hex) are measured by the server.

    chain_id: shared by all versions that replace each other; the first version's own id.
    retained: deleted from sale, but the bytes stay for those who paid.
    storage_key: where the object lies; never shown.
    """

    id: ProductFileId
    product_id: str
    variant_id: str | None
    chain_id: str
    name: str
    mime_type: str
    size: int
    sha256: str
    file_version: int
    state: FileState
    storage_key: str
    uploaded_by: str | None
    replaces_id: str | None = None
    rejected_reason: str | None = None
    retained: bool = False
    metadata: Metadata | None = None
    created_at: datetime
    deleted_at: datetime | None = None
    version: int = 0
    events: list[Event] = field(default_factory=list, compare=False, repr=False)

    @property
    def on_sale(self) -> bool:
        return self.state is FileState.READY

    @property
    def deliverable(self) -> bool:
        """Whether somebody who paid for it may fetch it."""
        return self.on_sale or (self.state is FileState.DELETED and self.retained)

    def begin_check(self) -> None:
        self._expect(FileState.PENDING)
        self.state = FileState.CHECKING
        self.events.append(ProductFileUploaded(file_id=self.id))

    def pass_check(self) -> None:
        self._expect(FileState.PENDING, FileState.CHECKING)
        self.state = FileState.READY
        self.events.append(ProductFileReady(file_id=self.id))

    def fail_check(self, reason: Rejection) -> None:
        self._expect(FileState.PENDING, FileState.CHECKING)
        self.state = FileState.REJECTED
        self.rejected_reason = reason.value
        self.events.append(ProductFileDiscarded(file_id=self.id))

    def delete(self, now: datetime, *, sold: bool, force: bool) -> None:
        """Take it off sale. The bytes stay while somebody has paid for them, unless forced."""
        keep = sold and not force and self.deliverable
        if self.state is FileState.DELETED and self.retained == keep:
            return
        self.state = FileState.DELETED
        self.deleted_at = self.deleted_at or now
        self.retained = keep
        if not keep:
            self.events.append(ProductFileDiscarded(file_id=self.id))

    def _expect(self, *states: FileState) -> None:
        if self.state not in states:
            raise Invalid(f"a {self.state} file cannot be checked")


def clean_name(name: str) -> str:
    """A client's file name as display data: last path part, NFC, no control characters. Raises Invalid."""
    plain = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1].strip()
    plain = "".join(c for c in plain if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp"))
    if plain in ("", ".", ".."):
        raise Invalid("the file needs a name", fields=[FieldProblem("name", "must not be empty")])
    if len(plain.encode()) > NAME_MAX_BYTES:
        raise Invalid("the file name is too long", fields=[FieldProblem("name", "at most 255 bytes")])
    return plain
