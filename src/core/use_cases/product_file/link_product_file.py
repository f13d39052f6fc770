"""Let staff look at what they sell."""

from core.domain.actor import Actor
from core.domain.download import LINK_LIFE, FileUnavailable
from core.domain.product_file import FileState
from core.use_cases.product_file.remove_product_file import file_of
from ports.file_store import FileStore, Link
from ports.unit_of_work import Begin


class LinkProductFile:
    """A link for a test download, which counts against nobody's limit.

    Raises ProductFileNotFound, FileUnavailable (its bytes are or will be gone), StorageUnavailable.
    """

    def __init__(self, begin: Begin, files: FileStore) -> None:
        self._begin = begin
        self._files = files

    def __call__(self, actor: Actor, product_id: str, file_id: str) -> Link:
        with self._begin(actor, "product_file.link") as work:
            file = file_of(work, product_id, file_id)
        if not file.deliverable and file.state is not FileState.CHECKING:
            raise FileUnavailable("the bytes of this file are not kept any more")
        return self._files.link(file.storage_key, file_name=file.name, mime_type=file.mime_type, life=LINK_LIFE)
