"""The watch over the order of locks sees what it is there for."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.domain.actor import SYSTEM
from tests.integration.goods_shop import HAT, SHIRT, GoodsShop
from tests.integration.lock_order import Watch


@pytest.fixture
def shop(tmp_path: Path) -> GoodsShop:
    return GoodsShop(tmp_path)


def seen(watch: Watch) -> list[str]:
    found, watch.found = watch.found, []
    return found


def test_an_order_locked_after_what_belongs_to_it_is_seen(shop: GoodsShop, watched_locks: Watch) -> None:
    order = shop.fulfill(shop.buy((SHIRT, 1)))
    item = {"item_id": order["items"][0]["id"], "quantity": 1}
    returned = shop.post(f"/admin/orders/{order['id']}/return", {"items": [item]}).json["order"]["returns"][0]  # type: ignore[index]
    begin = shop.container.begin()

    with begin(SYSTEM, "plant.return_first") as work:
        work.returns.get(returned["id"])
        work.orders.get(order["id"])
    assert seen(watched_locks) == ["plant.return_first: orders after returns"]
    with begin(SYSTEM, "plant.cart_late") as work:
        cart_id = work.orders.get(order["id"]).cart_id
        work.carts.get(cart_id or "")
    assert seen(watched_locks) == ["plant.cart_late: carts after orders"]
    with begin(SYSTEM, "plant.in_order") as work:
        work.carts.get(cart_id or "")
        work.orders.get(order["id"])
        work.returns.get(returned["id"])
        work.customers.get(order["customer_id"])
        work.downloads.of_order(order["id"])
    assert seen(watched_locks) == []


def test_stock_taken_in_descending_order_is_seen(shop: GoodsShop, watched_locks: Watch) -> None:
    with shop.container.begin()(SYSTEM, "plant.stock") as work:
        for variant_id in sorted((SHIRT, HAT), reverse=True):
            assert work.stock.take(variant_id, 1)
    (found,) = seen(watched_locks)
    assert found.startswith("plant.stock: product_variants")
