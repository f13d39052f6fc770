"""Where the parts of an upload are to be sent."""

from dataclasses import dataclass
from datetime import datetime

from core.domain.actor import Actor
from core.domain.file_upload import FileUpload, UploadId, UploadNotFound
from ports.clock import Clock
from ports.part_uploads import PartUploads
from ports.unit_of_work import Begin, UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadTicket:
    """part_size in bytes; only the last part is shorter. urls: by the part's number less one."""

    id: str
    part_size: int
    urls: tuple[str, ...]
    expires_at: datetime


class LinkParts:
    """Signed addresses for all parts, good until the upload expires. Raises UploadNotFound, UploadClosed,
    StorageUnavailable."""

    def __init__(self, begin: Begin, parts: PartUploads, clock: Clock) -> None:
        self._begin = begin
        self._parts = parts
        self._clock = clock

    def __call__(self, actor: Actor, product_id: str, upload_id: str) -> UploadTicket:
        now = self._clock.now()
        with self._begin(actor, "product_file.link_parts") as work:
            upload = upload_of(work, product_id, upload_id)
        upload.check_open(now)
        urls = tuple(
            self._parts.part_url(
                upload.storage_key,
                upload.storage_ref,
                number,
                size=upload.part_bytes(number),
                life=upload.expires_at - now,
            )
            for number in range(1, upload.part_count + 1)
        )
        return UploadTicket(id=upload.id, part_size=upload.part_size, urls=urls, expires_at=upload.expires_at)


def upload_of(work: UnitOfWork, product_id: str, upload_id: str) -> FileUpload:
    """The upload, if it belongs to the product. Raises UploadNotFound."""
    upload = work.uploads.get(UploadId(upload_id))
    if upload.product_id != product_id:
        raise UploadNotFound(f"Upload with id: {upload_id} was not found")
    return upload
