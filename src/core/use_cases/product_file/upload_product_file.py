"""Put the bytes of a digital product into the shop."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO

from core.domain.actor import Actor
from core.domain.archive import CHUNK, inspect_zip
from core.domain.errors import Unavailable
from core.domain.values import Metadata
from core.use_cases.product_file.versions import Claims, Content, UploadSettings, next_version
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.file_store import FileStore, StoredObject
from ports.unit_of_work import Begin


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

    @property
    def claims(self) -> Claims:
        return Claims(
            product_id=self.product_id,
            name=self.name,
            size=self.size,
            mime_type=self.mime_type,
            variant_id=self.variant_id,
            replaces=self.replaces,
        )


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
        name = new.claims.check(self._settings.limits)
        with self._begin(actor, "product_file.upload") as work:
            new.claims.predecessor(work)  # refuse before reading megabytes
        at_once = new.size <= self._settings.inspect_at_once
        if at_once:
            inspect_zip(new.stream, self._settings.limits)
        file_id = self._ids.new("pfile")
        key = f"products/{new.product_id}/{file_id}.zip"
        stored = self._files.put(key, _chunks(new.stream))
        try:
            self._record(actor, new, file_id, name, stored, checked=at_once)
        except BaseException:
            self._forget(actor, key)
            raise
        return file_id

    def _forget(self, actor: Actor, key: str) -> None:
        """Remove the object of an upload that failed. A commit whose outcome is unknown may have
        succeeded, so the rows are asked; what cannot be asked or removed now is left to the sweep."""
        with suppress(Unavailable):
            with self._begin(actor, "product_file.upload") as work:
                needed = work.files.storage_keys([key])
            if not needed:
                self._files.delete(key)

    @replayed
    def _record(self, actor: Actor, new: NewFile, id: str, name: str, stored: StoredObject, *, checked: bool) -> None:
        content = Content(storage_key=stored.key, size=stored.size, sha256=stored.sha256)
        with self._begin(actor, "product_file.upload") as work:
            file = next_version(work, actor, self._clock, id, new.claims, name, content, new.metadata)
            if checked:
                file.pass_check()
            else:
                file.begin_check()
            work.commit()


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    stream.seek(0)
    while chunk := stream.read(CHUNK):
        yield chunk
