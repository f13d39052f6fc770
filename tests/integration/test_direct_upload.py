"""Large files past the shop, over HTTP: the same on a folder and on an S3 server."""

import hashlib
import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from werkzeug.test import TestResponse

from adapters.memory.clock import FrozenClock
from bootstrap.peers.s3 import KEY_ID, SECRET, S3Server
from core.domain.actor import SYSTEM
from core.use_cases.product_file.versions import UploadSettings
from tests.integration.s3_server import MISSING, needs_server
from tests.integration.shops import run_jobs
from tests.integration.staffed_shop import StaffedShop, a_zip

LARGE = a_zip(random.Random(1).randbytes(9 << 20))  # two parts
PART = 8 << 20


class Uploader:
    """A shop, and somebody from its staff with a large file."""

    def __init__(self, shop: StaffedShop) -> None:
        self.shop = shop
        self.product_id = str(shop.product(variants=[{"title": "4K"}])["id"])

    def url(self, *rest: str) -> str:
        return "/".join((f"/admin/products/{self.product_id}/files/uploads", *rest))

    def announce(self, content: bytes = LARGE, **more: object) -> TestResponse:
        headers: dict[str, str] = more.pop("headers", {})  # type: ignore[assignment]
        body = {"name": "Sydney Nächte.zip", "size": len(content), "mime_type": "application/zip", **more}
        return self.shop.post(self.url(), body, headers=headers)

    def put(self, url: str, content: bytes) -> tuple[int, str]:
        """Status and ETag, wherever the address leads."""
        if url.startswith("http://shop.test/"):
            answer = self.shop.client.put(url.removeprefix("http://shop.test"), data=content)
            return answer.status_code, answer.headers.get("ETag", "")
        sent = requests.put(url, data=content, timeout=10)
        return sent.status_code, sent.headers.get("ETag", "")

    def send(self, upload: dict[str, Any], content: bytes = LARGE) -> list[dict[str, object]]:
        size = upload["part_size"]
        named: list[dict[str, object]] = []
        for part in upload["parts"]:
            start = (part["number"] - 1) * size
            status, etag = self.put(part["url"], content[start : start + size])
            assert status == 200
            named.append({"number": part["number"], "etag": etag})
        return named

    def complete(self, upload_id: str, parts: list[dict[str, object]], **more: Any) -> TestResponse:
        return self.shop.post(self.url(upload_id, "complete"), {"parts": parts}, **more)

    def sent(self, content: bytes = LARGE, **more: object) -> tuple[str, list[dict[str, object]]]:
        upload = self.announce(content, **more).json["upload"]  # type: ignore[index]
        return upload["id"], self.send(upload, content)


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server | None]:
    server = S3Server()
    if MISSING is None:
        server.start()
    yield server
    server.stop()


@pytest.fixture(params=["folder", pytest.param("s3", marks=needs_server)])
def uploader(request: pytest.FixtureRequest, tmp_path: Path, server: S3Server) -> Uploader:
    if request.param == "folder":
        return Uploader(StaffedShop(tmp_path))
    keys = {"S3_ENDPOINT": server.url, "S3_ACCESS_KEY_ID": KEY_ID, "S3_SECRET_ACCESS_KEY": SECRET}
    return Uploader(StaffedShop(tmp_path, STORAGE_ENGINE="s3", S3_BUCKET=server.bucket().name, **keys))


@pytest.fixture
def folder(tmp_path: Path) -> Uploader:
    return Uploader(StaffedShop(tmp_path))


