"""Where what was uploaded can be fetched."""

from dataclasses import dataclass

from core.domain.actor import Actor
from core.domain.download import LINK_LIFE
from core.domain.media import MediaFile, MediaNotFound
from ports.file_store import FileStore
from ports.public_files import PublicFiles
from ports.unit_of_work import Begin


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMedia:
    url: str
    key: str


class ShowUpload:
    """The files of one upload, in the order they came. Public ones have a lasting address, protected ones a
    link of 15 minutes. Raises MediaNotFound, StorageUnavailable."""

    def __init__(self, look: Begin, files: FileStore, public: PublicFiles) -> None:
        self._look = look
        self._files = files
        self._public = public

    def __call__(self, actor: Actor, batch_id: str) -> list[ShownMedia]:
        with self._look(actor, "media.look") as work:
            found = work.media.of_batch(batch_id)
        if not found:
            raise MediaNotFound("these files are not there any more")
        return [ShownMedia(url=self._url(file), key=file.storage_key) for file in found]

    def _url(self, file: MediaFile) -> str:
        return self._public.address(file.storage_key) if file.is_public else _link(self._files, file)


class LinkMedia:
    """A link of 15 minutes to an uploaded file, public or not; to nothing else that is stored. Raises
    MediaNotFound, StorageUnavailable.
    Source: https://docs.medusajs.com/v1/api/admin#uploads_postuploadsdownloadurl."""

    def __init__(self, look: Begin, files: FileStore) -> None:
        self._look = look
        self._files = files

    def __call__(self, actor: Actor, key: str) -> str:
        with self._look(actor, "media.look") as work:
            file = work.media.by_key(key)
        if file is None:
            raise MediaNotFound("there is no such file")
        return _link(self._files, file)


def _link(files: FileStore, file: MediaFile) -> str:
    return files.link(file.storage_key, file_name=file.name, mime_type=file.mime_type, life=LINK_LIFE).url
