"""Customers' accounts over HTTP."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.peopled_shop import PeopledShop
from tests.integration.shops import PASSWORD

NEW = {"email": "New@example.com", "password": PASSWORD, "first_name": "Nell", "last_name": "N", "phone": "1"}
CUSTOMER = {
    "id",
    "email",
    "first_name",
    "last_name",
    "billing_address_id",
    "phone",
    "has_account",
    "created_at",
    "updated_at",
    "deleted_at",
    "metadata",
    "shipping_addresses",
    "billing_address",
}


@pytest.fixture
def shop(tmp_path: Path) -> PeopledShop:
    return PeopledShop(tmp_path)


def test_registering_answers_the_customer_and_logs_in_by_cookie(shop: PeopledShop) -> None:
    browser = shop.app.test_client()

    answer = browser.post("/store/customers", json=NEW)

    assert answer.status_code == 200, answer.text
    customer = answer.json["customer"]
    assert customer.keys() == CUSTOMER
    assert (customer["email"], customer["has_account"], customer["first_name"]) == ("new@example.com", True, "Nell")
    assert "connect.sid" in answer.headers["Set-Cookie"]
    assert browser.get("/store/customers/me").json["customer"]["id"] == customer["id"]


def test_an_address_with_an_account_is_a_422(shop: PeopledShop) -> None:
    answer = shop.ask("POST", "/store/customers", json=NEW | {"email": "ADA@example.com"})

    assert answer.status_code == 422
    assert answer.json["type"] == "duplicate_error"
    assert answer.json["message"] == "A customer with the given email already has an account. Log in instead"


@pytest.mark.parametrize(
    "body", [{}, NEW | {"email": "x"}, NEW | {"password": "short"}, NEW | {"has_account": True}, NEW | {"phone": 1}]
)
def test_what_cannot_be_is_a_400(shop: PeopledShop, body: dict[str, object]) -> None:
    answer = shop.ask("POST", "/store/customers", json=body)

    assert answer.status_code == 400
    assert answer.json["type"] == "invalid_data"


def test_only_the_signed_in_customer_is_shown(shop: PeopledShop) -> None:
    for headers in ({}, shop.staff):
        answer = shop.ask("GET", "/store/customers/me", headers)
        assert (answer.status_code, answer.text) == (401, "Unauthorized")
    assert shop.ask("GET", "/store/customers/me", shop.me).json["customer"].keys() == CUSTOMER


def test_customers_change_themselves(shop: PeopledShop) -> None:
    changes = {"first_name": "Ada", "email": "countess@example.com", "metadata": {"a": 1}}

    answer = shop.ask("POST", "/store/customers/me", shop.me, changes)

    assert answer.status_code == 200, answer.text
    customer = answer.json["customer"]
    assert {name: customer[name] for name in changes} == changes
    merged = shop.ask("POST", "/store/customers/me", shop.me, {"metadata": {"a": "", "b": 2}})
    assert merged.json["customer"]["metadata"] == {"b": 2}


def test_a_new_password_works_and_ends_other_logins(shop: PeopledShop) -> None:
    login = {"email": "ada@example.com", "password": PASSWORD}
    other = shop.ask("POST", "/auth/customer/emailpass", json=login).json["token"]

    answer = shop.ask("POST", "/store/customers/me", shop.me, {"password": "an even longer one"})

    assert answer.status_code == 200
    assert shop.ask("GET", "/store/customers/me", shop.me).status_code == 200
    assert shop.ask("GET", "/store/customers/me", {"Authorization": f"Bearer {other}"}).status_code == 401
    assert shop.ask("POST", "/auth/customer/emailpass", json=login).status_code == 401
    renewed = login | {"password": "an even longer one"}
    assert shop.ask("POST", "/auth/customer/emailpass", json=renewed).status_code == 200


def test_somebody_elses_address_is_a_422(shop: PeopledShop) -> None:
    shop.customer("eve@example.com")

    assert shop.ask("POST", "/store/customers/me", shop.me, {"email": "eve@example.com"}).status_code == 422


def test_it_can_be_asked_whether_an_address_has_an_account(shop: PeopledShop) -> None:
    assert shop.ask("GET", "/store/auth/ADA@example.com").json == {"exists": True}
    assert shop.ask("GET", "/store/auth/nobody@example.com").json == {"exists": False}


def test_an_address_with_a_slash_in_it_can_be_asked_for_too(shop: PeopledShop) -> None:
    assert shop.ask("POST", "/store/customers", None, {**NEW, "email": "sales/eu@example.com"}).status_code == 200

    assert shop.ask("GET", "/store/auth/sales%2Feu@example.com").json == {"exists": True}


@pytest.mark.parametrize("typed", ["ada", "ada@", "ada@example..com", "%20"])
def test_nobody_has_what_is_no_address_yet(shop: PeopledShop, typed: str) -> None:
    answer = shop.ask("GET", f"/store/auth/{typed}")

    assert (answer.status_code, answer.json) == (200, {"exists": False})


def test_a_shop_can_keep_to_itself_who_has_an_account(tmp_path: Path) -> None:
    silent = PeopledShop(tmp_path, ACCOUNT_LOOKUP="off")

    assert silent.ask("GET", "/store/auth/ada@example.com").json == {"exists": False}


def test_a_guest_has_no_account(shop: PeopledShop) -> None:
    shop.sell(guest="guest@example.com")

    assert shop.ask("GET", "/store/auth/guest@example.com").json == {"exists": False}


def test_typing_a_guests_address_shows_nothing_that_staff_know_of_the_guest(shop: PeopledShop) -> None:
    order_id = shop.sell(guest="guest@example.com")
    guest = shop.get(f"/admin/orders/{order_id}").json["order"]["customer_id"]  # type: ignore[index]
    known = {"first_name": "Grace", "last_name": "H", "phone": "555", "metadata": {"note": "pays late"}}
    assert shop.post(f"/admin/customers/{guest}", known).status_code == 200

    cart_id = shop.ask("POST", "/store/carts", None, {}).json["cart"]["id"]  # type: ignore[index]
    shop.ask("POST", f"/store/carts/{cart_id}", None, {"email": "guest@example.com"})
    for path, name in ((f"/store/carts/{cart_id}", "cart"), (f"/store/orders/{order_id}", "order")):
        shown = shop.ask("GET", f"{path}?expand=customer").json[name]["customer"]  # type: ignore[index]
        assert shown["email"] == "guest@example.com"
        assert {name: shown[name] for name in known} == dict.fromkeys(known)

    order = shop.get(f"/admin/orders/{order_id}?expand=customer").json["order"]  # type: ignore[index]
    assert order["customer"].items() >= known.items()


def test_customers_find_themselves_whole_on_their_orders(shop: PeopledShop) -> None:
    assert shop.ask("POST", "/store/customers/me", shop.me, {"phone": "555"}).status_code == 200

    shown = shop.ask("GET", f"/store/orders/{shop.sell()}?expand=customer", shop.me).json["order"]["customer"]  # type: ignore[index]
    assert (shown["phone"], shown["has_account"]) == ("555", True)


def test_looking_for_accounts_is_slowed_down(tmp_path: Path) -> None:
    shop = PeopledShop(tmp_path, RATE_LIMITS="on")

    statuses = [shop.ask("GET", f"/store/auth/n{n}@example.com").status_code for n in range(11)]
    assert statuses == [200] * 10 + [429]
