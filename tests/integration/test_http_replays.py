"""Repeating writes with an Idempotency-Key."""

from dataclasses import replace

import pytest

from core.domain import errors
from tests.integration.http_harness import SETTINGS, Harness

BODY = {"title": "a"}
KEY = {"Idempotency-Key": "k1"}
CUS_1 = {"Authorization": "Bearer cus_1"}
CUS_2 = {"Authorization": "Bearer cus_2"}


@pytest.fixture
def shop() -> Harness:
    return Harness()


def test_a_repeated_write_is_done_once_and_answers_the_same(shop: Harness) -> None:
    first = shop.client.post("/store/things", json=BODY, headers=KEY)
    second = shop.client.post("/store/things", json=BODY, headers=KEY)

    assert (first.status_code, first.data, first.content_type) == (
        second.status_code,
        second.data,
        second.content_type,
    )
    assert len(shop.written) == 1


def test_the_key_is_echoed_for_browsers_to_read(shop: Harness) -> None:
    answer = shop.client.post("/store/things", json=BODY, headers=KEY)

    assert answer.headers["Idempotency-Key"] == "k1"
    assert "Idempotency-Key" in answer.headers.getlist("Access-Control-Expose-Headers")


def test_routes_that_medusa_made_idempotent_make_up_a_missing_key(shop: Harness) -> None:
    answer = shop.client.post("/store/things", json=BODY)

    assert len(answer.headers["Idempotency-Key"]) == 36
    assert "Idempotency-Key" not in shop.client.post("/store/carts/c/complete").headers


def test_another_body_under_the_same_key_is_refused(shop: Harness) -> None:
    shop.client.post("/store/things", json=BODY, headers=KEY)

    answer = shop.client.post("/store/things", json={"title": "b"}, headers=KEY)

    assert answer.status_code == 409
    assert answer.json is not None
    assert answer.json["code"] == "IDEMPOTENCY_KEY_REUSED"


def test_another_query_under_the_same_key_is_refused(shop: Harness) -> None:
    shop.client.post("/store/things", json=BODY, headers=KEY)

    assert shop.client.post("/store/things?fields=id", json=BODY, headers=KEY).status_code == 409


def test_what_is_kept_of_a_body_cannot_be_guessed_without_the_secret() -> None:
    kept = set()
    for secret in ("a" * 32, "b" * 32):
        shop = Harness(replace(SETTINGS, cookie_secret=secret))
        shop.client.post("/store/things", json=BODY, headers=KEY)
        kept |= set(shop.keys.hashes.values())

    assert len(kept) == 2


def test_a_new_secret_makes_no_request_another_while_the_old_one_counts() -> None:
    kept = set()
    for secrets in (("a" * 32,), ("b" * 32, "a" * 32)):
        shop = Harness(replace(SETTINGS, cookie_secret=secrets[0], old_cookie_secrets=secrets[1:]))
        shop.client.post("/store/things", json=BODY, headers=KEY)
        kept |= set(shop.keys.hashes.values())

    assert len(kept) == 1


def test_each_caller_has_keys_of_their_own(shop: Harness) -> None:
    for headers in ({}, CUS_1, CUS_2):
        shop.client.post("/store/things", json=BODY, headers={**KEY, **headers})

    assert len(shop.written) == 3


def test_nobody_in_particular_has_keys_per_concrete_path(shop: Harness) -> None:
    one = shop.client.post("/store/carts/one/complete", headers=KEY)
    two = shop.client.post("/store/carts/two/complete", headers=KEY)

    assert (one.json, two.json) == ({"cart": "one"}, {"cart": "two"})


def test_a_customer_reusing_a_key_on_another_cart_is_told(shop: Harness) -> None:
    shop.client.post("/store/carts/one/complete", headers={**KEY, **CUS_1})

    assert shop.client.post("/store/carts/two/complete", headers={**KEY, **CUS_1}).status_code == 409


def test_what_was_written_before_a_crash_is_read_back(shop: Harness) -> None:
    shop.outcome_after = RuntimeError("lost while answering")
    assert shop.client.post("/store/things", json=BODY, headers=KEY).status_code == 500
    shop.outcome_after = None

    answer = shop.client.post("/store/things", json=BODY, headers=KEY)

    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["thing"]["id"] == "thing_1"
    assert len(shop.written) == 1


@pytest.mark.parametrize(
    "error",
    [
        errors.Invalid("no"),
        errors.ConcurrentUpdate("no"),
        errors.RateLimited("no", retry_after=1),
        errors.Unavailable("no"),
        RuntimeError("bug"),
    ],
)
def test_refusals_that_may_pass_are_not_remembered(shop: Harness, error: Exception) -> None:
    shop.outcome = error
    assert shop.client.post("/store/things", json=BODY, headers=KEY).status_code >= 400
    shop.outcome = None

    assert shop.client.post("/store/things", json=BODY, headers=KEY).status_code == 200


@pytest.mark.parametrize("error", [errors.NotAllowed("no"), errors.Gone("no"), errors.PaymentRefused("no")])
def test_refusals_that_stand_are_remembered(shop: Harness, error: errors.DomainError) -> None:
    shop.outcome = error
    first = shop.client.post("/store/things", json=BODY, headers=KEY)
    shop.outcome = None

    second = shop.client.post("/store/things", json=BODY, headers=KEY)

    assert (second.status_code, second.data) == (first.status_code, first.data)


def test_a_request_refused_before_its_view_does_not_use_up_the_key(shop: Harness) -> None:
    assert shop.client.post("/store/things", json={}, headers=KEY).status_code == 400

    assert shop.client.post("/store/things", json=BODY, headers=KEY).status_code == 200


def test_while_the_first_runs_the_second_is_asked_to_wait(shop: Harness) -> None:
    shop.client.post("/store/things", json=BODY, headers=KEY)
    shop.keys.running |= {claim.id for claim in shop.keys.claims.values()}

    answer = shop.client.post("/store/things", json=BODY, headers=KEY)

    assert answer.status_code == 409
    assert answer.json is not None
    assert answer.json["code"] == "IDEMPOTENCY_IN_PROGRESS"
    assert answer.headers["Retry-After"] == "2"


def test_answers_with_credentials_are_not_kept(shop: Harness) -> None:
    first = shop.client.post("/auth/customer/emailpass", json={"email": "a@b.c"}, headers=KEY)
    second = shop.client.post("/auth/customer/emailpass", json={"email": "a@b.c"}, headers=KEY)

    assert first.json == {"token": "token 1"}
    assert second.json == {"token": "token 2"}
    assert [claim.body for claim in shop.keys.claims.values()] == [None]


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "a\tb", "ü"])
def test_keys_that_cannot_be_are_refused(shop: Harness, key: str) -> None:
    answer = shop.client.post("/store/things", json=BODY, headers={"Idempotency-Key": key})

    assert answer.status_code == 400
    assert shop.written == []


def test_reading_ignores_keys(shop: Harness) -> None:
    assert shop.client.get("/store/things", headers=KEY).status_code == 200
    assert shop.keys.claims == {}


def test_unknown_fields_are_refused_before_anything_is_written(shop: Harness) -> None:
    answer = shop.client.post("/store/things?fields=colour", json=BODY)

    assert answer.status_code == 400
    assert shop.written == []
