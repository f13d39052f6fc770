"""Statuses and bodies of refusals, per surface."""

import pytest

from core.domain import errors
from core.domain.cart import OutOfStock, PriceChanged
from core.domain.customer import BadCredentials, EmailTaken
from core.domain.download import DownloadExpired, NotOwner
from core.domain.product_file import FileTooLarge
from tests.integration.http_harness import Harness

BODY = {"title": "a"}
SIGNED_IN = {"Authorization": "Bearer cus_1"}


@pytest.fixture
def shop() -> Harness:
    return Harness()


@pytest.mark.parametrize(
    ("error", "status", "code", "type_"),
    [
        (errors.Invalid("no"), 400, "VALIDATION_ERROR", "invalid_data"),
        (errors.NotAllowed("no"), 400, "NOT_ALLOWED", "not_allowed"),
        (errors.Forbidden("no"), 403, "FORBIDDEN", "forbidden"),
        (errors.NotFound("no"), 404, "NOT_FOUND", "not_found"),
        (EmailTaken("no"), 422, "invalid_request_error", "duplicate_error"),
        (PriceChanged("no"), 409, "PRICE_CHANGED", "conflict"),
        (DownloadExpired("no"), 410, "DOWNLOAD_EXPIRED", "gone"),
        (errors.PaymentRefused("no"), 422, "PAYMENT_FAILED", "payment_authorization_error"),
        (errors.RateLimited("no", retry_after=7), 429, "RATE_LIMITED", "too_many_requests"),
        (errors.Unavailable("no"), 503, "UPSTREAM_UNAVAILABLE", "unavailable"),
    ],
)
def test_native_refusals_carry_code_type_and_message(
    shop: Harness, error: errors.DomainError, status: int, code: str, type_: str
) -> None:
    shop.outcome = error

    answer = shop.client.post("/store/things", json=BODY)

    assert answer.status_code == status
    assert answer.json == {"code": code, "type": type_, "message": "no"}
    assert answer.headers["Cache-Control"] == "no-store"
    assert ("Retry-After" in answer.headers) == (status in (429, 503))


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (errors.Invalid("no"), 400, "VALIDATION_ERROR"),
        (NotOwner("no"), 403, "NOT_OWNER"),
        (EmailTaken("no"), 409, "EMAIL_TAKEN"),
        (DownloadExpired("no"), 410, "DOWNLOAD_EXPIRED"),
        (FileTooLarge("no"), 413, "FILE_TOO_LARGE"),
        (errors.RateLimited("no", retry_after=7), 429, "RATE_LIMITED"),
    ],
)
def test_custom_refusals_carry_the_type_error(
    shop: Harness, error: errors.DomainError, status: int, code: str
) -> None:
    shop.outcome = error

    answer = shop.client.post("/store/downloads", json=BODY, headers={**SIGNED_IN, "X-Request-Id": "r1"})

    assert answer.status_code == status
    assert answer.json == {"type": "error", "message": "no", "code": code, "request_id": "r1"}


def test_custom_validation_lists_its_fields(shop: Harness) -> None:
    answer = shop.client.post("/store/downloads", json={"quantity": 0}, headers=SIGNED_IN)

    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["code"] == "VALIDATION_ERROR"
    assert {"field": "quantity", "message": "quantity must not be less than 1"} in answer.json["errors"]


def test_an_unknown_name_is_named_on_both_dialects(shop: Harness) -> None:
    native = shop.client.post("/store/things", json={**BODY, "x": 1})
    custom = shop.client.post("/store/downloads", json={**BODY, "x": 1}, headers=SIGNED_IN)

    assert native.json == {"code": "UNKNOWN_FIELD", "type": "invalid_data", "message": "property x should not exist"}
    assert custom.json is not None
    assert custom.json["code"] == "UNKNOWN_FIELD"


def test_a_native_401_is_plain_text(shop: Harness) -> None:
    answer = shop.client.get("/store/things/mine")

    assert (answer.status_code, answer.mimetype, answer.text) == (401, "text/plain", "Unauthorized")


def test_a_custom_401_tells_missing_from_expired(shop: Harness) -> None:
    missing = shop.client.post("/store/downloads", json=BODY)
    expired = shop.client.post("/store/downloads", json=BODY, headers={"Authorization": "Bearer old"})

    assert (missing.status_code, missing.json and missing.json["code"]) == (401, "UNAUTHORIZED")
    assert (expired.status_code, expired.json and expired.json["code"]) == (401, "TOKEN_EXPIRED")


