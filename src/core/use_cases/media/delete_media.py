"""Throw an uploaded file away."""

from core.domain.actor import Actor
from core.use_cases.replay import replayed
from ports.clock import Clock
from ports.file_store import FileStore
from ports.unit_of_work import Begin


class DeleteMedia:
    """For good, whatever still shows it. A key that is none of an uploaded file is fine, and touches nothing.

    The object goes first, so that a broken attempt can be repeated. Raises StorageUnavailable.
    Source: https://docs.medusajs.com/v1/api/admin#uploads_deleteuploads.
    """

    def __init__(self, begin: Begin, files: FileStore, clock: Clock) -> None:
        self._begin = begin
        self._files = files
        self._clock = clock

    @replayed
    def __call__(self, actor: Actor, key: str) -> None:
        with self._begin(actor, "media.delete") as work:
            if work.media.by_key(key) is None:
                return
        self._files.delete(key)
        with self._begin(actor, "media.delete") as work:
            file = work.media.by_key(key)
            if file is not None:
                file.deleted_at = self._clock.now()
                work.commit()
