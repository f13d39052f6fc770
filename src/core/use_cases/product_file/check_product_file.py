"""Look into an upload that was too large to be inspected while its sender waited."""

from core.domain.actor import Actor
from core.domain.archive import inspect_zip
from core.domain.product_file import FileRejected, FileState, FileTooLarge, ProductFileId, Rejection
from core.use_cases.product_file.upload_product_file import UploadSettings
from core.use_cases.replay import replayed
from ports.file_store import FileStore, ObjectMissing
from ports.unit_of_work import Begin


class CheckProductFile:
    """Make a ``checking`` file ready or rejected. Any other file is left alone, so repeating is harmless.

    The inspection runs between two units of work. Raises ProductFileNotFound, StorageUnavailable.
    """

    def __init__(self, begin: Begin, files: FileStore, settings: UploadSettings) -> None:
        self._begin = begin
        self._files = files
        self._settings = settings

    @replayed
    def __call__(self, actor: Actor, file_id: str) -> None:
        with self._begin(actor, "product_file.check") as work:
            file = work.files.get(ProductFileId(file_id))
        if file.state is not FileState.CHECKING:
            return
        rejection = self._rejection(file.storage_key)
        with self._begin(actor, "product_file.check") as work:
            file = work.files.get(ProductFileId(file_id))
            if file.state is not FileState.CHECKING:
                return
            if rejection is None:
                file.pass_check()
            else:
                file.fail_check(rejection)
            work.commit()

    def _rejection(self, key: str) -> Rejection | None:
        try:
            with self._files.open(key) as stream:
                inspect_zip(stream, self._settings.limits)
        except FileRejected as refused:
            return refused.reason
        except FileTooLarge:
            return Rejection.BOMB
        except ObjectMissing:
            return Rejection.CORRUPT
        return None