def refusal(answer: TestResponse, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.json is not None
    assert (answer.json["type"], answer.json["code"]) == ("error", code)
    body: dict[str, Any] = answer.json
    return body


def test_a_file_goes_from_its_announcement_to_a_download(uploader: Uploader) -> None:
    answer = uploader.announce(sha256=hashlib.sha256(LARGE).hexdigest().upper())
    assert answer.status_code == 201, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    upload = answer.json["upload"]
    assert upload.keys() == {"id", "part_size", "parts", "expires_at"}
    assert upload["id"].startswith("upload_")
    assert (upload["part_size"], [part["number"] for part in upload["parts"]]) == (PART, [1, 2])

    done = uploader.complete(upload["id"], uploader.send(upload))

    assert done.status_code == 201, done.text
    file = done.json["file"]
    assert (file["state"], file["name"], file["version"]) == ("ready", "Sydney Nächte.zip", 1)
    assert (file["size"], file["sha256"]) == (len(LARGE), hashlib.sha256(LARGE).hexdigest())
    path = f"/admin/products/{uploader.product_id}/files"
    assert [found["id"] for found in uploader.shop.get(path).json["files"]] == [file["id"]]
    link = uploader.shop.get(f"{path}/{file['id']}/download").json["url"]
    assert _fetched(uploader, link) == LARGE


def _fetched(uploader: Uploader, link: str) -> bytes:
    if link.startswith("http://shop.test/"):
        return uploader.shop.client.get(link.removeprefix("http://shop.test")).data
    answer = requests.get(link, timeout=10)
    assert "filename*=UTF-8''Sydney%20N%C3%A4chte.zip" in answer.headers["Content-Disposition"]
    return answer.content


def test_completing_again_answers_the_same_file(uploader: Uploader) -> None:
    id, parts = uploader.sent(a_zip())

    first, second = uploader.complete(id, parts), uploader.complete(id, parts)

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json == second.json


def test_a_large_file_is_checked_by_a_job(uploader: Uploader) -> None:
    uploader.shop.container.upload_settings.override(UploadSettings(inspect_stored_at_once=10))
    id, parts = uploader.sent()

    file = uploader.complete(id, parts).json["file"]  # type: ignore[index]
    assert file["state"] == "checking"
    run_jobs(uploader.shop.container)

    files = uploader.shop.get(f"/admin/products/{uploader.product_id}/files").json["files"]  # type: ignore[index]
    assert [(found["state"], found["sha256"]) for found in files] == [("ready", hashlib.sha256(LARGE).hexdigest())]


def test_what_is_no_archive_is_answered_as_rejected(uploader: Uploader) -> None:
    id, parts = uploader.sent(b"no archive at all")

    answer = uploader.complete(id, parts)

    assert answer.status_code == 201
    assert (answer.json["file"]["state"], answer.json["file"]["rejected_reason"]) == ("rejected", "not_a_zip")
    run_jobs(uploader.shop.container)
    later = uploader.shop.container.clock().now() + timedelta(days=1)
    assert list(uploader.shop.container.file_store().keys("", older_than=later)) == []


def test_parts_are_missed_when_they_were_not_sent(uploader: Uploader) -> None:
    upload = uploader.announce().json["upload"]  # type: ignore[index]
    uploader.put(upload["parts"][0]["url"], LARGE[:PART])

    body = refusal(
        uploader.complete(upload["id"], [{"number": 1, "etag": "x"}, {"number": 2, "etag": "y"}]),
        400,
        "VALIDATION_ERROR",
    )

    assert [problem["field"] for problem in body["errors"]] == ["parts.0", "parts.1"]


def test_a_canceled_upload_is_over(uploader: Uploader) -> None:
    id, parts = uploader.sent()

    answers = [uploader.shop.delete(uploader.url(id)) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json == {"id": id, "object": "upload", "deleted": True}
    refusal(uploader.complete(id, parts), 410, "UPLOAD_CLOSED")
    store = uploader.shop.container.part_uploads()
    assert list(store.unfinished("", older_than=uploader.shop.container.clock().now() + timedelta(days=1))) == []


def test_an_abandoned_upload_is_swept(uploader: Uploader) -> None:
    id, parts = uploader.sent()
    container = uploader.shop.container
    clock = FrozenClock(container.clock().now() + timedelta(hours=7))

    with container.clock.override(clock):
        container.sweep_uploads()(SYSTEM)

    refusal(uploader.complete(id, parts), 410, "UPLOAD_CLOSED")
    assert list(container.part_uploads().unfinished("", older_than=clock.now())) == []


def test_the_same_key_announces_once_and_gives_addresses_again(folder: Uploader) -> None:
    key = {"Idempotency-Key": "announce-1"}

    first, second = folder.announce(headers=key), folder.announce(headers=key)

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json["upload"]["id"] == second.json["upload"]["id"]


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"name": "sydney.exe"}, 415, "UNSUPPORTED_MEDIA_TYPE"),
        ({"mime_type": "image/png"}, 415, "UNSUPPORTED_MEDIA_TYPE"),
        ({"size": 600_000_000}, 413, "FILE_TOO_LARGE"),
        ({"size": 0}, 400, "VALIDATION_ERROR"),
        ({"size": "9"}, 400, "VALIDATION_ERROR"),
        ({"sha256": "abc"}, 400, "VALIDATION_ERROR"),
        ({"state": "ready"}, 400, "UNKNOWN_FIELD"),
        ({"variant_id": "variant_9"}, 404, "NOT_FOUND"),
        ({"replaces": "pfile_9"}, 404, "NOT_FOUND"),
    ],
)
def test_what_cannot_become_a_file_is_refused_at_once(
    folder: Uploader, more: dict[str, object], status: int, code: str
) -> None:
    refusal(folder.announce(**more), status, code)


