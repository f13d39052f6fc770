"""Storefronts made for Medusa choose a way of shipping for every cart, also where nothing ships."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.domain.actor import SYSTEM
from tests.integration.goods_shop import ADDRESS, DOWNLOAD, POST, SHIRT, GoodsShop
from tests.integration.shops import REGION, run_jobs


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> GoodsShop:
    return GoodsShop(Path(tmp_path_factory.mktemp("downloads")))


@pytest.fixture
def own(tmp_path: Path) -> GoodsShop:
    return GoodsShop(tmp_path)


def a_cart(shop: GoodsShop, *variants: str) -> str:
    items = [{"variant_id": variant, "quantity": 1} for variant in variants]
    opened = shop.ask("POST", "/store/carts", None, {"region_id": REGION, "items": items})
    return str(opened.json["cart"]["id"])  # type: ignore[index]


def offered(shop: GoodsShop, cart_id: str) -> list[tuple[str, int, int, int]]:
    listed: list[dict[str, Any]] = shop.ask("GET", f"/store/shipping-options/{cart_id}").json["shipping_options"]  # type: ignore[index]
    return [(one["id"], one["amount"], one["price_incl_tax"], one["tax_amount"]) for one in listed]


def choose(shop: GoodsShop, cart_id: str) -> dict[str, Any]:
    answer = shop.ask("POST", f"/store/carts/{cart_id}/shipping-methods", None, {"option_id": POST})
    assert answer.status_code == 200, answer.text
    cart: dict[str, Any] = answer.json["cart"]  # type: ignore[index]
    return cart


def test_download_alone_is_offered_the_options_of_its_profile_for_nothing(shop: GoodsShop) -> None:
    cart_id = a_cart(shop, DOWNLOAD)

    assert offered(shop, cart_id) == [(POST, 0, 0, 0)]
    cart = choose(shop, cart_id)

    assert [method["price"] for method in cart["shipping_methods"]] == [0]
    assert (cart["shipping_total"], cart["total"]) == (0, 1_100)


def test_download_with_a_chosen_option_is_bought_and_handed_over(shop: GoodsShop) -> None:
    order = shop.buy((DOWNLOAD, 1), captured=False)
    run_jobs(shop.container)

    assert (order["total"], order["shipping_total"]) == (1_100, 0)
    shown = shop.shown(order["id"])
    assert (shown["payment_status"], shown["fulfillment_status"]) == ("captured", "fulfilled")
    assert shop.container.check_shop()(SYSTEM) == []


def test_goods_beside_a_download_are_shipped_at_the_options_price(shop: GoodsShop) -> None:
    cart_id = a_cart(shop, DOWNLOAD, SHIRT)

    assert offered(shop, cart_id) == [(POST, 500, 550, 50)]
    assert choose(shop, cart_id)["shipping_total"] == 500


def test_goods_added_later_ask_for_the_option_again_at_its_price(shop: GoodsShop) -> None:
    cart_id = a_cart(shop, DOWNLOAD)
    choose(shop, cart_id)

    line = {"variant_id": SHIRT, "quantity": 1}
    cart = shop.ask("POST", f"/store/carts/{cart_id}/line-items", None, line).json["cart"]  # type: ignore[index]

    assert cart["shipping_methods"] == []
    assert choose(shop, cart_id)["shipping_total"] == 500


def turn(shop: GoodsShop, variant: str, *, ships: bool) -> None:
    product = shop.get(f"/admin/variants/{variant}").json["variant"]["product_id"]  # type: ignore[index]
    changed = shop.post(f"/admin/products/{product}/variants/{variant}", {"requires_shipping": ships})
    assert changed.status_code == 200, changed.text


def said(shop: GoodsShop, cart_id: str) -> tuple[int, str | None]:
    answer = shop.ask("POST", f"/store/carts/{cart_id}/complete")
    return answer.status_code, (answer.json or {}).get("code")


def test_goods_that_were_taken_for_a_download_are_not_sold_without_an_address(own: GoodsShop) -> None:
    turn(own, SHIRT, ships=False)
    own.upload(product_id="prod_shirt")
    cart_id = a_cart(own, SHIRT)
    own.ask("POST", f"/store/carts/{cart_id}", None, {"email": "guest@example.com"})
    own.ask("POST", f"/store/carts/{cart_id}/payment-sessions")

    turn(own, SHIRT, ships=True)
    assert said(own, cart_id) == (409, "PRICE_CHANGED")
    (line,) = own.ask("GET", f"/store/carts/{cart_id}").json["cart"]["items"]  # type: ignore[index]
    assert (line["requires_shipping"], line["has_shipping"]) == (True, False)
    assert said(own, cart_id) == (400, "CART_NOT_READY")
    order = own.complete(cart_id)["data"]
    assert (order["total"], order["shipping_total"]) == (2_750, 500)


def test_what_has_become_a_download_is_handed_over_and_not_shipped(own: GoodsShop) -> None:
    cart_id = a_cart(own, SHIRT)
    own.ask("POST", f"/store/carts/{cart_id}", None, {"email": "guest@example.com"})
    assert choose(own, cart_id)["shipping_total"] == 500

    turn(own, SHIRT, ships=False)
    own.upload(product_id="prod_shirt")
    cart = own.ask("GET", f"/store/carts/{cart_id}").json["cart"]  # type: ignore[index]
    assert (cart["shipping_methods"], cart["total"]) == ([], 2_200)
    order = own.complete(cart_id)["data"]

    assert own.shown(order["id"])["fulfillment_status"] == "fulfilled"
    assert len(own.get(f"/admin/orders/{order['id']}/downloads").json["downloads"]) == 1  # type: ignore[index]


def test_goods_of_another_profile_ask_for_another_way_of_shipping(own: GoodsShop) -> None:
    cart_id = a_cart(own, SHIRT)
    assert [item["has_shipping"] for item in choose(own, cart_id)["items"]] == [True]

    made = own.post("/admin/shipping-profiles", {"name": "Bulky", "type": "custom"})
    profile = made.json["shipping_profile"]["id"]  # type: ignore[index]
    moved = own.post(f"/admin/shipping-profiles/{profile}", {"products": ["prod_shirt"]})
    assert moved.status_code == 200, moved.text

    cart = own.ask("GET", f"/store/carts/{cart_id}").json["cart"]  # type: ignore[index]
    assert ([item["has_shipping"] for item in cart["items"]], cart["shipping_methods"]) == ([False], [])


def test_open_carts_follow_the_currency_of_their_region(own: GoodsShop) -> None:
    usd = {"prices": [{"currency_code": "eur", "amount": 2_000}, {"currency_code": "usd", "amount": 2_000}]}
    assert own.post(f"/admin/products/prod_shirt/variants/{SHIRT}", usd).status_code == 200
    carts = []
    for _ in range(2):
        carts.append(a_cart(own, SHIRT, DOWNLOAD))
        path = f"/store/carts/{carts[-1]}"
        own.ask("POST", path, None, {"email": "guest@example.com", "shipping_address": ADDRESS})
        choose(own, carts[-1])
        own.ask("POST", f"{path}/payment-sessions")

    assert own.post(f"/admin/regions/{REGION}", {"currency_code": "usd"}).status_code == 200
    looked, blind = carts
    assert said(own, blind) == (409, "PRICE_CHANGED")
    cart = own.ask("GET", f"/store/carts/{looked}").json["cart"]  # type: ignore[index]
    assert ([item["variant_id"] for item in cart["items"]], cart["total"]) == ([SHIRT], 2_200)
    assert (cart["payment_sessions"], cart["shipping_methods"], cart["region"]["currency_code"]) == ([], [], "usd")
    order = own.complete(looked)["data"]
    assert (order["currency_code"], order["total"]) == ("usd", 2_750)


def test_another_currency_is_another_price_though_the_number_is_the_same(own: GoodsShop) -> None:
    turn(own, SHIRT, ships=False)
    own.upload(product_id="prod_shirt")
    usd = {"prices": [{"currency_code": "eur", "amount": 2_000}, {"currency_code": "usd", "amount": 2_000}]}
    assert own.post(f"/admin/products/prod_shirt/variants/{SHIRT}", usd).status_code == 200
    cart_id = a_cart(own, SHIRT)
    own.ask("POST", f"/store/carts/{cart_id}", None, {"email": "guest@example.com"})
    own.ask("POST", f"/store/carts/{cart_id}/payment-sessions")

    assert own.post(f"/admin/regions/{REGION}", {"currency_code": "usd"}).status_code == 200
    assert said(own, cart_id) == (409, "PRICE_CHANGED")
