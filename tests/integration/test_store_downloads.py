"""Every row of the downloads table, over HTTP."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.memory.file_store import InMemoryFileStore
from core.domain.actor import SYSTEM
from tests.integration.peopled_shop import PeopledShop, refused
from tests.integration.shops import run_jobs

DOWNLOAD = {
    "id",
    "token",
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
def shop(folder: Path) -> PeopledShop:
    return PeopledShop(folder)


def change(shop: PeopledShop, token: str, **changes: object) -> None:
    id = shop.ask("GET", f"/store/downloads/{token}", shop.me).json["download"]["id"]
    assert shop.post(f"/admin/downloads/{id}", changes).status_code == 200


def test_the_buyer_lists_what_was_bought(shop: PeopledShop) -> None:
    order_id = shop.sell(quantity=2)

    answer = shop.ask("GET", "/store/customers/me/downloads", shop.me)

    assert answer.status_code == 200
    assert (answer.json["count"], answer.json["offset"]) == (1, 0)
    (download,) = answer.json["downloads"]
    assert download.keys() == DOWNLOAD
    assert download["token"] == shop.token(order_id)
    assert (download["status"], download["order_id"]) == ("granted", order_id)
    assert (download["download_count"], download["download_limit"], download["remaining"]) == (0, 10, 10)
    assert download["product"] == {
        "id": "prod_test",
        "title": "Sydney Nights",
        "thumbnail": None,
        "handle": "sydney-nights",
    }
    assert download["file"].keys() == {"id", "name", "mime_type", "size", "sha256", "version"}
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_list_can_be_narrowed_and_paged(shop: PeopledShop) -> None:
    first, second = shop.sell(), shop.sell()
    shop.refund(first)

    def ids(query: str) -> list[str]:
        rows = shop.ask("GET", f"/store/customers/me/downloads?{query}", shop.me).json["downloads"]
        return [row["order_id"] for row in rows]

    assert ids("") == [second, first]
    assert ids("limit=1&offset=1") == [first]
    assert ids("status=revoked") == [first]
    assert ids(f"order_id={second}") == [second]
    refused(shop.ask("GET", "/store/customers/me/downloads?status=odd", shop.me), 400, "VALIDATION_ERROR")
    refused(shop.ask("GET", "/store/customers/me/downloads?odd=1", shop.me), 400, "UNKNOWN_FIELD")
    refused(shop.ask("GET", "/store/customers/me/downloads?fields=_state", shop.me), 400, "VALIDATION_ERROR")


def test_nobody_sees_what_others_bought(shop: PeopledShop) -> None:
    shop.sell()
    eve = shop.customer("eve@example.com")

    assert shop.ask("GET", "/store/customers/me/downloads", eve).json["count"] == 0


def test_a_token_is_good_for_a_link_to_the_bytes(shop: PeopledShop) -> None:
    token = shop.token(shop.sell())

    answer = shop.ask("GET", f"/store/downloads/{token}", shop.me)

    assert answer.status_code == 200, answer.text
    assert answer.json.keys() == {"url", "expires_at", "expires_in", "session_id", "download"}
    assert answer.json["expires_in"] == 900
    assert answer.json["download"].keys() == DOWNLOAD
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    content = shop.client.get(answer.json["url"])
    assert content.status_code == 200
    assert hashlib.sha256(content.data).hexdigest() == answer.json["download"]["file"]["sha256"]
    assert content.headers["Content-Disposition"].startswith("attachment")


def test_asking_again_counts_nothing_and_redeeming_counts_once(shop: PeopledShop) -> None:
    token = shop.token(shop.sell())
    sessions = {shop.ask("GET", f"/store/downloads/{token}", shop.me).json["session_id"] for _ in range(3)}
    (session_id,) = sessions

    answers = [
        shop.ask("POST", f"/store/downloads/{token}/redeem", shop.me, {"session_id": session_id}) for _ in range(3)
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert [answer.json["download"]["download_count"] for answer in answers] == [1, 1, 1]
    assert answers[0].json["download"].keys() == DOWNLOAD
    assert shop.ask("POST", f"/store/downloads/{token}/redeem", shop.me).json["download"]["download_count"] == 2


def test_a_redeem_repeated_with_its_key_counts_once(shop: PeopledShop) -> None:
    token = shop.token(shop.sell())
    headers = shop.me | {"Idempotency-Key": "redeem-1"}

    answers = [shop.ask("POST", f"/store/downloads/{token}/redeem", headers, {}) for _ in range(2)]

    assert answers[0].json == answers[1].json
    assert answers[0].json["download"]["download_count"] == 1


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_without_a_customers_credentials_it_is_a_401_in_json(shop: PeopledShop, method: str) -> None:
    token = shop.token(shop.sell())
    path = f"/store/downloads/{token}" + ("/redeem" if method == "POST" else "")

    for headers in ({}, {"Authorization": "Bearer nonsense"}, shop.staff):
        refused(shop.ask(method, path, headers), 401, "UNAUTHORIZED")
    refused(shop.ask("GET", "/store/customers/me/downloads"), 401, "UNAUTHORIZED")


def test_somebody_elses_token_is_a_403(shop: PeopledShop) -> None:
    token = shop.token(shop.sell())
    eve = shop.customer("eve@example.com")

    refused(shop.ask("GET", f"/store/downloads/{token}", eve), 403, "NOT_OWNER")
    refused(shop.ask("POST", f"/store/downloads/{token}/redeem", eve), 403, "NOT_OWNER")


def test_what_is_no_token_is_a_404(shop: PeopledShop) -> None:
    genuine = shop.token(shop.sell())

    for token in ("nonsense", genuine[:-1] + ("A" if genuine[-1] != "A" else "B"), "%00", "x" * 2_000):
        refused(shop.ask("GET", f"/store/downloads/{token}", shop.me), 404, "NOT_FOUND")
    refused(shop.ask("POST", "/store/downloads/nonsense/redeem", shop.me), 404, "NOT_FOUND")


def test_an_unknown_session_is_a_404_and_counts_nothing(shop: PeopledShop) -> None:
    token = shop.token(shop.sell())

    answer = shop.ask("POST", f"/store/downloads/{token}/redeem", shop.me, {"session_id": "dls_unknown"})

    refused(answer, 404, "NOT_FOUND")
    assert shop.ask("GET", f"/store/downloads/{token}", shop.me).json["download"]["download_count"] == 0


def test_an_exhausted_download_is_a_410(shop: PeopledShop) -> None:
    token = shop.token(shop.sell())
    counts = [shop.ask("POST", f"/store/downloads/{token}/redeem", shop.me).status_code for _ in range(5)]

    assert counts == [200] * 5
    for method, path in (("GET", ""), ("POST", "/redeem")):
        refused(shop.ask(method, f"/store/downloads/{token}{path}", shop.me), 410, "DOWNLOAD_LIMIT_REACHED")
    (download,) = shop.ask("GET", "/store/customers/me/downloads", shop.me).json["downloads"]
    assert (download["status"], download["remaining"]) == ("exhausted", 0)


def test_a_refunded_download_is_a_410_of_its_own(shop: PeopledShop) -> None:
    order_id = shop.sell()
    token = shop.token(order_id)
    shop.refund(order_id)

    for method, path in (("GET", ""), ("POST", "/redeem")):
        refused(shop.ask(method, f"/store/downloads/{token}{path}", shop.me), 410, "DOWNLOAD_REVOKED")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"status": "suspended", "reason": "odd"}, "DOWNLOAD_SUSPENDED"),
        ({"status": "revoked"}, "DOWNLOAD_REVOKED"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "DOWNLOAD_EXPIRED"),
        ({"download_limit": 0}, "DOWNLOAD_LIMIT_REACHED"),
    ],
)
def test_each_end_of_access_has_its_code(shop: PeopledShop, changes: dict[str, object], code: str) -> None:
    token = shop.token(shop.sell())
    change(shop, token, **changes)

    refused(shop.ask("GET", f"/store/downloads/{token}", shop.me), 410, code)


def test_a_file_that_is_gone_is_a_410(shop: PeopledShop) -> None:
    token = shop.token(shop.sell())
    assert shop.delete("/admin/products/prod_test/files/pfile_test?force=true").status_code == 200
    run_jobs(shop.container)

    refused(shop.ask("GET", f"/store/downloads/{token}", shop.me), 410, "FILE_UNAVAILABLE")


def test_storage_that_is_down_is_a_503_and_counts_nothing(shop: PeopledShop) -> None:
    token = shop.token(shop.sell())
    broken = InMemoryFileStore(shop.container.clock())
    broken.available = False
    with shop.container.file_store.override(broken):
        answer = shop.ask("GET", f"/store/downloads/{token}", shop.me)

    refused(answer, 503, "UPSTREAM_UNAVAILABLE")
    assert answer.headers["Retry-After"]
    assert shop.ask("GET", f"/store/downloads/{token}", shop.me).json["download"]["download_count"] == 0


def test_what_is_no_body_is_a_400(shop: PeopledShop) -> None:
    path = f"/store/downloads/{shop.token(shop.sell())}/redeem"

    problem = refused(shop.ask("POST", path, shop.me, {"session_id": 5}), 400, "VALIDATION_ERROR")
    assert problem["errors"][0]["field"] == "session_id"
    refused(shop.ask("POST", path, shop.me, {"count": 1}), 400, "UNKNOWN_FIELD")
    refused(shop.client.post(path, headers=shop.me, data="{", content_type="application/json"), 400, "INVALID_JSON")


def test_a_guest_claims_the_order_by_signing_in_with_its_address(shop: PeopledShop) -> None:
    order_id = shop.sell(guest="guest@example.com")
    token = shop.token(order_id)
    refused(shop.ask("GET", f"/store/downloads/{token}", shop.me), 403, "NOT_OWNER")
    guest = shop.customer("guest@example.com")

    assert shop.ask("GET", f"/store/downloads/{token}", guest).status_code == 200
    assert shop.ask("GET", "/store/customers/me/downloads", guest).json["count"] == 1
    assert shop.ask("GET", f"/store/orders/{order_id}", guest).status_code == 200


def test_links_are_mailed_again_and_nothing_is_said_about_it(shop: PeopledShop) -> None:
    shop.sell()
    bodies = []
    for body in ({"email": "ada@example.com"}, {"email": "nobody@example.com", "order_display_id": 7}):
        answer = shop.ask("POST", "/store/downloads/resend", json=body)
        bodies.append((answer.status_code, answer.json))

    assert bodies == [(202, {}), (202, {})]
    refused(shop.ask("POST", "/store/downloads/resend", json={"email": "nonsense"}), 400, "VALIDATION_ERROR")
    refused(shop.ask("POST", "/store/downloads/resend", json={}), 400, "VALIDATION_ERROR")


def test_a_session_that_ended_is_a_401_that_says_so(shop: PeopledShop) -> None:
    token = shop.token(shop.sell())
    begin = shop.container.begin()
    claims = shop.container.access_tokens().read(shop.me["Authorization"].removeprefix("Bearer "))
    with begin(SYSTEM, "test.end") as work:
        work.sessions.get(claims.session_id).expires_at = shop.container.clock().now() - timedelta(seconds=1)
        work.commit()

    refused(shop.ask("GET", f"/store/downloads/{token}", shop.me), 401, "TOKEN_EXPIRED")
