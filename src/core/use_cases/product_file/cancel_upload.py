"""Give an upload up."""

from core.domain.actor import Actor
from core.use_cases.product_file.link_parts import upload_of
from core.use_cases.replay import replayed
from ports.clock import Clock
from ports.file_store import FileStore
from ports.part_uploads import PartUploads
from ports.unit_of_work import Begin


class CancelUpload:
    """Close an upload and throw its parts away. Canceling again is fine.

    What the storage cannot remove now is taken by the sweep. Raises UploadNotFound, UploadCompleted,
    StorageUnavailable.
    """

    def __init__(self, begin: Begin, parts: PartUploads, files: FileStore, clock: Clock) -> None:
        self._begin = begin
        self._parts = parts
        self._files = files
        self._clock = clock

    @replayed
    def __call__(self, actor: Actor, product_id: str, upload_id: str) -> None:
        with self._begin(actor, "product_file.cancel_upload") as work:
            upload = upload_of(work, product_id, upload_id)
            upload.cancel(self._clock.now())
            work.commit()
        self._parts.abort_parts(upload.storage_key, upload.storage_ref)
        self._files.delete(upload.storage_key)  # in case a completion died after putting it together
