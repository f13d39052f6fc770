"""Bytes by link: ranges, names, and links that do not hold."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from adapters.memory.clock import FrozenClock
from adapters.storage.folder_file_store import FolderFileStore
from adapters.storage.links import LinkSigner
from bootstrap.app import create_app
from tests.integration.shops import SECRET, open_shop

KEY = "products/prod_1/pfile_1.zip"
CONTENT = bytes(range(256)) * 8


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def store(tmp_path: Path, clock: FrozenClock) -> FolderFileStore:
    store = FolderFileStore(tmp_path / "files", "", LinkSigner([SECRET]), clock)
    store.put(KEY, [CONTENT])
    return store


@pytest.fixture
def client(tmp_path: Path, store: FolderFileStore) -> FlaskClient:
    container = open_shop(tmp_path)
    container.local_files.override(store)
    return create_app(container).test_client()


@pytest.fixture
def path(store: FolderFileStore) -> str:
    return store.link(KEY, file_name="Sydney.zip", mime_type="application/zip", life=timedelta(minutes=15)).url


def test_a_link_gives_the_bytes_as_an_attachment(client: FlaskClient, path: str) -> None:
    answer = client.get(path)

    assert (answer.status_code, answer.data) == (200, CONTENT)
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Content-Disposition"] == "attachment; filename=Sydney.zip"
    assert answer.headers["Content-Length"] == str(len(CONTENT))
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_head_tells_the_size_without_the_bytes(client: FlaskClient, path: str) -> None:
    answer = client.head(path)

    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["Content-Length"] == str(len(CONTENT))


@pytest.mark.parametrize(
    ("asked", "first", "last"), [("bytes=0-99", 0, 99), ("bytes=2000-", 2000, 2047), ("bytes=-10", 2038, 2047)]
)
def test_a_part_can_be_asked_for(client: FlaskClient, path: str, asked: str, first: int, last: int) -> None:
    answer = client.get(path, headers={"Range": asked})

    assert (answer.status_code, answer.data) == (206, CONTENT[first : last + 1])
    assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{len(CONTENT)}"


def test_a_download_can_be_resumed_if_it_is_still_the_same(client: FlaskClient, path: str) -> None:
    etag = client.get(path).headers["ETag"]

    same = client.get(path, headers={"Range": "bytes=1000-", "If-Range": etag})
    other = client.get(path, headers={"Range": "bytes=1000-", "If-Range": '"another"'})

    assert (same.status_code, same.data) == (206, CONTENT[1000:])
    assert (other.status_code, other.data) == (200, CONTENT)


def test_a_part_outside_is_416(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers={"Range": "bytes=99999-"})

    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{len(CONTENT)}"


@pytest.mark.parametrize("asked", ["items=0-5", "bytes=0-1,5-6", "nonsense", "bytes=-"])
def test_ranges_we_do_not_serve_give_the_whole(client: FlaskClient, path: str, asked: str) -> None:
    answer = client.get(path, headers={"Range": asked})

    assert (answer.status_code, answer.data) == (200, CONTENT)


def refused(client: FlaskClient, path: str) -> tuple[int, str]:
    answer = client.get(path)
    assert answer.json is not None
    assert answer.json["type"] == "error"
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.status_code, answer.json["code"]


def test_an_expired_link_is_gone(client: FlaskClient, path: str, clock: FrozenClock) -> None:
    clock.advance(timedelta(minutes=15))

    assert refused(client, path) == (410, "LINK_EXPIRED")


def test_a_changed_link_is_forbidden(client: FlaskClient, path: str) -> None:
    assert refused(client, path[:-2] + ("AA" if path[-2:] != "AA" else "BB")) == (403, "INVALID_SIGNATURE")
    assert refused(client, "/files/anything") == (403, "INVALID_SIGNATURE")


def test_a_link_to_a_deleted_object_is_404(client: FlaskClient, path: str, store: FolderFileStore) -> None:
    store.delete(KEY)

    assert refused(client, path) == (404, "NOT_FOUND")
