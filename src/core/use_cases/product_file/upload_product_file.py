"""Put the bytes of a digital product into the shop."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import BinaryIO

from core.domain.actor import Actor
from core.domain.archive import CHUNK, ArchiveLimits, inspect_zip
from core.domain.errors import FieldProblem, Invalid, Unavailable
from core.domain.product_file import (
    FileState,
    FileTooLarge,
    FileTypeNotAllowed,
    ProductFile,
    ProductFileId,
    ProductFileNotFound,
    clean_name,
)
from core.domain.values import Metadata, merge_metadata
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.file_store import FileStore, StoredObject
from ports.unit_of_work import Begin, UnitOfWork

ZIP = "application/zip"
# What browsers and command-line clients declare for a ZIP file. The content decides in the end.
DECLARED_TYPES = frozenset(
    {
        "",
        ZIP,
        "application/x-zip",
        "application/x-zip-compressed",
        "application/x-compressed",
        "application/octet-stream",
        "binary/octet-stream",
        "multipart/x-zip",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadSettings:
    """inspect_at_once: bytes up to which an upload is inspected before it is answered."""

    limits: ArchiveLimits = field(default_factory=ArchiveLimits)
    inspect_at_once: int = 100 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFile:
    """stream: seekable, read from its start, in chunks. size in bytes.

    variant_id: the file belongs to that variant only. replaces: id of a file of which this is the next
    version. mime_type: as the client declared it, empty if it did not.
    """

    product_id: str
    name: str
    stream: BinaryIO
    size: int
    mime_type: str = ""
    variant_id: str | None = None
    replaces: str | None = None
    metadata: Metadata | None = None


class UploadProductFile:
    """Check, store, and record a file; answers its id.

    The object is stored before the row, and removed again when the row cannot be written: a refused or
    broken upload leaves neither. Files above ``inspect_at_once`` are recorded as ``checking`` and inspected
    by CheckProductFile. Raises ProductNotFound, VariantNotFound, ProductFileNotFound (replaces),
    FileTypeNotAllowed, FileTooLarge, FileRejected, Invalid, StorageUnavailable.
    """

    def __init__(self, begin: Begin, files: FileStore, clock: Clock, ids: Ids, settings: UploadSettings) -> None:
        self._begin = begin
        self._files = files
        self._clock = clock
        self._ids = ids
        self._settings = settings

    def __call__(self, actor: Actor, new: NewFile) -> str:
        name = self._check_claims(new)
        with self._begin(actor, "product_file.upload") as work:
            _predecessor(work, new)  # refuse before reading megabytes
        at_once = new.size <= self._settings.inspect_at_once
        if at_once:
            inspect_zip(new.stream, self._settings.limits)
        file_id = self._ids.new("pfile")
        key = f"products/{new.product_id}/{file_id}.zip"
        stored = self._files.put(key, _chunks(new.stream))
        try:
            self._record(actor, new, ProductFileId(file_id), name, stored, checked=at_once)
        except BaseException:
            self._forget(actor, key)
            raise
        return file_id

    def _check_claims(self, new: NewFile) -> str:
        """What can be refused without looking inside; the cleaned name."""
        name = clean_name(new.name)
        declared = new.mime_type.partition(";")[0].strip().lower()
        if not name.lower().endswith(".zip") or declared not in DECLARED_TYPES:
            raise FileTypeNotAllowed("only ZIP archives can be uploaded")
        if new.size > self._settings.limits.archive_size:
            raise FileTooLarge(f"a file may have at most {self._settings.limits.archive_size} bytes")
        return name

    def _forget(self, actor: Actor, key: str) -> None:
        """Remove the object of an upload that failed. A commit whose outcome is unknown may have
        succeeded, so the rows are asked; what cannot be asked or removed now is left to the sweep."""
        with suppress(Unavailable):
            with self._begin(actor, "product_file.upload") as work:
                needed = work.files.storage_keys([key])
            if not needed:
                self._files.delete(key)

    @replayed
    def _record(
        self, actor: Actor, new: NewFile, id: ProductFileId, name: str, stored: StoredObject, *, checked: bool
    ) -> None:
        with self._begin(actor, "product_file.upload") as work:
            older = _predecessor(work, new)
            file = ProductFile(
                id=id,
                product_id=new.product_id,
                variant_id=older.variant_id if older else new.variant_id,
                chain_id=older.chain_id if older else id,
                name=name,
                mime_type=ZIP,
                size=stored.size,
                sha256=stored.sha256,
                file_version=_next_version(work, older),
                state=FileState.PENDING,
                storage_key=stored.key,
                uploaded_by=actor.id,
                replaces_id=older.id if older else None,
                metadata=merge_metadata(None, new.metadata),
                created_at=self._clock.now(),
            )
            if checked:
                file.pass_check()
            else:
                file.begin_check()
            work.files.add(file)
            work.commit()


def _predecessor(work: UnitOfWork, new: NewFile) -> ProductFile | None:
    """The file that ``new`` replaces, once all it refers to is known to exist and fit together.

    Fetching the product also locks it, so two next versions of one file are numbered one after the other.
    """
    product = work.products.get(new.product_id)
    if new.variant_id is not None:
        product.variant(new.variant_id)
    if new.replaces is None:
        return None
    older = next((file for file in work.files.of_product(product.id) if file.id == new.replaces), None)
    if older is None:
        raise ProductFileNotFound(f"Product file with id: {new.replaces} was not found")
    if new.variant_id not in (None, older.variant_id):
        problem = "a new version belongs to the same variant as the file it replaces"
        raise Invalid(problem, fields=[FieldProblem("variant_id", problem)])
    return older


def _next_version(work: UnitOfWork, older: ProductFile | None) -> int:
    if older is None:
        return 1
    chain = (file for file in work.files.of_product(older.product_id) if file.chain_id == older.chain_id)
    return 1 + max(file.file_version for file in chain)


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    stream.seek(0)
    while chunk := stream.read(CHUNK):
        yield chunk
