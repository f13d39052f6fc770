"""What a browser's page gets to read of refusals that come before any view: too much, too often, not able to."""

from __future__ import annotations

from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from tests.integration.staffed_shop import StaffedShop

ORIGIN = "https://admin.shop.example"
PAGE = {"Origin": ORIGIN}


@pytest.fixture
def shop(tmp_path: Path) -> StaffedShop:
    return StaffedShop(tmp_path, CORS_ORIGINS=ORIGIN, RATE_LIMITS="on", MAX_UPLOAD_BYTES="2000")


def readable(answer: TestResponse) -> bool:
    """By a page of the allowed origin that sends its cookies."""
    said = answer.headers
    return (said.get("Access-Control-Allow-Origin"), said.get("Access-Control-Allow-Credentials")) == (ORIGIN, "true")


def test_too_long_a_body_is_told(shop: StaffedShop) -> None:
    answer = shop.post("/admin/products", {"title": "x" * 2_000_000}, headers=PAGE)

    assert (answer.status_code, readable(answer)) == (413, True)


def test_too_large_a_file_is_told(shop: StaffedShop) -> None:
    product = shop.product()

    answer = shop.upload(product["id"], b"x" * 5_000, headers=PAGE)

    assert (answer.status_code, readable(answer)) == (413, True)


@pytest.mark.parametrize("path", ["/admin/auth", "/admin/auth/token", "/store/auth", "/auth/user/emailpass"])
def test_too_many_log_ins_are_told(shop: StaffedShop, path: str) -> None:
    body = {"email": "nobody@shop.test", "password": "not this one"}
    for _ in range(50):
        answer = shop.client.post(path, json=body, headers=PAGE)
        if answer.status_code == 429:
            break

    assert (answer.status_code, readable(answer)) == (429, True)
    assert int(answer.headers["Retry-After"]) > 0
    exposed = ",".join(answer.headers.getlist("Access-Control-Expose-Headers"))
    assert "Retry-After" in exposed


def test_a_page_from_elsewhere_reads_nothing(shop: StaffedShop) -> None:
    answer = shop.post("/admin/products", {"title": "x" * 2_000_000}, headers={"Origin": "https://evil.example"})

    assert answer.status_code == 413
    assert not [name for name in dict(answer.headers) if name.lower().startswith("access-control-allow")]


def test_a_shop_that_has_lost_its_database_says_so(shop: StaffedShop, tmp_path: Path) -> None:
    for engine in (shop.container.read_engine(), shop.container.write_engine()):
        engine.dispose()
    for left in tmp_path.glob("shop.db*"):
        left.unlink()
    (tmp_path / "shop.db").mkdir()

    answer = shop.client.get("/store/regions", headers=PAGE)

    assert (answer.status_code, readable(answer)) == (503, True)
    assert int(answer.headers["Retry-After"]) > 0
    assert readable(shop.client.get("/health/ready", headers=PAGE))
