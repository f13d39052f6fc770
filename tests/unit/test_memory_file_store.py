from datetime import timedelta

import pytest

from adapters.memory.clock import FrozenClock
from adapters.memory.file_store import InMemoryFileStore
from ports.file_store import StorageUnavailable
from tests.contracts.file_store import KEY, FileStoreContract


class TestInMemoryFileStore(FileStoreContract):
    @pytest.fixture
    def files(self, clock: FrozenClock) -> InMemoryFileStore:
        return InMemoryFileStore(clock)


def test_everything_fails_while_it_is_unavailable():
    clock = FrozenClock()
    files = InMemoryFileStore(clock)
    files.put(KEY, [b"x"])
    files.available = False

    calls = [
        lambda: files.put(KEY, [b"y"]),
        lambda: files.size(KEY),
        lambda: files.delete(KEY),
        lambda: files.open(KEY).__enter__(),
        lambda: files.link(KEY, file_name="a", mime_type="b", life=timedelta(1)),
        lambda: list(files.keys("", older_than=clock.now())),
    ]
    for call in calls:
        with pytest.raises(StorageUnavailable):
            call()
    files.available = True

    assert files.size(KEY) == 1
