"""Does every file on sale have its bytes, and do all bytes belong to a file?"""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from itertools import islice
from typing import TypeVar

from core.use_cases.check.violation import Violation, Violations, violation
from core.use_cases.product_file.sweep_orphan_files import AGE, PREFIX
from ports.books import NeededFile, OpenBooks
from ports.clock import Clock
from ports.file_store import FileStore, ObjectMissing

SWEPT_BY = AGE + timedelta(hours=2)  # the sweep comes round hourly and takes its time
BATCH = 500

T = TypeVar("T")


class CheckFiles:
    """Compares the books with the storage, which cannot be stopped at one moment: what looks wrong is
    looked up again in the books as they are then. Raises StorageUnavailable."""

    def __init__(self, open_books: OpenBooks, files: FileStore, clock: Clock) -> None:
        self._open_books = open_books
        self._files = files
        self._clock = clock

    def needed(self, seen: Callable[[], None]) -> Violations:
        """Every file that may be fetched has its object, of the size that was recorded."""
        with self._open_books() as books:
            files = list(books.needed_files())
        for batch in _batches(files):
            suspects = []
            for file in batch:
                seen()
                sentence = self._look(file)
                if sentence is not None:
                    suspects.append((file, sentence))
            yield from self._still_needed(suspects)

    def orphans(self, seen: Callable[[], None]) -> Violations:
        """Nothing lies in the storage that no file needs, after the sweep had its chance."""
        for keys in _batches(self._files.keys(PREFIX, older_than=self._clock.now() - SWEPT_BY)):
            with self._open_books() as books:
                needed = books.needed_keys(keys)
            for key in keys:
                seen()
                if key not in needed:
                    yield violation("no_orphan_objects", key, f"The object {key} belongs to no file.")

    def _look(self, file: NeededFile) -> str | None:
        try:
            size = self._files.size(file.key)
        except ObjectMissing:
            return f"The object of file {file.id} is missing from the storage."
        if size != file.size:
            return f"The object of file {file.id} has {size} bytes; {file.size} were uploaded."
        return None

    def _still_needed(self, suspects: list[tuple[NeededFile, str]]) -> Iterator[Violation]:
        if not suspects:
            return
        with self._open_books() as books:
            needed = books.needed_keys(file.key for file, _ in suspects)
        for file, sentence in suspects:
            if file.key in needed:
                yield violation("files_have_objects", file.id, sentence)


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while batch := list(islice(rest, BATCH)):
        yield batch
