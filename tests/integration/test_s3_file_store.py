"""The bucket store against a server that checks every signature."""

import hashlib
import io
import random
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import requests

from adapters.memory.clock import FrozenClock
from adapters.storage.disposition import attachment
from adapters.storage.s3_bucket import S3Access, S3Bucket
from adapters.storage.s3_file_store import PART, S3FileStore, in_parts
from adapters.system.clock import SystemClock
from bootstrap.peers.s3 import KEY_ID, S3Server, running_s3
from ports.file_store import ObjectMissing, StorageUnavailable
from tests.contracts.file_store import KEY, LIFE, OTHER, FileStoreContract, breaking_off, in_chunks
from tests.integration.s3_server import needs_server

pytestmark = needs_server
NAME = "Sydney Nächte.zip"


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    with running_s3() as server:
        yield server


@pytest.fixture
def bucket(server: S3Server) -> S3Bucket:
    return server.bucket()


@pytest.fixture
def files(bucket: S3Bucket) -> S3FileStore:
    return S3FileStore(bucket, SystemClock())


class TestS3FileStore(FileStoreContract):
    @pytest.fixture
    def clock(self) -> FrozenClock:
        """Starts now: the server tells the time of writing by its own clock."""
        return FrozenClock(datetime.now(UTC).replace(microsecond=0))

    @pytest.fixture
    def files(self, bucket: S3Bucket, clock: FrozenClock) -> S3FileStore:
        return S3FileStore(bucket, clock)

    @pytest.fixture
    def old(self, bucket: S3Bucket) -> S3Bucket:
        stamp = str((datetime.now(UTC) - timedelta(hours=1)).timestamp())
        bucket.client.put_object(Bucket=bucket.name, Key=KEY, Body=b"x", Metadata={"mtime": stamp})
        return bucket

    @pytest.mark.usefixtures("old")
    def test_keys_leaves_out_what_is_too_young(self, files: S3FileStore, clock: FrozenClock) -> None:
        """The server's clock cannot be moved, so the older object is written with an older time."""
        files.put(OTHER, [b"y"])

        assert list(files.keys("products/", older_than=clock.now() - timedelta(minutes=30))) == [KEY]


def link(files: S3FileStore, key: str = KEY, life: timedelta = LIFE) -> str:
    return files.link(key, file_name=NAME, mime_type="application/zip", life=life).url


def noise(size: int) -> bytes:
    return random.Random(1).randbytes(size)


@pytest.mark.parametrize("size", [PART - 1, PART, PART + 1, 2 * PART, 2 * PART + 5])
def test_every_size_around_a_part_comes_back_whole(files: S3FileStore, size: int) -> None:
    content = noise(size)

    stored = files.put(KEY, in_chunks(content, 3_000_001))

    assert (stored.size, files.size(KEY)) == (size, size)
    assert stored.sha256 == hashlib.sha256(content).hexdigest()
    with files.open(KEY) as stream:
        assert stream.read() == content


def test_a_large_put_that_breaks_off_leaves_no_parts(files: S3FileStore, bucket: S3Bucket) -> None:
    def chunks() -> Iterator[bytes]:
        yield noise(2 * PART)
        yield from breaking_off(RuntimeError("the sender went away"))

    with pytest.raises(RuntimeError):
        files.put(KEY, chunks())

    with pytest.raises(ObjectMissing):
        files.size(KEY)
    assert not bucket.client.list_multipart_uploads(Bucket=bucket.name).get("Uploads")


def test_memory_stays_small_whatever_the_size(files: S3FileStore) -> None:
    chunk = bytes(1 << 20)
    files.put(KEY, (chunk for _ in range(9)))  # what the client library loads once is not counted
    tracemalloc.start()
    files.put(KEY, (chunk for _ in range(48)))
    with files.open(KEY) as stream:
        while stream.read(1 << 20):
            pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert files.size(KEY) == 48 << 20
    assert peak < 5 * PART