def test_a_sign_in_401_is_json(shop: Harness) -> None:
    shop.outcome = BadCredentials("Invalid email or password")

    answer = shop.client.post("/auth/customer/emailpass", json={"email": "a@b.c"})

    assert answer.status_code == 401
    assert answer.json == {
        "code": "UNAUTHORIZED",
        "type": "unauthorized",
        "message": "Invalid email or password",
    }


def test_stock_lost_in_a_race_answers_as_medusa_does(shop: Harness) -> None:
    shop.outcome = OutOfStock("gone")

    answer = shop.client.post("/store/things", json=BODY)

    assert answer.status_code == 409
    assert answer.json == {"errors": [{"code": "insufficient_inventory", "type": "not_allowed", "message": "gone"}]}


def test_extra_facts_become_top_level_entries(shop: Harness) -> None:
    shop.outcome = PriceChanged("no", extra={"totals": {"total": 5}, "code": "MINE"})

    answer = shop.client.post("/store/things", json=BODY)

    assert answer.json == {"code": "PRICE_CHANGED", "type": "conflict", "message": "no", "totals": {"total": 5}}


@pytest.mark.parametrize("path", ["/store/things", "/store/downloads"])
def test_a_bug_answers_500_and_says_nothing(shop: Harness, path: str, capsys: pytest.CaptureFixture[str]) -> None:
    shop.outcome = ZeroDivisionError("row 17 of customers")

    answer = shop.client.post(path, json=BODY, headers=SIGNED_IN)

    assert answer.status_code == 500
    assert answer.json is not None
    assert answer.json["message"] == "An unknown error occurred."
    assert "row 17" not in answer.text


def test_a_concurrent_update_asks_to_retry(shop: Harness) -> None:
    shop.outcome = errors.ConcurrentUpdate("no")

    answer = shop.client.post("/store/things", json=BODY)

    assert answer.status_code == 409
    assert answer.json is not None
    assert answer.json["code"] == "invalid_state_error"


@pytest.mark.parametrize(
    ("path", "custom"),
    [
        ("/nowhere", False),
        ("/store/nowhere", False),
        ("/store/invites/x/y/z", True),
        ("/admin/products/p/files/x/y/z", True),
        ("/admin/products/p/variants/x/y", False),
        ("/store/customers/me/downloads", True),
        ("/webhooks/nobody", True),
    ],
)
def test_unknown_addresses_answer_in_the_dialect_of_their_url(shop: Harness, path: str, custom: bool) -> None:
    answer = shop.client.get(path)

    assert answer.status_code == 404
    assert answer.json is not None
    assert answer.json["code"] == "NOT_FOUND"
    assert (answer.json["type"] == "error") == custom


def test_a_wrong_method_names_the_right_ones(shop: Harness) -> None:
    native = shop.client.put("/store/things")
    custom = shop.client.put("/store/downloads")

    assert native.status_code == custom.status_code == 405
    assert {"GET", "POST"} <= set(native.headers["Allow"].replace(" ", "").split(","))
    assert custom.json is not None
    assert custom.json["type"] == "error"


@pytest.mark.parametrize(
    ("data", "content_type", "status", "code"),
    [
        (b"{", "application/json", 400, "INVALID_JSON"),
        (b"a=1", "application/x-www-form-urlencoded", 415, "UNSUPPORTED_MEDIA_TYPE"),
        (b"{}", "text/plain", 415, "UNSUPPORTED_MEDIA_TYPE"),
        (b"{" + b" " * 1024 * 1024 + b"}", "application/json", 413, "PAYLOAD_TOO_LARGE"),
    ],
)
def test_bodies_that_cannot_be_read_are_refused(
    shop: Harness, data: bytes, content_type: str, status: int, code: str
) -> None:
    native = shop.client.post("/store/things", data=data, content_type=content_type)
    custom = shop.client.post("/store/downloads", data=data, content_type=content_type, headers=SIGNED_IN)

    assert native.status_code == custom.status_code == status
    assert native.json is not None
    assert custom.json is not None
    assert native.json["code"] == custom.json["code"] == code


def test_compressed_bodies_are_refused(shop: Harness) -> None:
    answer = shop.client.post("/store/things", data=b"{}", headers={"Content-Encoding": "gzip"})

    assert answer.status_code == 415
