"""What every way of sending files in parts promises."""

from abc import ABC, abstractmethod
from datetime import timedelta

import pytest

from adapters.memory.clock import FrozenClock
from core.domain.file_upload import Part
from ports.file_store import FileStore, ObjectMissing
from ports.part_uploads import PartRefused, PartUploads, UploadMissing

KEY = "products/prod_1/pfile_1.zip"
LIFE = timedelta(hours=6)
FIRST, LAST = bytes(range(256)) * (20 << 10), b"the end"  # 5 MiB: what the strictest storage wants of a part


class Sender(ABC):
    """A storage with its files, and what stands between a sender and its part addresses."""

    parts: PartUploads
    files: FileStore

    @abstractmethod
    def put(self, url: str, content: bytes) -> str:
        """``PUT`` to a part's address; the ETag that came back, without quotes. Raises Refused."""

    def send(self, ref: str, number: int, content: bytes, key: str = KEY) -> Part:
        url = self.parts.part_url(key, ref, number, size=len(content), life=LIFE)
        return Part(number=number, etag=self.put(url, content))


class Refused(Exception):
    """The address did not take the part."""


class PartUploadsContract:
    @pytest.fixture
    def clock(self) -> FrozenClock:
        return FrozenClock()

    @pytest.fixture
    def sender(self, clock: FrozenClock) -> Sender:
        """Empty, telling the time by ``clock``."""
        raise NotImplementedError

    def test_parts_become_the_object_they_were_cut_from(self, sender: Sender) -> None:
        ref = sender.parts.start_parts(KEY)
        sent = [sender.send(ref, 1, FIRST), sender.send(ref, 2, LAST)]

        sender.parts.complete_parts(KEY, ref, sent)

        assert sender.files.size(KEY) == len(FIRST) + len(LAST)
        with sender.files.open(KEY) as stream:
            assert stream.read() == FIRST + LAST

    def test_there_is_no_object_before_it_is_complete(self, sender: Sender) -> None:
        ref = sender.parts.start_parts(KEY)
        sender.send(ref, 1, LAST)

        with pytest.raises(ObjectMissing):
            sender.files.size(KEY)

    def test_stored_parts_are_listed_in_order(self, sender: Sender) -> None:
        ref = sender.parts.start_parts(KEY)
        last, first = sender.send(ref, 2, LAST), sender.send(ref, 1, FIRST)

        stored = sender.parts.stored_parts(KEY, ref)

        assert [(part.number, part.size) for part in stored] == [(1, len(FIRST)), (2, len(LAST))]
        assert [part.etag for part in stored] == [first.etag, last.etag]

    def test_a_part_can_be_sent_again(self, sender: Sender) -> None:
        ref = sender.parts.start_parts(KEY)
        sender.send(ref, 1, b"garbled")
        part = sender.send(ref, 1, LAST)

        sender.parts.complete_parts(KEY, ref, [part])

        with sender.files.open(KEY) as stream:
            assert stream.read() == LAST

    def test_a_part_that_is_not_as_it_was_named_is_refused(self, sender: Sender) -> None:
        ref = sender.parts.start_parts(KEY)
        sender.send(ref, 1, LAST)

        with pytest.raises(PartRefused):
            sender.parts.complete_parts(KEY, ref, [Part(number=1, etag="0" * 32)])

        with pytest.raises(ObjectMissing):
            sender.files.size(KEY)

    def test_a_completed_upload_is_over(self, sender: Sender) -> None:
        ref = sender.parts.start_parts(KEY)
        sent = [sender.send(ref, 1, LAST)]
        sender.parts.complete_parts(KEY, ref, sent)

        with pytest.raises(UploadMissing):
            sender.parts.complete_parts(KEY, ref, sent)
        with pytest.raises(UploadMissing):
            sender.parts.stored_parts(KEY, ref)
        with pytest.raises(Refused):
            sender.send(ref, 1, LAST)
        assert sender.files.size(KEY) == len(LAST)

    def test_an_aborted_upload_is_over_and_leaves_nothing(self, sender: Sender, clock: FrozenClock) -> None:
        ref = sender.parts.start_parts(KEY)
        sent = [sender.send(ref, 1, LAST)]

        sender.parts.abort_parts(KEY, ref)
        sender.parts.abort_parts(KEY, ref)

        with pytest.raises(UploadMissing):
            sender.parts.complete_parts(KEY, ref, sent)
        with pytest.raises(Refused):
            sender.send(ref, 1, LAST)
        later = clock.now() + timedelta(days=1)
        assert list(sender.parts.unfinished("", older_than=later)) == []
        assert list(sender.files.keys("", older_than=later)) == []

    def test_unfinished_uploads_are_found_by_prefix(self, sender: Sender, clock: FrozenClock) -> None:
        refs = {sender.parts.start_parts(key): key for key in (KEY, "products/prod_2/b.zip", "exports/c.zip")}
        later = clock.now() + timedelta(days=1)

        found = list(sender.parts.unfinished("products/", older_than=later))

        assert {(left.ref, left.key) for left in found} == {
            (ref, key) for ref, key in refs.items() if key.startswith("products/")
        }
        assert list(sender.parts.unfinished("products/", older_than=clock.now() - timedelta(days=1))) == []

    def test_parts_are_no_objects(self, sender: Sender, clock: FrozenClock) -> None:
        ref = sender.parts.start_parts(KEY)
        sender.send(ref, 1, LAST)

        assert list(sender.files.keys("", older_than=clock.now() + timedelta(days=1))) == []

    def test_two_uploads_of_one_key_do_not_mix(self, sender: Sender) -> None:
        first, second = sender.parts.start_parts(KEY), sender.parts.start_parts(KEY)
        part = sender.send(first, 1, b"one")
        sender.send(second, 1, b"two")

        sender.parts.complete_parts(KEY, first, [part])

        with sender.files.open(KEY) as stream:
            assert stream.read() == b"one"
        assert [held.size for held in sender.parts.stored_parts(KEY, second)] == [3]

    def test_an_unknown_upload_is_said_to_be_missing(self, sender: Sender) -> None:
        with pytest.raises(UploadMissing):
            sender.parts.stored_parts(KEY, "0" * 32)
