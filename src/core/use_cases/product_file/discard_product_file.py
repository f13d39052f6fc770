"""Throw away bytes that nobody may fetch any more."""

from core.domain.actor import Actor
from core.domain.product_file import FileState, ProductFileId
from ports.file_store import FileStore
from ports.unit_of_work import Begin


class DiscardProductFile:
    """Delete the object of a rejected or deleted file, unless someone who paid may still fetch it.

    Repeating it is harmless. Raises ProductFileNotFound, StorageUnavailable.
    """

    def __init__(self, begin: Begin, files: FileStore) -> None:
        self._begin = begin
        self._files = files

    def __call__(self, actor: Actor, file_id: str) -> None:
        with self._begin(actor, "product_file.discard") as work:
            file = work.files.get(ProductFileId(file_id))
        if file.state in (FileState.REJECTED, FileState.DELETED) and not file.deliverable:
            self._files.delete(file.storage_key)
