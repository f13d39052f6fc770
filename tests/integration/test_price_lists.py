"""Price lists and special tax rates over HTTP: what staff make is what shoppers see and pay."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.domain.actor import SYSTEM
from core.domain.customer_group import CustomerGroup
from tests.integration.peopled_shop import PeopledShop
from tests.integration.shops import PRODUCT, REGION, VARIANT, keep_at

PRICE = {"variant_id": VARIANT, "region_id": REGION}


@pytest.fixture(params=["sqlite", "postgres"])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> PeopledShop:
    if request.param == "postgres":
        keep_at(tmp_path, request.getfixturevalue("postgres_url"))
    return PeopledShop(tmp_path)


def price_list(shop: PeopledShop, amount: int = 700, **more: object) -> dict[str, Any]:
    body = {
        "name": "Spring",
        "description": "cheap",
        "type": "sale",
        "status": "active",
        "prices": [{**PRICE, "amount": amount}],
        **more,
    }
    answer = shop.post("/admin/price-lists", body)
    assert answer.status_code == 200, answer.text
    return answer.json["price_list"]  # type: ignore[index, no-any-return]


def variant(shop: PeopledShop, headers: dict[str, str] | None = None) -> dict[str, Any]:
    answer = shop.ask("GET", f"/store/products/{PRODUCT}?region_id={REGION}", headers)
    assert answer.status_code == 200, answer.text
    return answer.json["product"]["variants"][0]  # type: ignore[index, no-any-return]


def cart(shop: PeopledShop, headers: dict[str, str] | None = None) -> dict[str, Any]:
    body = {"region_id": REGION, "items": [{"variant_id": VARIANT, "quantity": 2}]}
    answer = shop.ask("POST", "/store/carts", headers, body)
    assert answer.status_code == 200, answer.text
    return answer.json["cart"]  # type: ignore[index, no-any-return]


def test_a_running_sale_is_shown_and_paid(shop: PeopledShop) -> None:
    made = price_list(shop)
    shown, bought = variant(shop), cart(shop)

    assert (shown["original_price"], shown["calculated_price"], shown["calculated_price_type"]) == (
        1_000,
        700,
        "sale",
    )
    assert shown["calculated_price_incl_tax"] == 770
    assert {price["price_list_id"] for price in shown["prices"]} == {None, made["id"]}
    assert bought["items"][0]["unit_price"] == 700
    assert bought["total"] == 1_540


@pytest.mark.parametrize(
    "hidden",
    [
        {"status": "draft"},
        {"ends_at": (datetime.now(UTC) - timedelta(days=1)).isoformat()},
        {"starts_at": (datetime.now(UTC) + timedelta(days=1)).isoformat()},
    ],
    ids=("draft", "over", "to come"),
)
def test_prices_that_do_not_hold_are_neither_shown_nor_paid(shop: PeopledShop, hidden: dict[str, str]) -> None:
    price_list(shop, **hidden)
    shown = variant(shop)

    assert shown["calculated_price"] == 1_000
    assert [price["price_list_id"] for price in shown["prices"]] == [None]
    assert cart(shop)["items"][0]["unit_price"] == 1_000


def test_prices_of_a_group_are_for_its_customers_alone(shop: PeopledShop) -> None:
    with shop.container.begin()(SYSTEM, "test") as work:
        work.customer_groups.add(CustomerGroup(id="cgrp_1", name="Friends"))
        work.commit()
    price_list(shop, customer_groups=[{"id": "cgrp_1"}])
    before = variant(shop, shop.me)["calculated_price"]
    with shop.container.begin()(SYSTEM, "test") as work:
        customer = work.customers.registered("ada@example.com")
        assert customer is not None
        customer.group_ids = ("cgrp_1",)
        work.commit()

    assert before == 1_000
    assert variant(shop)["calculated_price"] == 1_000
    assert [price["price_list_id"] for price in variant(shop)["prices"]] == [None]
    assert variant(shop, shop.me)["calculated_price"] == 700
    assert cart(shop, shop.me)["items"][0]["unit_price"] == 700
    assert cart(shop)["items"][0]["unit_price"] == 1_000


def test_prices_name_their_variant_in_both_of_medusas_ways(shop: PeopledShop) -> None:
    path = f"/admin/price-lists/{price_list(shop)['id']}"
    shown = shop.get(f"{path}?expand=prices.variants,prices.variant").json["price_list"]["prices"]  # type: ignore[index]

    assert [[variant["id"] for variant in price["variants"]] for price in shown] == [[VARIANT]]
    assert shown[0]["variants"] == [shown[0]["variant"]]


def test_prices_are_put_replaced_and_dropped(shop: PeopledShop) -> None:
    made = price_list(shop)
    path = f"/admin/price-lists/{made['id']}"
    more = {"variant_id": VARIANT, "currency_code": "EUR", "amount": 650, "min_quantity": 5}
    added = shop.post(f"{path}/prices/batch", {"prices": [more]}).json["price_list"]  # type: ignore[index]
    replaced = shop.post(f"{path}/prices/batch", {"prices": [{**PRICE, "amount": 600}], "override": True}).json
    paid = cart(shop)["items"][0]["unit_price"]
    dropped = shop.delete(f"{path}/products/{PRODUCT}/prices").json

    assert [price["amount"] for price in added["prices"]] == [700, 650]
    assert [price["amount"] for price in replaced["price_list"]["prices"]] == [600]  # type: ignore[index]
    assert paid == 600
    assert dropped == {
        "ids": [replaced["price_list"]["prices"][0]["id"]],  # type: ignore[index]
        "object": "money-amount",
        "deleted": True,
    }
    assert cart(shop)["items"][0]["unit_price"] == 1_000


@pytest.mark.parametrize("body", [{"override": True}, {"override": True, "prices": None}, {}])
def test_prices_are_never_replaced_by_none_named(shop: PeopledShop, body: dict[str, object]) -> None:
    path = f"/admin/price-lists/{price_list(shop)['id']}"

    assert shop.post(f"{path}/prices/batch", body).status_code == 400
    assert [price["amount"] for price in shop.ask("GET", path, shop.staff).json["price_list"]["prices"]] == [700]  # type: ignore[index]


@pytest.mark.parametrize("name", ["min_quantity", "max_quantity"])
def test_quantities_that_cannot_be_kept_are_refused(shop: PeopledShop, name: str) -> None:
    path = f"/admin/price-lists/{price_list(shop)['id']}/prices/batch"

    assert shop.post(path, {"prices": [{**PRICE, "amount": 1, name: 2**31}]}).status_code == 400
    assert shop.post(path, {"prices": [{**PRICE, "amount": 1, name: 2**31 - 1}]}).status_code == 200


def test_a_deleted_list_is_gone_at_once(shop: PeopledShop) -> None:
    made = price_list(shop)
    open_cart = cart(shop)["id"]
    deleted = shop.delete(f"/admin/price-lists/{made['id']}").json

    assert deleted == {"id": made["id"], "object": "price-list", "deleted": True}
    assert shop.get(f"/admin/price-lists/{made['id']}").status_code == 404
    assert shop.ask("GET", f"/store/carts/{open_cart}").json["cart"]["items"][0]["unit_price"] == 1_000  # type: ignore[index]
    assert variant(shop)["calculated_price"] == 1_000


def test_a_rate_of_a_product_takes_the_place_of_the_regions(shop: PeopledShop) -> None:
    body = {"code": "book", "name": "Books", "region_id": REGION, "rate": 7, "products": [PRODUCT]}
    rate = shop.post("/admin/tax-rates?fields=*,product_count", body).json["tax_rate"]  # type: ignore[index]
    shown, bought = variant(shop), cart(shop)
    shop.delete(f"/admin/tax-rates/{rate['id']}")

    assert (rate["rate"], rate["product_count"]) == (7, 1)
    assert shown["tax_rates"] == [{"rate": 7, "name": "Books", "code": "book"}]
    assert shown["calculated_price_incl_tax"] == 1_070
    assert bought["tax_total"] == 140
    assert cart(shop)["tax_total"] == 200


@pytest.mark.parametrize("rate", [0.12345, 99.99999, 1e-300])
def test_rates_finer_than_are_kept_are_refused(shop: PeopledShop, rate: float) -> None:
    answer = shop.post("/admin/tax-rates", {"code": "f", "name": "Fine", "region_id": REGION, "rate": rate})
    assert (answer.status_code, answer.json["code"]) == (400, "VALIDATION_ERROR")
    assert shop.post(f"/admin/regions/{REGION}", {"tax_rate": rate}).status_code == 400
    assert shop.post(f"/admin/regions/{REGION}", {"tax_rate": 7.1234}).status_code == 200


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/admin/store", {"currencies": [None]}),
        (f"/admin/regions/{REGION}", {"countries": [None]}),
        ("/admin/invites", {"email": "new@shop.test", "customer_group_ids": [None]}),
        ("/admin/api-keys", {"title": "t", "type": "secret", "scopes": [None]}),
    ],
)
def test_null_is_no_member_of_a_list(shop: PeopledShop, path: str, body: dict[str, object]) -> None:
    assert shop.post(path, body).status_code == 400


def test_goods_are_linked_to_a_rate_and_unlinked(shop: PeopledShop) -> None:
    rate = shop.post("/admin/tax-rates", {"code": "b", "name": "B", "region_id": REGION, "rate": 5}).json
    path = f"/admin/tax-rates/{rate['tax_rate']['id']}/products/batch"  # type: ignore[index]
    shop.post(path, {"products": [PRODUCT]})
    linked = cart(shop)["tax_total"]
    shop.delete(path, json={"products": [PRODUCT]})

    assert (linked, cart(shop)["tax_total"]) == (100, 200)
    assert shop.post(path, {"products": ["prod_none"]}).status_code == 404


def test_a_cart_is_stale_from_the_moment_its_sale_ends(shop: PeopledShop) -> None:
    ends = datetime.now(UTC) + timedelta(days=1)
    price_list(shop, ends_at=ends.isoformat())
    opened = cart(shop)["id"]
    with shop.container.begin()(SYSTEM, "test") as work:
        stale_at = work.carts.get(opened).stale_at

    assert stale_at == ends
