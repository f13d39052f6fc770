"""Budgets around views."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.domain.customer import BadCredentials
from core.domain.payment import PaymentDeclined
from tests.integration.http_harness import SETTINGS, Harness

CUS_1 = {"Authorization": "Bearer cus_1"}


@pytest.fixture
def shop() -> Harness:
    return Harness(replace(SETTINGS, rate_limits_on=True, trusted_proxies=1))


def log_in(shop: Harness, email: str = "a@b.c", network: str = "1.1.1.1") -> int:
    answer = shop.client.post("/auth/customer/emailpass", json={"email": email}, headers={"X-Forwarded-For": network})
    return answer.status_code


def test_logging_in_counts_per_account_and_network(shop: Harness) -> None:
    shop.outcome = BadCredentials("no")

    assert [log_in(shop) for _ in range(6)] == [401] * 5 + [429]
    assert log_in(shop, email="A@B.C") == 429
    assert log_in(shop, email="other@b.c") == 401
    assert log_in(shop, network="2.2.2.2") == 401


def test_a_429_says_when_to_come_back(shop: Harness) -> None:
    for _ in range(5):
        log_in(shop)

    answer = shop.client.post(
        "/auth/customer/emailpass", json={"email": "a@b.c"}, headers={"X-Forwarded-For": "1.1.1.1"}
    )
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 900
    shop.clock.advance(timedelta(seconds=900))
    assert log_in(shop) == 200


def test_a_cart_is_completed_six_times_a_minute(shop: Harness) -> None:
    statuses = [shop.client.post("/store/carts/one/complete").status_code for _ in range(7)]

    assert statuses == [200] * 6 + [429]
    assert shop.client.post("/store/carts/two/complete").status_code == 200


def test_whoever_uses_up_the_hour_of_a_cart_stops_for_half_an_hour(shop: Harness) -> None:
    def complete() -> int:
        shop.clock.advance(timedelta(minutes=2))
        return shop.client.post("/store/carts/one/complete").status_code

    assert [complete() for _ in range(20)] == [200] * 20  # the first of them at minute 2
    shop.clock.advance(timedelta(minutes=19))
    refused = shop.client.post("/store/carts/one/complete")  # minute 59
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1800")
    shop.clock.advance(timedelta(minutes=29))
    assert shop.client.post("/store/carts/one/complete").status_code == 429
    assert shop.client.post("/store/carts/two/complete").status_code == 200
    shop.clock.advance(timedelta(minutes=1))
    assert shop.client.post("/store/carts/one/complete").status_code == 200


def test_a_network_pays_for_declines_on_whatever_cart(shop: Harness) -> None:
    shop.outcome = PaymentDeclined("no")

    statuses = [shop.client.post(f"/store/carts/{number}/complete").status_code for number in range(7)]

    assert statuses == [422] * 6 + [429]


def test_good_requests_of_a_network_cost_nothing(shop: Harness) -> None:
    assert {shop.client.get("/store/things").status_code for _ in range(320)} == {200}


def test_a_customer_reads_three_hundred_times_a_minute(shop: Harness) -> None:
    statuses = [shop.client.get("/store/things", headers=CUS_1).status_code for _ in range(301)]

    assert (statuses[299], statuses[300]) == (200, 429)


def test_bad_credentials_use_up_the_network_they_come_from(shop: Harness) -> None:
    bad = {"Authorization": "Bearer nonsense"}
    statuses = [shop.client.get("/store/things/mine", headers=bad).status_code for _ in range(61)]

    assert (statuses[59], statuses[60]) == (401, 429)
    assert shop.client.get("/store/things").status_code == 200


@pytest.mark.parametrize("empty", ["", " ", "Bearer", "Bearer "])
def test_credentials_left_empty_are_none_and_use_up_nothing(shop: Harness, empty: str) -> None:
    """Storefronts that ask for all their visitors from one server send them so for whoever is not signed in."""
    for header in ("Authorization", "x-medusa-access-token"):
        statuses = {shop.client.get("/store/things/mine", headers={header: empty}).status_code for _ in range(70)}

        assert statuses == {401}


def test_spelling_an_address_differently_is_no_way_out(shop: Harness) -> None:
    for path in ("/store/carts/one/complete", "/store/carts/one/complete/") * 3:
        shop.client.post(path)

    assert shop.client.post("/store/carts/one/complete/").status_code == 429


def test_budgets_can_be_lifted() -> None:
    shop = Harness(SETTINGS)

    assert {log_in(shop) for _ in range(20)} == {200}
