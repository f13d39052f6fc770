"""/customers/addresses: the address book as the gateway shows it, on both databases."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.integration.gateway_shop import ADDRESS, POST, SHIRT, GatewayShop
from tests.integration.shops import keep_at
from tests.integration.test_statement_counts import counted

PATH = "/customers/addresses"
SHOWN = {**ADDRESS, "district": "NRW"}
NUMBERS = count()
Headers = dict[str, str]


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.deep)])
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> GatewayShop:
    folder = Path(tmp_path_factory.mktemp("gateway_addresses"))
    if request.param == "postgres":
        keep_at(folder, request.getfixturevalue("postgres_database"))
    return GatewayShop(folder)


@pytest.fixture
def me(shop: GatewayShop) -> Headers:
    """Somebody with an empty address book."""
    return shop.customer(f"buyer{next(NUMBERS)}@example.com")


def missing(id: str) -> str:
    return f"Address with ID {id} not found"


def test_an_address_comes_back_as_it_was_sent(shop: GatewayShop, me: Headers) -> None:
    made = shop.send("POST", PATH, {"label": " Home ", "address": ADDRESS}, me)

    assert made.keys() == {"id", "customerId", "label", "isDefault", "address", "createdAt", "updatedAt"}
    assert (made["label"], made["isDefault"], made["address"]) == ("Home", False, SHOWN)
    assert shop.send("GET", f"{PATH}/{made['id']}", headers=me) == made
    assert shop.send("GET", PATH, headers=me) == {"data": [made], "total": 1}


def test_entries_that_differ_in_an_apartment_are_two(shop: GatewayShop, me: Headers) -> None:
    for apartment in ("1", "2"):
        shop.send("POST", PATH, {"address": {**ADDRESS, "apartment": apartment}}, me)

    listed = shop.send("GET", PATH, headers=me)
    assert [each["address"]["apartment"] for each in listed["data"]] == ["1", "2"]


def test_the_list_is_paged_and_sorted(shop: GatewayShop, me: Headers) -> None:
    for number in range(11):
        shop.send("POST", PATH, {"address": {**ADDRESS, "city": f"City {number:02}"}}, me)

    first = shop.send("GET", PATH, headers=me)
    assert (len(first["data"]), first["total"]) == (10, 11)
    page = shop.send("GET", f"{PATH}?sort=city_DESC&limit=2&offset=1", headers=me)
    assert [each["address"]["city"] for each in page["data"]] == ["City 09", "City 08"]
    shop.refused("GET", f"{PATH}?sort=street", headers=me)


def test_a_changed_address_is_the_whole_of_what_was_sent(shop: GatewayShop, me: Headers) -> None:
    id = shop.send("POST", PATH, {"label": "Home", "address": ADDRESS}, me)["id"]
    bare = {"country": "FR", "streetName": "Rue 1", "city": "Paris", "postalCode": "75001"}

    changed = shop.send("PATCH", f"{PATH}/{id}", {"address": bare}, me)
    assert changed["label"] == "Home"
    assert changed["address"] == {**bare, "district": "", "region": ""}
    renamed = shop.send("PATCH", f"{PATH}/{id}", {"label": "Work", "isDefault": False}, me)
    assert (renamed["label"], renamed["isDefault"]) == ("Work", False)
    assert renamed["address"] == changed["address"]
    assert "label" not in shop.send("PATCH", f"{PATH}/{id}", {"label": ""}, me)


def test_one_address_is_the_default_for_goods_and_bills(shop: GatewayShop, me: Headers) -> None:
    first = shop.send("POST", PATH, {"address": ADDRESS, "isDefault": True}, me)
    second = shop.send("POST", PATH, {"address": {**ADDRESS, "city": "Berlin"}}, me)
    assert (first["isDefault"], second["isDefault"]) == (True, False)

    assert shop.send("POST", f"{PATH}/{second['id']}/default", headers=me)["isDefault"]
    defaults = {each["id"]: each["isDefault"] for each in shop.send("GET", PATH, headers=me)["data"]}
    assert defaults == {first["id"]: False, second["id"]: True}
    assert shop.send("PATCH", f"{PATH}/{first['id']}", {"isDefault": True}, me)["isDefault"]
    mine: Any = shop.ask("GET", "/store/customers/me", me).json
    assert mine["customer"]["billing_address_id"] == first["id"]

    shop.send("PATCH", f"{PATH}/{first['id']}", {"isDefault": False}, me)
    assert shop.send("GET", f"{PATH}/{first['id']}", headers=me)["isDefault"]


def test_a_removed_address_is_gone_and_no_default_any_more(shop: GatewayShop, me: Headers) -> None:
    id = shop.send("POST", PATH, {"address": ADDRESS, "isDefault": True}, me)["id"]

    answer = shop.ask("DELETE", f"{PATH}/{id}", me)
    assert (answer.status_code, answer.data) == (200, b"")
    shop.refused("DELETE", f"{PATH}/{id}", headers=me, status=404, message=missing(id))
    assert shop.send("GET", PATH, headers=me) == {"data": [], "total": 0}
    mine: Any = shop.ask("GET", "/store/customers/me", me).json
    assert mine["customer"]["billing_address_id"] is None


def test_other_peoples_addresses_are_not_found(shop: GatewayShop, me: Headers) -> None:
    theirs = shop.send("POST", PATH, {"address": ADDRESS}, shop.customer(f"other{next(NUMBERS)}@example.com"))["id"]

    for id in (theirs, "addr_9"):
        for method, path, body in (
            ("GET", f"{PATH}/{id}", None),
            ("PATCH", f"{PATH}/{id}", {"label": "Mine"}),
            ("DELETE", f"{PATH}/{id}", None),
            ("POST", f"{PATH}/{id}/default", None),
        ):
            shop.refused(method, path, body, me, status=404, message=missing(id))


def test_an_address_of_a_cart_is_none_of_the_book(shop: GatewayShop, me: Headers) -> None:
    cart = shop.cart((SHIRT, 1), headers=me)
    shop.send("POST", f"/checkout/{cart}/addresses", {"shippingAddress": ADDRESS, "sameAsBillingAddress": True}, me)
    shop.send("POST", f"/checkout/{cart}/shipping-method", {"shippingOptionId": POST}, me)

    assert shop.send("GET", PATH, headers=me)["total"] == 0


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"address": None},
        {"address": "here"},
        {"address": {**ADDRESS, "country": "Germany"}},
        {"address": {**ADDRESS, "city": " "}},
        {"address": {name: value for name, value in ADDRESS.items() if name != "postalCode"}},
        {"address": ADDRESS, "isDefault": "yes"},
        {"address": ADDRESS, "label": 7},
    ],
)
def test_what_is_no_address_is_refused(shop: GatewayShop, me: Headers, body: dict[str, Any]) -> None:
    said = shop.refused("POST", PATH, body, me)

    assert said.keys() >= {"statusCode", "message", "error", "code"}
    assert shop.send("GET", PATH, headers=me)["total"] == 0


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("POST", ""), ("GET", "/a"), ("PATCH", "/a"), ("DELETE", "/a"), ("POST", "/a/default")],
)
def test_all_of_it_needs_a_customer(shop: GatewayShop, method: str, path: str) -> None:
    body = {"address": ADDRESS} if method in ("POST", "PATCH") else None

    shop.refused(method, PATH + path, body, status=401, message="Authentication required")
    for wrong in (shop.staff, {"Authorization": "Bearer x.y.z"}):
        shop.refused(method, PATH + path, body, wrong, status=401, message="Invalid authentication")


def test_a_repeated_request_with_a_key_saves_one_address(shop: GatewayShop, me: Headers) -> None:
    keyed = {**me, "Idempotency-Key": f"address-{next(NUMBERS)}"}

    assert shop.send("POST", PATH, {"address": ADDRESS}, keyed) == shop.send(
        "POST", PATH, {"address": ADDRESS}, keyed
    )
    assert shop.send("GET", PATH, headers=me)["total"] == 1


def test_a_list_costs_four_statements_however_long_it_is(shop: GatewayShop, me: Headers) -> None:
    for number in range(3):
        shop.send("POST", PATH, {"address": {**ADDRESS, "apartment": str(number)}}, me)
    for limit in (1, 2):
        with counted(shop) as seen:
            shop.send("GET", f"{PATH}?limit={limit}", headers=me)
        assert len(seen) == 4  # the caller, the page, its count, the defaults
