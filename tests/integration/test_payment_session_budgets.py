"""Storefronts made for Medusa ask for payment sessions whenever they show the checkout; opening a payment counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.goods_shop import ADDRESS, POST, SHIRT, GoodsShop
from tests.integration.shops import REGION


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> GoodsShop:
    return GoodsShop(Path(tmp_path_factory.mktemp("sessions")), RATE_LIMITS="on")


def a_cart(shop: GoodsShop, email: str) -> str:
    opened = shop.ask(
        "POST", "/store/carts", None, {"region_id": REGION, "items": [{"variant_id": SHIRT, "quantity": 1}]}
    )
    path = f"/store/carts/{opened.json['cart']['id']}"  # type: ignore[index]
    assert shop.ask("POST", path, None, {"email": email, "shipping_address": ADDRESS}).status_code == 200
    return path


def test_asking_for_the_sessions_that_are_open_counts_for_nothing(shop: GoodsShop) -> None:
    path = a_cart(shop, "reader@buy.test")

    statuses = [shop.ask("POST", f"{path}/payment-sessions").status_code for _ in range(20)]
    statuses += [
        shop.ask("POST", f"{path}/payment-session", None, {"provider_id": "manual"}).status_code for _ in range(20)
    ]

    assert statuses == [200] * 40
    assert shop.ask("POST", f"{path}/shipping-methods", None, {"option_id": POST}).status_code == 200
    assert shop.ask("POST", f"{path}/complete").status_code == 200


def test_a_cart_opens_six_payments_a_minute_whoever_it_is_said_to_be(shop: GoodsShop) -> None:
    path = a_cart(shop, "first@buy.test")
    assert shop.ask("POST", f"{path}/payment-sessions").status_code == 200

    def begin_anew(number: int) -> int:
        assert shop.ask("POST", path, None, {"email": f"other{number}@buy.test"}).status_code == 200
        return shop.ask("POST", f"{path}/payment-sessions/manual/refresh").status_code

    assert [begin_anew(number) for number in range(6)] == [200] * 5 + [429]
    assert shop.ask("POST", f"{path}/payment-sessions").status_code == 200  # what is open can be read
