"""Clear away what interrupted uploads and deletions left in the storage."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice

from core.domain.actor import Actor
from ports.clock import Clock
from ports.file_store import FileStore
from ports.unit_of_work import Begin

PREFIX = "products/"
AGE = timedelta(hours=24)  # longer than any upload takes between storing its object and its row
BATCH = 500


class SweepOrphanFiles:
    """Delete objects older than a day that no file needs; answers how many. Raises StorageUnavailable."""

    def __init__(self, begin: Begin, files: FileStore, clock: Clock) -> None:
        self._begin = begin
        self._files = files
        self._clock = clock

    def __call__(self, actor: Actor) -> int:
        swept = 0
        for keys in _batches(self._files.keys(PREFIX, older_than=self._clock.now() - AGE)):
            with self._begin(actor, "product_file.sweep") as work:
                needed = work.files.storage_keys(keys)
            for key in keys:
                if key not in needed:
                    self._files.delete(key)
                    swept += 1
        return swept


def _batches(keys: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(keys)
    while batch := list(islice(rest, BATCH)):
        yield batch