def test_an_archive_is_read_from_both_ends(files: S3FileStore) -> None:
    content = noise(6 << 20)
    with files.open(_zipped(files, content)) as stream, zipfile.ZipFile(stream) as archive:
        assert archive.namelist() == ["a.bin", "b.txt"]
        assert archive.read("b.txt") == b"the last one"
        assert archive.read("a.bin") == content


def _zipped(files: S3FileStore, content: bytes) -> str:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a.bin", content)
        archive.writestr("b.txt", b"the last one")
    files.put(KEY, [target.getvalue()])
    return KEY


def test_reading_goes_on_where_it_was_put(files: S3FileStore) -> None:
    files.put(KEY, [b"0123456789"])

    with files.open(KEY) as stream:
        stream.seek(-3, 2)
        assert stream.read() == b"789"
        assert stream.read() == b""
        stream.seek(100)
        assert stream.read(1) == b""
        with pytest.raises(ValueError, match="start"):
            stream.seek(-101, 1)


def test_a_link_gives_the_bytes_as_an_attachment(files: S3FileStore) -> None:
    files.put(KEY, [b"wallpaper"])

    answer = requests.get(link(files), timeout=5)

    assert (answer.status_code, answer.content) == (200, b"wallpaper")
    assert answer.headers["Content-Disposition"] == attachment(NAME)
    assert answer.headers["Content-Type"] == "application/zip"


@pytest.mark.parametrize(("asked", "first", "last"), [("bytes=0-3", 0, 3), ("bytes=5-", 5, 8), ("bytes=-2", 7, 8)])
def test_a_link_answers_ranges(files: S3FileStore, asked: str, first: int, last: int) -> None:
    files.put(KEY, [b"wallpaper"])

    answer = requests.get(link(files), headers={"Range": asked}, timeout=5)

    # 206 on the services this is made for; this server sends the part and its range under 200.
    assert answer.status_code in (200, 206)
    assert answer.content == b"wallpaper"[first : last + 1]
    assert answer.headers["Content-Range"] == f"bytes {first}-{last}/9"


