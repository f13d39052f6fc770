"""Clear away uploads that nobody completed."""

from collections.abc import Iterator
from datetime import timedelta

from core.domain.actor import Actor
from core.domain.file_upload import FileUpload
from core.use_cases.replay import replayed
from ports.clock import Clock
from ports.part_uploads import PartUploads
from ports.unit_of_work import Begin

PREFIX = "products/"
AGE = timedelta(hours=24)  # longer than any upload lives, so what is older belongs to none
BATCH = 100


class SweepUploads:
    """Close uploads whose time has run out and throw their parts away; answers how many were thrown away.

    Parts that belong to no upload at all, left by a crash, go when they are a day old. Raises
    StorageUnavailable; the rest is for the next run.
    """

    def __init__(self, begin: Begin, parts: PartUploads, clock: Clock) -> None:
        self._begin = begin
        self._parts = parts
        self._clock = clock

    def __call__(self, actor: Actor) -> int:
        swept = 0
        for upload in self._expired(actor):
            self._parts.abort_parts(upload.storage_key, upload.storage_ref)
            swept += 1
        for left in list(self._parts.unfinished(PREFIX, older_than=self._clock.now() - AGE)):
            self._parts.abort_parts(left.key, left.ref)
            swept += 1
        return swept

    def _expired(self, actor: Actor) -> Iterator[FileUpload]:
        while closed := self._close(actor):
            yield from closed

    @replayed
    def _close(self, actor: Actor) -> list[FileUpload]:
        now = self._clock.now()
        with self._begin(actor, "product_file.sweep_uploads") as work:
            expired = work.uploads.expired(now, limit=BATCH)
            for upload in expired:
                upload.cancel(now)
            work.commit()
        return expired
