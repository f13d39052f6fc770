"""Customers' address books and billing addresses over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.integration.peopled_shop import PeopledShop
from tests.integration.shops import REGION

HOME = {
    "first_name": "Ada",
    "last_name": "Lovelace",
    "address_1": "1 Main St",
    "city": "Berlin",
    "country_code": "DE",
    "postal_code": "10115",
    "metadata": {},
}
BOOK = "/store/customers/me/addresses"


@pytest.fixture
def shop(tmp_path: Path) -> PeopledShop:
    return PeopledShop(tmp_path)


def customer(shop: PeopledShop, method: str, path: str, body: object = None) -> dict[str, Any]:
    answer = shop.ask(method, path, shop.me, body)
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json["customer"]  # type: ignore[index]
    return shown


def test_an_address_is_saved_with_its_country_in_lower_case(shop: PeopledShop) -> None:
    (saved,) = customer(shop, "POST", BOOK, {"address": HOME})["shipping_addresses"]

    assert (saved["country_code"], saved["city"], saved["customer_id"]) == ("de", "Berlin", shop.my_id)
    assert saved["company"] is None


def test_the_same_address_is_not_saved_twice(shop: PeopledShop) -> None:
    customer(shop, "POST", BOOK, {"address": HOME})

    again = customer(shop, "POST", BOOK, {"address": {**HOME, "country_code": "de", "company": "Other"}})
    assert len(again["shipping_addresses"]) == 1
    assert len(customer(shop, "POST", BOOK, {"address": {**HOME, "city": "Bonn"}})["shipping_addresses"]) == 2


def test_the_own_id_stands_for_me(shop: PeopledShop) -> None:
    path = f"/store/customers/{shop.my_id}/addresses"
    (saved,) = customer(shop, "POST", path, {"address": HOME})["shipping_addresses"]

    assert customer(shop, "DELETE", f"{path}/{saved['id']}")["shipping_addresses"] == []


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_another_customers_book_is_closed(shop: PeopledShop, method: str) -> None:
    body = {} if method == "POST" else None
    answer = shop.ask(method, "/store/customers/cus_other/addresses/addr_1", shop.me, body)

    assert (answer.status_code, answer.json["code"]) == (403, "FORBIDDEN")  # type: ignore[index]


@pytest.mark.parametrize("missing", ["first_name", "last_name", "address_1", "city", "country_code", "postal_code"])
def test_a_new_address_is_whole(shop: PeopledShop, missing: str) -> None:
    part = {name: value for name, value in HOME.items() if name != missing}
    answer = shop.ask("POST", BOOK, shop.me, {"address": part})

    assert answer.status_code == 400
    assert missing in answer.json["message"]  # type: ignore[index]


def test_a_country_that_there_is_not_is_a_404_wherever_an_address_is_written(shop: PeopledShop) -> None:
    (saved,) = customer(shop, "POST", BOOK, {"address": HOME})["shipping_addresses"]
    before = customer(shop, "GET", "/store/customers/me")
    cart = shop.ask("POST", "/store/carts", None, {"region_id": REGION}).json["cart"]["id"]  # type: ignore[index]
    order = shop.sell()
    there_is_not = {"country_code": "ZZ"}
    asked = [
        (BOOK, shop.me, {"address": {**HOME, **there_is_not}}),
        (f"{BOOK}/{saved['id']}", shop.me, there_is_not),
        ("/store/customers/me", shop.me, {"billing_address": there_is_not}),
        (f"/store/carts/{cart}", None, {"billing_address": there_is_not}),
        (f"/admin/orders/{order}", shop.staff, {"billing_address": there_is_not}),
    ]

    for path, headers, body in asked:
        answer = shop.ask("POST", path, headers, body)
        assert (answer.status_code, answer.json["type"]) == (404, "not_found"), path  # type: ignore[index]
        assert answer.json["message"] == "Country with country_code zz does not exist."  # type: ignore[index]
    assert customer(shop, "GET", "/store/customers/me") == before
    elsewhere = shop.ask("POST", f"/store/carts/{cart}", None, {"billing_address": {"country_code": "JP"}})
    assert elsewhere.json["cart"]["billing_address"]["country_code"] == "jp"  # type: ignore[index]


@pytest.mark.parametrize("nested", [False, True])
def test_an_address_is_corrected_by_what_is_sent(shop: PeopledShop, nested: bool) -> None:
    (saved,) = customer(shop, "POST", BOOK, {"address": HOME})["shipping_addresses"]
    change = {"city": "Bonn", "country_code": "FR"}

    (changed,) = customer(shop, "POST", f"{BOOK}/{saved['id']}", {"address": change} if nested else change)[
        "shipping_addresses"
    ]
    assert (changed["id"], changed["city"], changed["country_code"]) == (saved["id"], "Bonn", "fr")
    assert changed["address_1"] == "1 Main St"


def test_an_unknown_address_cannot_be_corrected(shop: PeopledShop) -> None:
    answer = shop.ask("POST", f"{BOOK}/addr_unknown", shop.me, {"city": "Bonn"})

    assert answer.status_code == 400
    assert answer.json["message"] == "Could not find address for customer"  # type: ignore[index]


def test_the_address_of_somebody_else_is_an_unknown_one(shop: PeopledShop) -> None:
    (mine,) = customer(shop, "POST", BOOK, {"address": HOME})["shipping_addresses"]
    other = shop.customer("bob@example.com")

    assert shop.ask("POST", f"{BOOK}/{mine['id']}", other, {"city": "Bonn"}).status_code == 400
    assert shop.ask("DELETE", f"{BOOK}/{mine['id']}", other).status_code == 200
    assert shop.ask("POST", "/store/customers/me", other, {"billing_address": mine["id"]}).status_code == 404
    assert customer(shop, "GET", "/store/customers/me")["shipping_addresses"] == [mine]


def test_removing_twice_is_fine(shop: PeopledShop) -> None:
    (saved,) = customer(shop, "POST", BOOK, {"address": HOME})["shipping_addresses"]

    for _ in range(2):
        assert customer(shop, "DELETE", f"{BOOK}/{saved['id']}")["shipping_addresses"] == []


def test_a_billing_address_of_its_own_is_not_in_the_book(shop: PeopledShop) -> None:
    rome = {"city": "Rome", "country_code": "IT"}
    billed = customer(shop, "POST", "/store/customers/me", {"billing_address": rome})
    assert billed["shipping_addresses"] == []
    assert billed["billing_address"]["city"] == "Rome"
    assert billed["billing_address_id"] == billed["billing_address"]["id"]

    moved = customer(shop, "POST", "/store/customers/me", {"billing_address": {"city": "Pisa"}})
    assert moved["billing_address_id"] == billed["billing_address_id"]
    assert (moved["billing_address"]["city"], moved["billing_address"]["country_code"]) == ("Pisa", "it")


def test_a_saved_address_can_be_billed_to(shop: PeopledShop) -> None:
    (saved,) = customer(shop, "POST", BOOK, {"address": HOME})["shipping_addresses"]
    billed = customer(shop, "POST", "/store/customers/me", {"billing_address": saved["id"]})
    assert billed["billing_address_id"] == saved["id"]
    assert len(billed["shipping_addresses"]) == 1

    corrected = customer(shop, "POST", f"{BOOK}/{saved['id']}", {"city": "Bonn"})
    assert corrected["billing_address"]["city"] == "Bonn"
    assert corrected["shipping_addresses"][0]["city"] == "Bonn"

    gone = customer(shop, "DELETE", f"{BOOK}/{saved['id']}")
    assert (gone["billing_address"], gone["billing_address_id"]) == (None, None)


def test_a_cart_takes_the_billing_address_by_its_id(shop: PeopledShop) -> None:
    rome = {"city": "Rome", "country_code": "IT"}
    billed = customer(shop, "POST", "/store/customers/me", {"billing_address": rome})
    cart = shop.ask("POST", "/store/carts", shop.me, {"region_id": REGION}).json["cart"]  # type: ignore[index]
    body = {"billing_address": billed["billing_address_id"]}
    answer = shop.ask("POST", f"/store/carts/{cart['id']}", shop.me, body)

    assert answer.status_code == 200, answer.text
    assert answer.json["cart"]["billing_address"]["city"] == "Rome"  # type: ignore[index]


def test_nobody_has_no_book(shop: PeopledShop) -> None:
    answer = shop.ask("POST", BOOK, None, {"address": HOME})

    assert (answer.status_code, answer.text) == (401, "Unauthorized")