def test_what_is_unknown_is_404(folder: Uploader) -> None:
    refusal(folder.complete("upload_9", [{"number": 1, "etag": "x"}]), 404, "NOT_FOUND")
    refusal(folder.shop.delete(folder.url("upload_9")), 404, "NOT_FOUND")
    answer = folder.shop.post(
        "/admin/products/prod_9/files/uploads", {"name": "a.zip", "size": 1, "mime_type": "application/zip"}
    )
    refusal(answer, 404, "NOT_FOUND")


def test_a_completed_upload_is_removed_as_a_file(folder: Uploader) -> None:
    id, parts = folder.sent(a_zip())
    folder.complete(id, parts)

    refusal(folder.shop.delete(folder.url(id)), 409, "CONFLICT")


def test_without_credentials_it_is_401(folder: Uploader) -> None:
    for method, path in (("POST", ()), ("POST", ("upload_1", "complete")), ("DELETE", ("upload_1",))):
        refusal(folder.shop.client.open(folder.url(*path), method=method, json={}), 401, "UNAUTHORIZED")


def test_an_address_takes_exactly_its_part(folder: Uploader) -> None:
    content = a_zip()
    upload = folder.announce(content).json["upload"]  # type: ignore[index]
    url = upload["parts"][0]["url"].removeprefix("http://shop.test")
    client = folder.shop.client

    refusal(client.put(url, data=content + b"x"), 413, "FILE_TOO_LARGE")
    refusal(client.put(url, data=content[:-1]), 400, "VALIDATION_ERROR")
    refusal(client.put(url[:-2] + ("AA" if url[-2:] != "AA" else "BB"), data=content), 403, "INVALID_SIGNATURE")
    refusal(client.get(url), 405, "METHOD_NOT_ALLOWED")
    taken = client.put(url, data=content)

    assert (taken.status_code, taken.data) == (200, b"")
    assert taken.headers["ETag"].startswith('"')
    assert taken.headers["Access-Control-Expose-Headers"] == "ETag"
    with folder.shop.container.clock.override(FrozenClock(folder.shop.container.clock().now() + timedelta(hours=7))):
        folder.shop.container.local_parts.reset()
        refusal(client.put(url, data=content), 410, "LINK_EXPIRED")
    folder.shop.container.local_parts.reset()


def test_a_storage_that_is_down_is_503_and_says_when_to_come_back(tmp_path: Path) -> None:
    keys = {"S3_ENDPOINT": "http://127.0.0.1:9", "S3_ACCESS_KEY_ID": "a", "S3_SECRET_ACCESS_KEY": "b"}
    uploader = Uploader(StaffedShop(tmp_path, STORAGE_ENGINE="s3", S3_BUCKET="perseus", **keys))

    for answer in (uploader.announce(), uploader.shop.upload(uploader.product_id)):
        refusal(answer, 503, "UPSTREAM_UNAVAILABLE")
        assert int(answer.headers["Retry-After"]) > 0
