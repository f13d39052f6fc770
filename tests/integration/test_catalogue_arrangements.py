"""What is arranged around products is seen at once in what is kept of them, by each process of a shop."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from benchmarks.story import pattern
from bootstrap.app import create_app
from tests.integration.peopled_shop import PeopledShop
from tests.integration.shops import PRODUCT, REGION, VARIANT

EXPANDED = "&expand=categories,collection,tags,type,variants,variants.prices"


class Arranger(PeopledShop):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.pattern = pattern(lambda method, path, body, _: self.done(method, path, body), {"admin": ""})
        self.processes = [self._process(), self._process()]

    def _process(self) -> FlaskClient:
        return create_app(self.container).test_client(use_cookies=False)

    def done(self, method: str, path: str, body: object = None) -> Any:
        answer = self.ask(method, path, self.staff, body)
        assert answer.status_code < 300, answer.text
        return answer.json

    def made(self, path: str, one: str, body: object) -> str:
        return str(self.done("POST", path, body)[one]["id"])

    def looks(self, client: FlaskClient) -> list[Any]:
        shown = []
        for who in ({}, self.me):
            for path in (f"/store/products/{PRODUCT}?", f"/store/products/{self.pattern}?", "/store/products?"):
                for market in (f"region_id={REGION}", "currency_code=usd"):
                    for more in ("", EXPANDED):
                        answer = client.get(path + market + more, headers=who)
                        assert answer.status_code in (200, 404), answer.text
                        shown.append(answer.json if answer.status_code == 200 else 404)
        return shown


@pytest.fixture
def shop(tmp_path: Path) -> Arranger:
    return Arranger(tmp_path)


def _categories(shop: Arranger) -> Iterator[str]:
    both = {"product_ids": [{"id": PRODUCT}, {"id": shop.pattern}]}
    path = "/admin/product-categories"
    top = shop.made(path, "product_category", {"name": "Top", "is_active": True, "is_internal": False})
    shop.done("POST", f"{path}/{top}/products/batch", both)
    yield "are in a category"
    for body in (
        {"name": "Renamed"},
        {"is_active": False},
        {"is_active": True},
        {"is_internal": True},
        {"is_internal": False},
    ):
        shop.done("POST", f"{path}/{top}", body)
        yield f"its category is changed: {body}"
    shop.done("DELETE", f"{path}/{top}/products/batch", {"product_ids": [{"id": PRODUCT}]})
    yield "one leaves the category"
    shop.done("DELETE", f"{path}/{top}/products/batch", {"product_ids": [{"id": shop.pattern}]})
    yield "the other leaves it too"


def _collections(shop: Arranger) -> Iterator[str]:
    other = shop.made("/admin/collections", "collection", {"title": "Other"})
    shop.done("POST", f"/admin/collections/{other}/products/batch", {"product_ids": [PRODUCT, shop.pattern]})
    yield "are in a collection"
    shop.done("DELETE", f"/admin/collections/{other}/products/batch", {"product_ids": [PRODUCT]})
    yield "one leaves the collection"


def _channels(shop: Arranger) -> Iterator[str]:
    (channel,) = [each["id"] for each in shop.done("GET", "/admin/sales-channels")["sales_channels"]]
    path = f"/admin/sales-channels/{channel}"
    for method in ("DELETE", "POST"):
        shop.done(method, f"{path}/products/batch", {"product_ids": [{"id": shop.pattern}]})
        yield f"the channel's products: {method}"
    for disabled in (True, False):
        shop.done("POST", path, {"is_disabled": disabled})
        yield f"the channel is disabled: {disabled}"


def _prices(shop: Arranger) -> Iterator[str]:
    price = {"variant_id": VARIANT, "currency_code": "eur", "amount": 5}
    body = {"name": "Sale", "description": "All", "type": "sale", "status": "draft", "prices": [price]}
    path = f"/admin/price-lists/{shop.made('/admin/price-lists', 'price_list', body)}"
    shop.done("POST", path, {"status": "active"})
    yield "the list is active"
    more = [price | {"currency_code": "usd", "amount": 6}, price | {"currency_code": "eur", "amount": 4}]
    shop.done("POST", f"{path}/prices/batch", {"prices": more, "override": True})
    yield "the list has other prices"
    group = shop.made("/admin/customer-groups", "customer_group", {"name": "Friends"})
    shop.done("POST", path, {"customer_groups": [{"id": group}]})
    yield "the list is for a group"
    friends = {"customer_ids": [{"id": shop.my_id}]}
    shop.done("POST", f"/admin/customer-groups/{group}/customers/batch", friends)
    yield "somebody joins the group"
    shop.done("DELETE", f"/admin/customer-groups/{group}/customers/batch", friends)
    yield "somebody leaves the group"
    shop.done("POST", path, {"customer_groups": []})
    yield "the list is for all again"
    shop.done("DELETE", f"{path}/products/{PRODUCT}/prices")
    yield "the list has no prices of the product"


def _variants(shop: Arranger) -> Iterator[str]:
    product = shop.done("GET", f"/admin/products/{shop.pattern}")["product"]
    path = f"/admin/products/{shop.pattern}/variants/{product['variants'][0]['id']}"
    for body in (
        {"title": "Another size"},
        {"prices": [{"region_id": REGION, "amount": 3}]},
        {"inventory_quantity": 9, "manage_inventory": True},
    ):
        shop.done("POST", path, body)
        yield f"a variant is changed: {body}"
    shop.done("DELETE", path)
    yield "a variant is gone"


def _taxes(shop: Arranger) -> Iterator[str]:
    body = {"name": "Low", "code": "low", "rate": 3, "region_id": REGION}
    path = f"/admin/tax-rates/{shop.made('/admin/tax-rates', 'tax_rate', body)}"
    type_id = shop.done("GET", f"/admin/products/{shop.pattern}")["product"]["type_id"]
    shop.done("POST", f"{path}/product-types/batch", {"product_types": [type_id]})
    yield "a type has a rate of its own"
    shop.done("POST", path, {"rate": 4})
    yield "the rate is another"
    shop.done("DELETE", path)
    yield "the rate is gone"
    for wanted in (False, True):
        shop.done("POST", f"/admin/regions/{REGION}", {"automatic_taxes": wanted})
        yield f"taxes are shown: {wanted}"


def _publishing(shop: Arranger) -> Iterator[str]:
    for status in ("draft", "published", "rejected", "published"):
        shop.done("POST", f"/admin/products/{shop.pattern}", {"status": status})
        yield f"the product is {status}"


@pytest.mark.parametrize(
    "arranged",
    [_categories, _collections, _channels, _prices, _variants, _taxes, _publishing],
    ids=lambda each: each.__name__.strip("_"),
)
def test_each_step_is_seen_by_every_process(shop: Arranger, arranged: Any) -> None:
    before, _ = (shop.looks(process) for process in shop.processes)
    for step in arranged(shop):
        expected = shop.looks(create_app(shop.container).test_client(use_cookies=False))
        assert expected != before, f"{step}: nothing is to be seen of it"
        for process in shop.processes:
            assert shop.looks(process) == expected, step
        before = expected


def test_nobody_asks_for_an_answer_that_grows_by_powers(shop: Arranger) -> None:
    collection = shop.made("/admin/collections", "collection", {"title": "All"})
    made = [
        shop.made("/admin/products", "product", {"title": f"P{number}", "status": "published"})
        for number in range(39)
    ]
    shop.done("POST", f"/admin/collections/{collection}/products/batch", {"product_ids": [*made, PRODUCT]})
    path = f"/store/products?limit=100&collection_id[]={collection}&fields=id&expand="

    siblings = shop.ask("GET", path + "collection.products").json["products"]  # type: ignore[index]
    assert [len(product["collection"]["products"]) for product in siblings] == [40] * 40

    refused = shop.ask("GET", path + "collection.products.collection.products")
    assert (refused.status_code, refused.json["type"]) == (400, "invalid_data")  # type: ignore[index]
    assert "repeat more than 50000 records" in refused.json["message"]  # type: ignore[index]
