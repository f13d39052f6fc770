"""Pictures for everybody in a bucket that a domain of its own shows: ``PUBLIC_FILES_URL``."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from adapters.storage.s3_bucket import S3Bucket
from bootstrap.peers.s3 import KEY_ID, SECRET, S3Server, running_s3
from tests.integration.s3_server import needs_server
from tests.integration.staffed_shop import StaffedShop

pytestmark = needs_server
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    with running_s3() as server:
        yield server


@pytest.fixture(scope="module")
def bucket(server: S3Server) -> S3Bucket:
    return server.bucket()


@pytest.fixture(scope="module")
def shop(server: S3Server, bucket: S3Bucket, tmp_path_factory: pytest.TempPathFactory) -> StaffedShop:
    return StaffedShop(
        Path(tmp_path_factory.mktemp("public")),
        STORAGE_ENGINE="s3",
        S3_BUCKET=bucket.name,
        S3_ENDPOINT=server.url,
        S3_ACCESS_KEY_ID=KEY_ID,
        S3_SECRET_ACCESS_KEY=SECRET,
        PUBLIC_FILES_URL="https://pictures.example/shop/",
    )


def send(shop: StaffedShop, content: bytes, name: str, to: str = "/admin/uploads") -> dict[str, str]:
    answer: Any = shop.post(to, data={"files": (io.BytesIO(content), name)}, content_type="multipart/form-data")
    assert answer.status_code == 200, answer.text
    upload: dict[str, str] = answer.json["uploads"][0]
    return upload


def test_a_pictures_address_is_its_key_below_the_domain(shop: StaffedShop, bucket: S3Bucket) -> None:
    upload = send(shop, PNG, "Sydney Nights.png")

    assert upload["key"].startswith("public/")
    assert upload["url"] == f"https://pictures.example/shop/{upload['key']}"
    stored = bucket.client.get_object(Bucket=bucket.name, Key=upload["key"])
    assert stored["Body"].read() == PNG
    # A domain in front of the bucket passes on what the object says of itself.
    assert stored["ContentType"] == "image/png"


def test_protected_papers_are_below_no_domain(shop: StaffedShop, server: S3Server) -> None:
    upload = send(shop, b"a,b\n", "prices.csv", to="/admin/uploads/protected")

    assert not upload["key"].startswith("public/")
    assert upload["url"].startswith(f"{server.url}/")
    assert "pictures.example" not in upload["url"]
    assert requests.get(upload["url"], timeout=5).content == b"a,b\n"
    bare = urlsplit(upload["url"])._replace(query="").geturl()
    assert requests.get(bare, timeout=5).status_code >= 400  # by what it is signed with alone


def test_a_deleted_picture_is_no_longer_in_the_bucket(shop: StaffedShop, bucket: S3Bucket) -> None:
    key = send(shop, PNG, "b.png")["key"]

    assert shop.delete("/admin/uploads", json={"file_key": key}).status_code == 200
    left = bucket.client.list_objects_v2(Bucket=bucket.name, Prefix=key)
    assert left.get("Contents", []) == []
