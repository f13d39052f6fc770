import resource
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.memory.clock import FrozenClock
from adapters.storage.folder_file_store import FolderFileStore
from adapters.storage.folder_part_uploads import FolderPartUploads
from adapters.storage.links import LinkSigner, PartSigner
from core.domain.errors import DomainError, Invalid
from core.domain.product_file import FileTooLarge
from ports.file_store import StorageUnavailable
from ports.local_files import LinkExpired, LinkForged
from tests.contracts.file_store import breaking_off
from tests.contracts.part_uploads import KEY, LIFE, PartUploadsContract, Refused, Sender

BASE = "https://shop.example"
SECRET = "a secret of at least thirty-two characters"


class FolderSender(Sender):
    def __init__(self, root: Path, clock: FrozenClock) -> None:
        self.files: FolderFileStore = FolderFileStore(root, BASE, LinkSigner([SECRET]), clock)
        self.parts: FolderPartUploads = FolderPartUploads(root, BASE, self.files, PartSigner([SECRET]), clock)

    def put(self, url: str, content: bytes) -> str:
        try:
            return self.parts.receive(token_of(url), [content[:3], content[3:]])
        except DomainError as error:
            raise Refused from error

    def token(self, ref: str, size: int, life: timedelta = LIFE) -> str:
        return token_of(self.parts.part_url(KEY, ref, 1, size=size, life=life))


def token_of(url: str) -> str:
    base, _, token = url.rpartition("/")
    assert base == f"{BASE}/files/parts"
    return token


class TestFolderPartUploads(PartUploadsContract):
    @pytest.fixture
    def sender(self, clock: FrozenClock, tmp_path: Path) -> FolderSender:
        return FolderSender(tmp_path, clock)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def sender(clock: FrozenClock, tmp_path: Path) -> FolderSender:
    return FolderSender(tmp_path, clock)


@pytest.fixture
def ref(sender: FolderSender) -> str:
    return sender.parts.start_parts(KEY)


def leftovers(tmp_path: Path) -> list[str]:
    return [path.name for path in tmp_path.rglob("*") if path.is_file() and path.name != "key"]


def test_more_bytes_than_the_part_has_are_refused_and_not_kept(
    sender: FolderSender, ref: str, tmp_path: Path
) -> None:
    with pytest.raises(FileTooLarge):
        sender.parts.receive(sender.token(ref, 4), [b"1234", b"5"])

    assert leftovers(tmp_path) == []


def test_an_endless_sender_is_stopped_at_the_size_of_the_part(sender: FolderSender, ref: str) -> None:
    taken = 0

    def endless():
        nonlocal taken
        while True:
            taken += 1
            yield bytes(1 << 10)

    with pytest.raises(FileTooLarge):
        sender.parts.receive(sender.token(ref, 10 << 10), endless())

    assert taken == 11


def test_fewer_bytes_than_the_part_has_are_refused_and_not_kept(
    sender: FolderSender, ref: str, tmp_path: Path
) -> None:
    with pytest.raises(Invalid, match="4 bytes; 3"):
        sender.parts.receive(sender.token(ref, 4), [b"123"])

    assert leftovers(tmp_path) == []


def test_a_part_that_breaks_off_keeps_what_was_there(sender: FolderSender, ref: str, tmp_path: Path) -> None:
    sender.send(ref, 1, b"1234")

    with pytest.raises(RuntimeError):
        sender.parts.receive(sender.token(ref, 14), breaking_off(RuntimeError("the sender went away")))

    assert leftovers(tmp_path) == ["1"]


def test_a_disk_that_refuses_to_write_is_reported_and_keeps_nothing(
    sender: FolderSender, ref: str, tmp_path: Path
) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, hard))
    try:
        with pytest.raises(StorageUnavailable):
            sender.parts.receive(sender.token(ref, 2 << 20), [bytes(1 << 20), bytes(1 << 20)])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert leftovers(tmp_path) == []


def test_an_address_ends_with_its_life(sender: FolderSender, ref: str, clock: FrozenClock) -> None:
    token = sender.token(ref, 4)
    clock.advance(LIFE)

    with pytest.raises(LinkExpired):
        sender.parts.receive(token, [b"1234"])


def test_a_changed_address_takes_nothing(sender: FolderSender, ref: str) -> None:
    token = sender.token(ref, 4)

    for at in range(0, len(token) - 1, 7):
        with pytest.raises(LinkForged):
            sender.parts.receive(token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :], [b"1234"])


def test_a_link_to_a_file_takes_nothing_and_an_address_of_a_part_gives_nothing(
    sender: FolderSender, ref: str
) -> None:
    link = sender.files.link(KEY, file_name="a.zip", mime_type="application/zip", life=timedelta(minutes=15))

    with pytest.raises(LinkForged):
        sender.parts.receive(link.url.rpartition("/")[2], [b"1234"])
    with pytest.raises(LinkForged):
        sender.files.resolve(sender.token(ref, 4))


@pytest.mark.parametrize("ref", ["../..", "", ".", "0" * 31, "/etc"])
def test_names_that_are_no_uploads_never_reach_the_disk(sender: FolderSender, ref: str) -> None:
    with pytest.raises(ValueError, match="upload"):
        sender.parts.abort_parts(KEY, ref)


def test_the_same_bytes_sent_again_are_another_writing(sender: FolderSender, ref: str) -> None:
    first, second = sender.send(ref, 1, b"1234"), sender.send(ref, 1, b"1234")

    assert first.etag != second.etag
