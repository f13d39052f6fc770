"""The last one is bought by somebody else while a buyer pays, whose client repeats its request by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.integration.peopled_shop import PeopledShop
from tests.integration.shops import REGION, VARIANT


def paid_cart(shop: PeopledShop) -> str:
    cart_id: str = shop.ask("POST", "/store/carts", None, {"region_id": REGION}).json["cart"]["id"]
    path = f"/store/carts/{cart_id}"
    for more, body in (
        ("/line-items", {"variant_id": VARIANT, "quantity": 1}),
        ("", {"email": "guest@example.com"}),
        ("/payment-sessions", None),
    ):
        assert shop.ask("POST", path + more, None, body).status_code == 200
    return cart_id


def stock(shop: PeopledShop, quantity: int) -> None:
    found = shop.ask("GET", f"/admin/variants/{VARIANT}", shop.staff).json["variant"]
    body = {"manage_inventory": True, "inventory_quantity": quantity}
    path = f"/admin/products/{found['product_id']}/variants/{VARIANT}"
    assert shop.post(path, body).status_code == 200


def complete(shop: PeopledShop, cart_id: str, key: str) -> Any:
    return shop.client.post(f"/store/carts/{cart_id}/complete", json={}, headers={"Idempotency-Key": key})


def test_a_repeated_completion_says_again_that_it_is_sold_out(tmp_path: Path) -> None:
    shop = PeopledShop(tmp_path)
    stock(shop, 1)
    cart_id = paid_cart(shop)
    stock(shop, 0)

    first = complete(shop, cart_id, "once")
    again = complete(shop, cart_id, "once")

    assert first.json["errors"][0]["code"] == "insufficient_inventory"
    assert (first.status_code, again.status_code, again.json) == (409, 409, first.json)

    # What was paid is on its way back: another attempt begins with another payment.
    stock(shop, 1)
    assert complete(shop, cart_id, "anew").json["code"] == "CART_NOT_READY"
    assert shop.ask("POST", f"/store/carts/{cart_id}/payment-sessions", None, None).status_code == 200
    assert complete(shop, cart_id, "paid").json["type"] == "order"
