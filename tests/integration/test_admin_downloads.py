"""What staff see and decide of downloads, over HTTP."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.peopled_shop import PeopledShop, refused
from tests.integration.shops import run_jobs

DOWNLOAD = {
    "id",
    "status",
    "order_id",
    "order_display_id",
    "line_item_id",
    "product",
    "file",
    "download_count",
    "download_limit",
    "remaining",
    "expires_at",
    "granted_at",
    "last_downloaded_at",
}


@pytest.fixture
def shop(tmp_path: Path) -> PeopledShop:
    return PeopledShop(tmp_path)


@pytest.fixture
def order_id(shop: PeopledShop) -> str:
    return shop.sell()


def download_id(shop: PeopledShop, order_id: str) -> str:
    return str(shop.get(f"/admin/orders/{order_id}/downloads").json["downloads"][0]["id"])


def test_an_orders_downloads_are_listed_with_their_log_and_without_tokens(shop: PeopledShop, order_id: str) -> None:
    token = shop.token(order_id)
    agent = {"User-Agent": "Mozilla/5.0 (X11; rv:140.0) Gecko/20100101 Firefox/140.0"}
    shop.ask("GET", f"/store/downloads/{token}", shop.me | agent)
    shop.ask("POST", f"/store/downloads/{token}/redeem", shop.me | agent)
    shop.ask("GET", f"/store/downloads/{token}", shop.customer("eve@example.com"))

    answer = shop.get(f"/admin/orders/{order_id}/downloads")

    assert answer.status_code == 200
    (download,) = answer.json["downloads"]
    assert download.keys() == DOWNLOAD
    assert token not in answer.text
    assert answer.json["count"] == 1
    log = answer.json["log"]
    assert [(row["action"], row["outcome"]) for row in log] == [
        ("refuse", "NOT_OWNER"),
        ("redeem", "ok"),
        ("issue", "ok"),
    ]
    assert log[1]["agent"].lower() == "firefox"
    assert "127.0.0.1" not in answer.text


def test_an_unknown_order_is_a_404(shop: PeopledShop) -> None:
    refused(shop.get("/admin/orders/order_unknown/downloads"), 404, "NOT_FOUND")
    refused(shop.post("/admin/orders/order_unknown/downloads/resend", {}), 404, "NOT_FOUND")


def test_staff_alone_may_look(shop: PeopledShop, order_id: str) -> None:
    for headers in ({}, shop.me):
        refused(shop.ask("GET", f"/admin/orders/{order_id}/downloads", headers), 401, "UNAUTHORIZED")
        refused(shop.ask("POST", "/admin/downloads/dl_1", headers, {}), 401, "UNAUTHORIZED")


def test_limit_and_time_can_be_changed(shop: PeopledShop, order_id: str) -> None:
    id = download_id(shop, order_id)

    answer = shop.post(f"/admin/downloads/{id}", {"download_limit": None, "expires_at": "2099-01-01T00:00:00Z"})

    assert answer.status_code == 200, answer.text
    download = answer.json["download"]
    assert download.keys() == DOWNLOAD
    assert (download["download_limit"], download["remaining"]) == (None, None)
    assert download["expires_at"] == "2099-01-01T00:00:00.000Z"


def test_access_can_be_taken_and_given_back(shop: PeopledShop, order_id: str) -> None:
    id = download_id(shop, order_id)

    statuses = [
        shop.post(f"/admin/downloads/{id}", {"status": status}).json["download"]["status"]
        for status in ("suspended", "granted", "revoked", "granted")
    ]

    assert statuses == ["suspended", "granted", "revoked", "granted"]


def test_what_was_refunded_cannot_be_granted_again(shop: PeopledShop, order_id: str) -> None:
    id = download_id(shop, order_id)
    shop.refund(order_id)

    refused(shop.post(f"/admin/downloads/{id}", {"status": "granted"}), 409, "LINE_REFUNDED")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"download_limit": -1}, "VALIDATION_ERROR"),
        ({"download_limit": 1.5}, "VALIDATION_ERROR"),
        ({"status": "expired"}, "VALIDATION_ERROR"),
        ({"expires_at": "soon"}, "VALIDATION_ERROR"),
        ({"download_count": 0}, "UNKNOWN_FIELD"),
    ],
)
def test_what_cannot_be_is_a_400(shop: PeopledShop, order_id: str, body: dict[str, object], code: str) -> None:
    refused(shop.post(f"/admin/downloads/{download_id(shop, order_id)}", body), 400, code)


def test_an_unknown_download_is_a_404(shop: PeopledShop) -> None:
    refused(shop.post("/admin/downloads/dl_unknown", {"status": "granted"}), 404, "NOT_FOUND")


def test_links_can_be_mailed_again_with_more_of_everything(shop: PeopledShop, order_id: str, tmp_path: Path) -> None:
    before = len(list(tmp_path.rglob("*.eml")))

    answer = shop.post(f"/admin/orders/{order_id}/downloads/resend", {"extend_limit_by": 2, "extend_days": 3})
    run_jobs(shop.container)

    assert (answer.status_code, answer.json) == (202, {})
    assert shop.get(f"/admin/orders/{order_id}/downloads").json["downloads"][0]["download_limit"] == 7
    assert len(list(tmp_path.rglob("*.eml"))) == before + 1
    assert shop.post(f"/admin/orders/{order_id}/downloads/resend").status_code == 202
    refused(shop.post(f"/admin/orders/{order_id}/downloads/resend", {"extend_days": -1}), 400, "VALIDATION_ERROR")


def test_time_is_not_extended_beyond_the_calendar(shop: PeopledShop, order_id: str) -> None:
    id = download_id(shop, order_id)
    assert shop.post(f"/admin/downloads/{id}", {"expires_at": "9999-12-31T00:00:00Z"}).status_code == 200

    body = {"extend_limit_by": 2, "extend_days": 1}
    refused(shop.post(f"/admin/orders/{order_id}/downloads/resend", body), 400, "VALIDATION_ERROR")
    (download,) = shop.get(f"/admin/orders/{order_id}/downloads").json["downloads"]
    assert (download["download_limit"], download["expires_at"]) == (5, "9999-12-31T00:00:00.000Z")
