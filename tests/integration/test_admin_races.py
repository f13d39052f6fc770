"""Staff at the same thing at once: what must be unique is given to one of them and the others are told so, and no
change is lost that was answered as done. On each database.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.integration.crowded_shop import REGION, REGION_BODY, RULE, Body, CrowdedShop, Request
from tests.integration.shops import PASSWORD, keep_at

MANY = 6


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> CrowdedShop:
    folder = Path(tmp_path_factory.mktemp("crowd"))
    if request.param == "postgres":
        keep_at(folder, request.getfixturevalue("postgres_database"))
    return CrowdedShop(folder)


def one_of(answers: Sequence[Any], *, done: int = 200) -> None:
    """Exactly one was served; the others were told that it is taken."""
    said = Counter(answer.status_code for answer in answers)
    assert said == {done: 1, 422: len(answers) - 1}, [answer.text for answer in answers]
    assert {answer.json["type"] for answer in answers if answer.status_code == 422} == {"duplicate_error"}


def variant_of(shop: CrowdedShop, **codes: str) -> Request:
    product = shop.product(title="Print", handle=f"print-{shop.container.ids().new('x').lower()}", options=[])
    return "POST", f"/admin/products/{product['id']}/variants", {"title": "A", "prices": [], "options": [], **codes}


UNIQUE: dict[str, Callable[[CrowdedShop], Request]] = {
    "handle of a product": lambda _: ("POST", "/admin/products", {"title": "Once", "handle": "once"}),
    "handle made from a title": lambda _: ("POST", "/admin/products", {"title": "Only one"}),
    "handle of a collection": lambda _: ("POST", "/admin/collections", {"title": "Once"}),
    "handle of a category": lambda _: ("POST", "/admin/product-categories", {"name": "Once"}),
    "sku of a variant": lambda shop: variant_of(shop, sku="S-1"),
    "barcode of a variant": lambda shop: variant_of(shop, barcode="B-1"),
    "ean of a variant": lambda shop: variant_of(shop, ean="E-1"),
    "upc of a variant": lambda shop: variant_of(shop, upc="U-1"),
    "code of a discount": lambda _: ("POST", "/admin/discounts", {"code": "once", "regions": [REGION], "rule": RULE}),
    "country of a region": lambda _: ("POST", "/admin/regions", {"name": "Once", "countries": ["se"], **REGION_BODY}),
    "name of a customer group": lambda _: ("POST", "/admin/customer-groups", {"name": "Once"}),
    "value of a return reason": lambda _: ("POST", "/admin/return-reasons", {"value": "once", "label": "Once"}),
    "address of a user": lambda _: ("POST", "/admin/users", {"email": "once@shop.test", "password": PASSWORD}),
}


@pytest.mark.parametrize("thing", UNIQUE)
def test_what_is_unique_is_given_once(shop: CrowdedShop, thing: str) -> None:
    one_of(shop.at_once([UNIQUE[thing](shop) for _ in range(MANY)]))


def test_one_account_is_opened_for_an_address(shop: CrowdedShop) -> None:
    body = {"email": "once@example.com", "first_name": "A", "last_name": "B", "password": PASSWORD}

    one_of(shop.at_once([("POST", "/admin/customers", body)] * MANY), done=201)


def test_a_code_is_made_once_from_a_dynamic_discount(shop: CrowdedShop) -> None:
    made = [
        shop.made("discounts", "discount", code=f"DYN{number}", regions=[REGION], rule=RULE, is_dynamic=True)
        for number in range(2)
    ]

    paths = [f"/admin/discounts/{made[number % 2]}/dynamic-codes" for number in range(MANY)]
    one_of(shop.at_once([("POST", path, {"code": "child"}) for path in paths]))


def test_a_condition_of_a_kind_is_made_once(shop: CrowdedShop) -> None:
    discount_id = shop.made("discounts", "discount", code="CONDITIONAL", regions=[REGION], rule=RULE)
    body = {"operator": "in", "products": ["prod_shirt"]}

    one_of(shop.at_once([("POST", f"/admin/discounts/{discount_id}/conditions", body)] * MANY))


def test_an_option_of_a_product_is_made_once(shop: CrowdedShop) -> None:
    product = shop.product(title="Optional")

    one_of(shop.at_once([("POST", f"/admin/products/{product['id']}/options", {"title": "Size"})] * MANY))


def test_a_country_moves_into_one_of_two_regions(shop: CrowdedShop) -> None:
    made = [shop.made("regions", "region", name=name, countries=[], **REGION_BODY) for name in ("North", "South")]

    answers = shop.at_once([("POST", f"/admin/regions/{id}/countries", {"country_code": "no"}) for id in made])

    one_of(answers)
    shown = [shop.get(f"/admin/regions/{id}").json["region"]["countries"] for id in made]  # type: ignore[index]
    assert sorted(len(countries) for countries in shown) == [0, 1]


def test_records_are_renamed_to_a_taken_name_once(shop: CrowdedShop) -> None:
    products = [shop.product(title=f"Renamed {number}")["id"] for number in range(MANY)]
    one_of(shop.at_once([("POST", f"/admin/products/{id}", {"handle": "renamed"}) for id in products]))

    collections = [shop.made("collections", "collection", title=f"Renamed {number}") for number in range(MANY)]
    one_of(shop.at_once([("POST", f"/admin/collections/{id}", {"handle": "renamed"}) for id in collections]))

    codes = [
        shop.made("discounts", "discount", code=f"RENAMED{number}", regions=[REGION], rule=RULE)
        for number in range(MANY)
    ]
    one_of(shop.at_once([("POST", f"/admin/discounts/{id}", {"code": "renamed"}) for id in codes]))

    groups = [shop.made("customer-groups", "customer_group", name=f"Renamed {number}") for number in range(MANY)]
    one_of(shop.at_once([("POST", f"/admin/customer-groups/{id}", {"name": "Renamed"}) for id in groups]))


def test_a_currency_is_added_to_the_store_once(shop: CrowdedShop) -> None:
    one_of(shop.at_once([("POST", "/admin/store/currencies/sek", None)] * MANY))


@pytest.mark.parametrize(
    ("path", "one", "name", "body"),
    [
        ("gift-cards", "gift_card", "code", {"region_id": REGION, "value": 100}),
        ("publishable-api-keys", "publishable_api_key", "id", {"title": "Web"}),
        ("api-keys", "api_key", "token", {"title": "Warehouse", "type": "secret"}),
    ],
)
def test_codes_that_the_shop_makes_up_differ(shop: CrowdedShop, path: str, one: str, name: str, body: Body) -> None:
    answers = shop.at_once([("POST", f"/admin/{path}", body)] * MANY)

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json[one][name] for answer in answers}) == MANY


def test_one_type_and_one_tag_come_of_many_products_that_name_them(shop: CrowdedShop) -> None:
    body = {"type": {"value": "Together"}, "tags": [{"value": "together"}]}
    answers = shop.at_once([("POST", "/admin/products", {"title": f"Together {n}", **body}) for n in range(MANY)])

    done = [answer.json["product"] for answer in answers if answer.status_code == 200]
    assert len(done) + sum(answer.status_code == 409 for answer in answers) == MANY
    assert len({product["type"]["id"] for product in done}) == 1
    assert len({product["tags"][0]["id"] for product in done}) == 1


def test_the_default_channel_stays_whoever_deletes_it(shop: CrowdedShop) -> None:
    store: Any = shop.get("/admin/store").json
    path = f"/admin/sales-channels/{store['store']['default_sales_channel_id']}"

    answers = shop.at_once([("DELETE", path, None), ("POST", path, {"name": "Renamed"})] * 3)

    assert [answer.status_code for answer in answers] == [400, 200] * 3
    assert shop.get(path).status_code == 200


# What was answered as done is there afterwards


def _order(shop: CrowdedShop) -> str:
    return str(shop.buy(("variant_shirt", 1))["id"])


CHANGED: dict[str, tuple[str, Callable[[CrowdedShop], str]]] = {
    "products": ("product", lambda shop: str(shop.product(title="Changed")["id"])),
    "collections": ("collection", lambda shop: shop.made("collections", "collection", title="Changed")),
    "product-categories": (
        "product_category",
        lambda shop: shop.made("product-categories", "product_category", name="Changed"),
    ),
    "discounts": (
        "discount",
        lambda shop: shop.made("discounts", "discount", code="CHANGED", regions=[REGION], rule=RULE),
    ),
    "customers": ("customer", lambda shop: shop.my_id),
    "customer-groups": (
        "customer_group",
        lambda shop: shop.made("customer-groups", "customer_group", name="Changed"),
    ),
    "gift-cards": ("gift_card", lambda shop: shop.made("gift-cards", "gift_card", region_id=REGION, value=100)),
    "regions": ("region", lambda _: REGION),
    "shipping-profiles": (
        "shipping_profile",
        lambda shop: shop.made("shipping-profiles", "shipping_profile", name="Changed", type="custom"),
    ),
    "shipping-options": ("shipping_option", lambda _: "so_post"),
    "return-reasons": (
        "return_reason",
        lambda shop: shop.made("return-reasons", "return_reason", value="changed", label="Changed"),
    ),
    "orders": ("order", _order),
}


@pytest.mark.parametrize("path", CHANGED)
def test_no_change_is_lost_that_was_answered(shop: CrowdedShop, path: str) -> None:
    one, make = CHANGED[path]
    url = f"/admin/{path}/{make(shop)}"
    more: Body = {"requirements": []} if path == "shipping-options" else {}

    answers = shop.at_once([("POST", url, {"metadata": {f"key{n}": str(n)}, **more}) for n in range(MANY)])

    said = [answer.status_code for answer in answers]
    assert set(said) <= {200, 409}, [answer.text for answer in answers]
    shown: Any = shop.get(url).json
    kept = shown[one]["metadata"] or {}
    assert kept == {f"key{n}": str(n) for n in range(MANY) if said[n] == 200}


def test_prices_and_stock_set_at_once_are_those_of_one_answer(shop: CrowdedShop) -> None:
    product = shop.product(
        title="Priced",
        options=[{"title": "Size"}],
        variants=[{"title": "M", "options": [{"value": "M"}], "prices": [{"currency_code": "eur", "amount": 1}]}],
    )
    url = f"/admin/products/{product['id']}/variants/{product['variants'][0]['id']}"

    def body(number: int) -> Body:
        return {"title": f"M{number}", "prices": [{"currency_code": "eur", "amount": 100 + number}]}

    answers = shop.at_once([("POST", url, body(number)) for number in range(MANY)])

    said = [answer.status_code for answer in answers]
    assert set(said) <= {200, 409}
    shown: Any = shop.get(f"/admin/products/{product['id']}").json
    (variant,) = shown["product"]["variants"]
    (price,) = variant["prices"]
    number = price["amount"] - 100
    assert variant["title"] == f"M{number}"
    assert said[number] == 200
