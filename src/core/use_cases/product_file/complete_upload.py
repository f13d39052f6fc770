"""Make a file of what was sent straight into the storage."""

from collections.abc import Sequence
from contextlib import suppress

from core.domain.actor import Actor
from core.domain.errors import Unavailable
from core.domain.file_upload import FileUpload, Part, UploadClosed, UploadState
from core.use_cases.product_file.inspection import Finding, inspect
from core.use_cases.product_file.link_parts import upload_of
from core.use_cases.product_file.versions import Claims, Content, UploadSettings, next_version
from core.use_cases.replay import replayed
from ports.clock import Clock
from ports.file_store import FileStore, ObjectMissing
from ports.part_uploads import PartUploads, UploadMissing
from ports.unit_of_work import Begin


class CompleteUpload:
    """Put the parts together, look into what they make, and record it; answers the file's id.

    Completing again answers the same file, also when a try before died half-way. Parts that are missing,
    changed or of the wrong length are named in the refusal and may be sent again. A file that is not
    what it was announced to be, or no archive fit for sale, is recorded as rejected. Files above
    ``inspect_stored_at_once`` are recorded as checking, and measured and inspected by CheckProductFile.
    Raises UploadNotFound, UploadClosed, Invalid, PartRefused, ProductNotFound, VariantNotFound,
    ProductFileNotFound (replaces), StorageUnavailable.
    """

    def __init__(
        self, begin: Begin, parts: PartUploads, files: FileStore, clock: Clock, settings: UploadSettings
    ) -> None:
        self._begin = begin
        self._parts = parts
        self._files = files
        self._clock = clock
        self._settings = settings

    def __call__(self, actor: Actor, product_id: str, upload_id: str, parts: Sequence[Part]) -> str:
        with self._begin(actor, "product_file.complete_upload") as work:
            upload = upload_of(work, product_id, upload_id)
        if upload.state is UploadState.COMPLETED:
            return upload.file_id
        upload.check_open(self._clock.now())
        size = self._put_together(upload, parts)
        found = None
        if size <= self._settings.inspect_stored_at_once:
            found = inspect(self._files, upload.storage_key, self._settings.limits, upload)
        try:
            self._record(actor, upload, size, found)
        except UploadClosed:
            with suppress(Unavailable):  # given up meanwhile; the sweep takes what is left
                self._files.delete(upload.storage_key)
            raise
        return upload.file_id

    def _put_together(self, upload: FileUpload, parts: Sequence[Part]) -> int:
        """The object's size in bytes."""
        try:
            upload.check_parts(parts, self._parts.stored_parts(upload.storage_key, upload.storage_ref))
            self._parts.complete_parts(upload.storage_key, upload.storage_ref, parts)
        except UploadMissing:
            with suppress(ObjectMissing):  # a try before has done it and got no further
                return self._files.size(upload.storage_key)
            raise UploadClosed("the storage has given this upload up; start another") from None
        return self._files.size(upload.storage_key)

    @replayed
    def _record(self, actor: Actor, upload: FileUpload, size: int, found: Finding | None) -> None:
        claims = Claims(
            product_id=upload.product_id,
            name=upload.name,
            size=upload.size,
            mime_type=upload.mime_type,
            variant_id=upload.variant_id,
            replaces=upload.replaces_id,
        )
        content = Content(storage_key=upload.storage_key, size=size, sha256="")
        with self._begin(actor, "product_file.complete_upload") as work:
            current = upload_of(work, upload.product_id, upload.id)
            if current.state is UploadState.COMPLETED:
                return
            current.complete(self._clock.now())
            file = next_version(work, actor, self._clock, upload.file_id, claims, upload.name, content)
            if found is None:
                file.begin_check()
            else:
                found.apply(file)
            work.commit()
