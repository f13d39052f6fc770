import pytest

from adapters.memory.clock import FrozenClock
from adapters.memory.file_store import InMemoryFileStore
from adapters.memory.part_uploads import InMemoryPartUploads
from ports.file_store import StorageUnavailable
from ports.part_uploads import UploadMissing
from tests.contracts.part_uploads import KEY, PartUploadsContract, Refused, Sender


class MemorySender(Sender):
    def __init__(self, clock: FrozenClock) -> None:
        self.files = InMemoryFileStore(clock)
        self.parts = InMemoryPartUploads(self.files, clock)

    def put(self, url: str, content: bytes) -> str:
        try:
            return self.parts.send(url, content)
        except UploadMissing as error:
            raise Refused from error


class TestInMemoryPartUploads(PartUploadsContract):
    @pytest.fixture
    def sender(self, clock: FrozenClock) -> MemorySender:
        return MemorySender(clock)


def test_nothing_works_while_the_store_is_unavailable() -> None:
    sender = MemorySender(FrozenClock())
    ref = sender.parts.start_parts(KEY)
    sender.files.available = False

    for call in (
        lambda: sender.parts.start_parts(KEY),
        lambda: sender.send(ref, 1, b"x"),
        lambda: sender.parts.stored_parts(KEY, ref),
        lambda: sender.parts.complete_parts(KEY, ref, []),
        lambda: sender.parts.abort_parts(KEY, ref),
    ):
        with pytest.raises(StorageUnavailable):
            call()
