import errno
import os
import resource
import stat
import tracemalloc
from datetime import timedelta
from pathlib import Path

import jwt
import pytest

from adapters.memory.clock import FrozenClock
from adapters.storage.folder_file_store import FolderFileStore
from adapters.storage.links import LinkSigner
from ports.file_store import ObjectMissing, StorageUnavailable
from ports.local_files import LinkExpired, LinkForged
from tests.contracts.file_store import KEY, LIFE, FileStoreContract, breaking_off

BASE = "https://shop.example"
SECRET = "a secret of at least thirty-two characters"


def a_store(root: Path, clock: FrozenClock, *secrets: str) -> FolderFileStore:
    return FolderFileStore(root, BASE, LinkSigner(secrets or [SECRET]), clock)


class TestFolderFileStore(FileStoreContract):
    @pytest.fixture
    def files(self, clock: FrozenClock, tmp_path: Path) -> FolderFileStore:
        return a_store(tmp_path / "files", clock)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def files(tmp_path: Path, clock: FrozenClock) -> FolderFileStore:
    return a_store(tmp_path, clock)


def token_of(files: FolderFileStore, key: str = KEY, life: timedelta = LIFE) -> str:
    url = files.link(key, file_name="Sydney.zip", mime_type="application/zip", life=life).url
    base, _, token = url.rpartition("/")
    assert base == f"{BASE}/files"
    return token


@pytest.mark.parametrize(
    "key", ["../x", "a/../../x", "/etc/passwd", "", ".", "a//b", "a/.hidden", "a\0b", "a/b\n", "a\\b", "a/" * 9 + "b"]
)
def test_keys_that_are_no_keys_never_reach_the_disk(files: FolderFileStore, key: str) -> None:
    with pytest.raises(ValueError, match="key"):
        files.put(key, [b"x"])
    with pytest.raises(ValueError, match="key"):
        files.size(key)


def test_a_full_disk_is_reported_and_leaves_nothing(files: FolderFileStore, tmp_path: Path) -> None:
    full = OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(StorageUnavailable):
        files.put(KEY, breaking_off(full))

    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


def test_a_disk_that_refuses_to_write_is_reported_and_keeps_nothing(files: FolderFileStore, tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, hard))
    try:
        with pytest.raises(StorageUnavailable):
            files.put(KEY, [bytes(1 << 20), bytes(1 << 20)])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


def test_what_a_crash_left_behind_is_listed_for_the_sweep(files: FolderFileStore, clock: FrozenClock, tmp_path: Path):
    files.put(KEY, [b"x"])
    left = tmp_path / f"{KEY}.0123456789abcdef.part"
    left.write_bytes(b"half")
    os.utime(left, (0, 0))

    found = set(files.keys("products/", older_than=clock.now()))

    assert found == {f"{KEY}.0123456789abcdef.part"}
    for key in found:
        files.delete(key)
    assert not left.exists()


def test_a_missing_folder_holds_nothing(tmp_path: Path, clock: FrozenClock) -> None:
    assert list(a_store(tmp_path / "none", clock).keys("", older_than=clock.now())) == []


def test_a_link_opens_its_one_object(files: FolderFileStore) -> None:
    files.put(KEY, [b"bytes"])

    found = files.resolve(token_of(files))

    assert found.path.read_bytes() == b"bytes"
    assert (found.name, found.mime_type) == ("Sydney.zip", "application/zip")


def test_a_link_ends_with_its_life(files: FolderFileStore, clock: FrozenClock) -> None:
    files.put(KEY, [b"bytes"])
    token = token_of(files)
    clock.advance(LIFE - timedelta(seconds=1))
    files.resolve(token)
    clock.advance(timedelta(seconds=1))

    with pytest.raises(LinkExpired):
        files.resolve(token)


def test_a_link_changed_anywhere_opens_nothing(files: FolderFileStore) -> None:
    files.put(KEY, [b"bytes"])
    token = token_of(files)
    for at in range(len(token) - 1):
        changed = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
        with pytest.raises(LinkForged):
            files.resolve(changed)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "..", "é", "x" * 5000])
def test_noise_opens_nothing(files: FolderFileStore, token: str) -> None:
    with pytest.raises(LinkForged):
        files.resolve(token)


def test_other_tokens_of_the_shop_open_nothing(files: FolderFileStore) -> None:
    claims = {"aud": "admin", "exp": 9999999999, "key": KEY, "name": "a", "type": "b"}
    unsigned = jwt.encode(claims | {"aud": "files"}, None, algorithm="none")

    for token in (jwt.encode(claims, SECRET), jwt.encode(claims | {"aud": "files"}, SECRET), unsigned):
        with pytest.raises(LinkForged):
            files.resolve(token)


def test_a_link_to_a_deleted_object_says_so(files: FolderFileStore) -> None:
    files.put(KEY, [b"bytes"])
    token = token_of(files)
    files.delete(KEY)

    with pytest.raises(ObjectMissing):
        files.resolve(token)


def test_links_survive_a_rotated_secret(tmp_path: Path, clock: FrozenClock) -> None:
    old, new = SECRET, "another secret of more than thirty-two"
    before = a_store(tmp_path, clock, old)
    before.put(KEY, [b"bytes"])
    token = token_of(before)

    assert a_store(tmp_path, clock, new, old).resolve(token).name == "Sydney.zip"
    with pytest.raises(LinkForged):
        a_store(tmp_path, clock, new).resolve(token)


def test_objects_are_plain_files_without_execute_rights(files: FolderFileStore, tmp_path: Path) -> None:
    files.put(KEY, [b"bytes"])

    assert not (tmp_path / KEY).stat().st_mode & (stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)


def test_memory_stays_small_whatever_the_size(files: FolderFileStore) -> None:
    chunk = bytes(64 << 10)
    tracemalloc.start()
    files.put(KEY, (chunk for _ in range(512)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert files.size(KEY) == 32 << 20
    assert peak < 1 << 20
