"""What every file store promises."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta

import pytest

from adapters.memory.clock import FrozenClock
from ports.file_store import FileStore, ObjectMissing

KEY = "products/prod_1/pfile_1.zip"
OTHER = "products/prod_2/pfile_2.zip"
LIFE = timedelta(seconds=900)


def in_chunks(content: bytes, size: int = 7) -> Iterator[bytes]:
    return (content[at : at + size] for at in range(0, len(content), size))


def breaking_off(error: Exception) -> Iterator[bytes]:
    yield b"the first half"
    raise error


class FileStoreContract:
    @pytest.fixture
    def clock(self) -> FrozenClock:
        return FrozenClock()

    @pytest.fixture
    def files(self, clock: FrozenClock) -> FileStore:
        """An empty store that tells the time by ``clock``."""
        raise NotImplementedError

    def test_what_is_put_comes_back(self, files: FileStore) -> None:
        files.put(KEY, in_chunks(b"wallpaper" * 1000))

        with files.open(KEY) as stream:
            assert stream.read() == b"wallpaper" * 1000

    def test_size_and_digest_are_measured(self, files: FileStore) -> None:
        stored = files.put(KEY, in_chunks(b"wallpaper"))

        assert (stored.key, stored.size) == (KEY, 9)
        assert stored.sha256 == hashlib.sha256(b"wallpaper").hexdigest()
        assert files.size(KEY) == 9

    def test_an_opened_object_can_be_searched(self, files: FileStore) -> None:
        files.put(KEY, in_chunks(b"0123456789"))

        with files.open(KEY) as stream:
            assert stream.seek(0, 2) == 10
            stream.seek(3)
            assert stream.read(2) == b"34"

    def test_an_empty_object_is_an_object(self, files: FileStore) -> None:
        assert files.put(KEY, []).size == 0
        assert files.size(KEY) == 0

    def test_a_second_put_replaces_the_first(self, files: FileStore) -> None:
        files.put(KEY, [b"old"])
        files.put(KEY, [b"new!"])

        with files.open(KEY) as stream:
            assert stream.read() == b"new!"

    def test_a_put_that_breaks_off_leaves_nothing(self, files: FileStore, clock: FrozenClock) -> None:
        with pytest.raises(RuntimeError):
            files.put(KEY, breaking_off(RuntimeError("the sender went away")))

        with pytest.raises(ObjectMissing):
            files.size(KEY)
        assert list(files.keys("", older_than=clock.now() + LIFE)) == []

    def test_a_put_that_breaks_off_keeps_what_was_there(self, files: FileStore) -> None:
        files.put(KEY, [b"old"])

        with pytest.raises(RuntimeError):
            files.put(KEY, breaking_off(RuntimeError("the sender went away")))

        assert files.size(KEY) == 3

    def test_a_missing_object_is_said_to_be_missing(self, files: FileStore) -> None:
        with pytest.raises(ObjectMissing):
            files.size(KEY)
        with pytest.raises(ObjectMissing), files.open(KEY):
            pass

    def test_a_deleted_object_is_gone(self, files: FileStore) -> None:
        files.put(KEY, [b"x"])
        files.put(OTHER, [b"y"])

        files.delete(KEY)

        with pytest.raises(ObjectMissing):
            files.size(KEY)
        assert files.size(OTHER) == 1

    def test_deleting_twice_is_fine(self, files: FileStore) -> None:
        files.put(KEY, [b"x"])
        files.delete(KEY)
        files.delete(KEY)

    def test_keys_are_found_by_prefix(self, files: FileStore, clock: FrozenClock) -> None:
        for key in (KEY, OTHER, "exports/a.csv"):
            files.put(key, [b"x"])

        later = clock.advance(timedelta(hours=1))

        assert set(files.keys("products/", older_than=later)) == {KEY, OTHER}
        assert set(files.keys("products/prod_1/", older_than=later)) == {KEY}

    def test_keys_leaves_out_what_is_too_young(self, files: FileStore, clock: FrozenClock) -> None:
        files.put(KEY, [b"x"])
        between = clock.advance(timedelta(hours=1))
        files.put(OTHER, [b"y"])

        assert list(files.keys("products/", older_than=between)) == [KEY]

    def test_a_link_says_when_it_ends(self, files: FileStore, clock: FrozenClock) -> None:
        link = files.link(KEY, file_name="Sydney Nächte.zip", mime_type="application/zip", life=LIFE)

        assert link.expires_at == clock.now() + LIFE
        assert link.url.startswith("http")
        assert link.url.isascii()

    @pytest.mark.parametrize("life", [timedelta(0), timedelta(seconds=-1), timedelta(seconds=901)])
    def test_no_link_lives_longer_than_fifteen_minutes(self, files: FileStore, life: timedelta) -> None:
        with pytest.raises(ValueError, match="link"):
            files.link(KEY, file_name="a.zip", mime_type="application/zip", life=life)
