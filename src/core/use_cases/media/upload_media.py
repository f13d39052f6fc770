"""Take in pictures and papers."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO

from core.domain.actor import Actor
from core.domain.archive import CHUNK
from core.domain.errors import Invalid, Unavailable
from core.domain.media import FILES_MAX, HEAD, MediaFile, media_type, storage_key
from core.domain.product_file import clean_name
from core.use_cases.replay import replayed
from ports.clock import Ids
from ports.file_store import FileStore
from ports.unit_of_work import Begin


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMedia:
    """stream: seekable, read from its start. size in bytes."""

    name: str
    stream: BinaryIO
    size: int


class UploadMedia:
    """All of them or none; answers the id of the first, by which the others are found.

    Objects are stored before the rows and removed again when those cannot be written. Raises Invalid,
    FileTypeNotAllowed, FileTooLarge, StorageUnavailable.
    Source: https://docs.medusajs.com/v1/api/admin#uploads_postuploads.
    """

    def __init__(self, begin: Begin, files: FileStore, ids: Ids) -> None:
        self._begin = begin
        self._files = files
        self._ids = ids

    def __call__(self, actor: Actor, uploads: Sequence[NewMedia], *, is_public: bool) -> str:
        if not 1 <= len(uploads) <= FILES_MAX:
            raise Invalid(f"an upload has 1 to {FILES_MAX} files")
        records = self._records(actor, uploads, is_public=is_public)
        stored: list[str] = []
        try:
            for record, upload in zip(records, uploads, strict=True):
                self._files.put(record.storage_key, _chunks(upload.stream))
                stored.append(record.storage_key)
            self._record(actor, records)
        except BaseException:
            for key in stored:
                with suppress(Unavailable):
                    self._files.delete(key)
            raise
        return records[0].id

    def _records(self, actor: Actor, uploads: Sequence[NewMedia], *, is_public: bool) -> list[MediaFile]:
        ids = sorted(self._ids.new("media") for _ in uploads)
        records = []
        for id, upload in zip(ids, uploads, strict=True):
            name = clean_name(upload.name)
            upload.stream.seek(0)
            ending, mime_type = media_type(name, upload.size, upload.stream.read(HEAD), is_public=is_public)
            records.append(
                MediaFile(
                    id=id,
                    storage_key=storage_key(id, name, ending, is_public=is_public),
                    name=name,
                    mime_type=mime_type,
                    size=upload.size,
                    is_public=is_public,
                    batch_id=ids[0],
                    uploaded_by=actor.user_id,
                )
            )
        return records

    @replayed
    def _record(self, actor: Actor, records: Sequence[MediaFile]) -> None:
        with self._begin(actor, "media.upload") as work:
            for record in records:
                work.media.add(record)
            work.commit()


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    stream.seek(0)
    while chunk := stream.read(CHUNK):
        yield chunk