def test_a_link_ends_with_its_life(files: S3FileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    files.put(KEY, [b"wallpaper"])
    url = _signed_at(files, monkeypatch, datetime.now(UTC) - LIFE - timedelta(seconds=2))

    assert not requests.get(url, timeout=5).ok
    assert requests.get(link(files), timeout=5).ok


def _signed_at(files: S3FileStore, monkeypatch: pytest.MonkeyPatch, moment: datetime) -> str:
    """A link as it would have been signed then; the signing library asks the wall clock."""
    import botocore.auth

    with monkeypatch.context() as patched:
        patched.setattr(botocore.auth, "get_current_datetime", lambda: moment.replace(tzinfo=None))
        url = link(files)
    assert f"X-Amz-Date={moment:%Y%m%dT%H%M%S}Z" in url
    return url


def test_a_changed_link_opens_nothing(files: S3FileStore) -> None:
    files.put(KEY, [b"wallpaper"])
    files.put(OTHER, [b"another"])
    url = link(files)

    for changed in (
        url.replace(KEY, OTHER),
        url.replace("X-Amz-Expires=900", "X-Amz-Expires=9000"),
        url.replace("response-content-type=application", "response-content-type=text"),
        url[:-2] + ("00" if url[-2:] != "00" else "11"),
        url.partition("?")[0],
    ):
        assert changed != url
        assert not requests.get(changed, timeout=5).ok, changed


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_link_only_reads(files: S3FileStore, method: str) -> None:
    files.put(KEY, [b"wallpaper"])

    assert not requests.request(method, link(files), data=b"mine now", timeout=5).ok
    assert files.size(KEY) == 9


@pytest.mark.parametrize(("key_id", "secret"), [(KEY_ID, "another secret"), ("AKIDOTHEROTHER", "another secret")])
def test_links_and_calls_of_another_key_pair_are_refused(
    server: S3Server, bucket: S3Bucket, files: S3FileStore, key_id: str, secret: str
) -> None:
    files.put(KEY, [b"wallpaper"])
    stranger = S3FileStore(S3Bucket(server.access(bucket.name, key_id=key_id, secret=secret)), SystemClock())

    assert not requests.get(link(stranger), timeout=5).ok
    with pytest.raises(StorageUnavailable):
        stranger.size(KEY)
    with pytest.raises(StorageUnavailable):
        stranger.put(KEY, [b"mine now"])
    assert files.size(KEY) == 9


def test_keys_goes_through_all_pages(files: S3FileStore, bucket: S3Bucket) -> None:
    later = datetime.now(UTC) + timedelta(hours=1)
    for number in range(7):
        files.put(f"products/prod_1/pfile_{number}.zip", [b"x"])
    listed = bucket.client.get_paginator
    pages = listed("list_objects_v2").paginate(Bucket=bucket.name, PaginationConfig={"PageSize": 3})

    assert sum(len(page.get("Contents", ())) for page in pages) == 7
    assert len(set(files.keys("products/", older_than=later))) == 7


def test_everything_fails_while_the_server_is_down() -> None:
    access = S3Access(endpoint="http://127.0.0.1:9", bucket="perseus", access_key_id="a", secret_access_key="b")
    files = S3FileStore(S3Bucket(access), SystemClock())

    calls = [
        lambda: files.put(KEY, [b"y"]),
        lambda: files.put(KEY, [bytes(PART + 1)]),
        lambda: files.size(KEY),
        lambda: files.delete(KEY),
        lambda: files.open(KEY).__enter__(),
        lambda: list(files.keys("", older_than=datetime.now(UTC))),
    ]
    for call in calls:
        with pytest.raises(StorageUnavailable):
            call()


def test_a_server_that_goes_away_while_reading_is_reported() -> None:
    with running_s3() as server:
        files = S3FileStore(server.bucket(), SystemClock())
        files.put(KEY, [bytes(5 << 20)])
        with files.open(KEY) as stream:
            stream.read(1)
            server.stop()
            stream.seek((5 << 20) - 1)
            with pytest.raises(StorageUnavailable):
                stream.read(1)


def test_a_missing_bucket_is_no_missing_object(server: S3Server) -> None:
    files = S3FileStore(S3Bucket(server.access("no-such-bucket")), SystemClock())

    with pytest.raises(StorageUnavailable):
        list(files.keys("", older_than=datetime.now(UTC)))
    with pytest.raises(StorageUnavailable):
        files.put(KEY, [b"x"])


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("Sydney.zip", 'attachment; filename="Sydney.zip"'),
        ("a b.zip", 'attachment; filename="a b.zip"'),
        ("Nächte.zip", "attachment; filename=\"Nachte.zip\"; filename*=UTF-8''N%C3%A4chte.zip"),
        ('a"b\\c.zip', "attachment; filename=\"a_b_c.zip\"; filename*=UTF-8''a%22b%5Cc.zip"),
        ("100%.zip", "attachment; filename=\"100_.zip\"; filename*=UTF-8''100%25.zip"),
        ("夜.zip", "attachment; filename=\".zip\"; filename*=UTF-8''%E5%A4%9C.zip"),
    ],
)
def test_names_are_spelled_as_the_standard_wants(name: str, header: str) -> None:
    assert attachment(name) == header


@pytest.mark.parametrize("sizes", [[], [0], [1], [4], [5], [3, 3, 3], [13], [4, 4, 1], [1] * 9])
def test_parts_are_equal_but_for_the_last(sizes: list[int]) -> None:
    chunks = [bytes(size) for size in sizes]

    parts = [len(part) for part in in_parts(chunks, 4)]

    assert sum(parts) == sum(sizes)
    assert all(size == 4 for size in parts[:-1])
    assert all(0 < size <= 4 for size in parts)
