"""Look into an upload that was too large to be inspected while its sender waited."""

from core.domain.actor import Actor
from core.domain.product_file import FileState, ProductFileId
from core.use_cases.product_file.inspection import inspect
from core.use_cases.product_file.versions import UploadSettings
from core.use_cases.replay import replayed
from ports.file_store import FileStore
from ports.unit_of_work import Begin


class CheckProductFile:
    """Make a ``checking`` file ready or rejected. Any other file is left alone, so repeating is harmless.

    The inspection runs between two units of work, and measures what came past the shop. Raises
    ProductFileNotFound, StorageUnavailable.
    """

    def __init__(self, begin: Begin, files: FileStore, settings: UploadSettings) -> None:
        self._begin = begin
        self._files = files
        self._settings = settings

    @replayed
    def __call__(self, actor: Actor, file_id: str) -> None:
        with self._begin(actor, "product_file.check") as work:
            file = work.files.get(ProductFileId(file_id))
            upload = work.uploads.of_file(file_id)
        if file.state is not FileState.CHECKING:
            return
        found = inspect(self._files, file.storage_key, self._settings.limits, upload)
        with self._begin(actor, "product_file.check") as work:
            file = work.files.get(ProductFileId(file_id))
            if file.state is not FileState.CHECKING:
                return
            found.apply(file)
            work.commit()
