"""Many at once at the same swap: it is settled once, and goods and money end on one side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.domain.actor import ANONYMOUS, SYSTEM
from core.use_cases.returning.receive_return import Receipt
from tests.integration.goods_shop import HAT, POST, SHIRT, GoodsShop
from tests.integration.shops import ADMIN, run_jobs
from tests.integration.test_order_edit_races import EACH, at_once


@pytest.fixture
def shop(folder: Path) -> GoodsShop:
    return GoodsShop(folder)


def ready(shop: GoodsShop) -> tuple[dict[str, Any], dict[str, Any]]:
    """An order of a shirt that was sent, and its swap for a hat, whose cart can be completed."""
    order = shop.fulfill(shop.buy((SHIRT, 1)))
    body = {
        "order_id": order["id"],
        "return_items": [{"item_id": order["items"][0]["id"], "quantity": 1}],
        "additional_items": [{"variant_id": HAT, "quantity": 1}],
    }
    swap = shop.ask("POST", "/store/swaps", None, body).json["swap"]  # type: ignore[index]
    path = f"/store/carts/{swap['cart_id']}"
    assert shop.ask("POST", f"{path}/shipping-methods", None, {"option_id": POST}).status_code == 200
    assert shop.ask("POST", f"{path}/payment-sessions", None).status_code == 200
    return order, swap


def coming_back(shop: GoodsShop, swap: dict[str, Any]) -> str:
    with shop.container.begin()(SYSTEM, "test.look") as work:
        returned = work.returns.of_swap(swap["id"])
    assert returned is not None
    return returned.id


def standing(shop: GoodsShop, order: dict[str, Any], swap: dict[str, Any]) -> tuple[dict[str, Any], list[Any]]:
    """The swap, and the payments of its difference."""
    shown = shop.get(f"/admin/swaps/{swap['id']}").json["swap"]  # type: ignore[index]
    with shop.container.begin()(SYSTEM, "test.look") as work:
        paid = [payment for payment in work.orders.get(order["id"]).payments if payment.swap_id == swap["id"]]
    return shown, paid


def test_a_swap_that_many_complete_is_settled_once(shop: GoodsShop) -> None:
    order, swap = ready(shop)
    stock = shop.in_stock(HAT)
    complete = shop.container.place_order()

    (said,) = at_once(lambda: complete(ANONYMOUS, swap["cart_id"]))

    assert said == {"done": EACH}
    shown, paid = standing(shop, order, swap)
    assert (shown["payment_status"], len(paid)) == ("awaiting", 1)
    assert paid[0].amount == shown["difference_due"] > 0
    assert shop.in_stock(HAT) == stock - 1
    assert shop.container.check_shop()(SYSTEM) == []


def test_a_swap_completed_while_it_is_canceled_keeps_neither_goods_nor_money(shop: GoodsShop) -> None:
    order, swap = ready(shop)
    stock = shop.in_stock(HAT)
    return_id = coming_back(shop, swap)
    complete, cancel = shop.container.place_order(), shop.container.cancel_swap()
    call_off = shop.container.cancel_return()

    def give_up() -> None:
        call_off(ADMIN, return_id)
        cancel(ADMIN, order["id"], swap["id"])

    _, canceled = at_once(lambda: complete(ANONYMOUS, swap["cart_id"]), give_up)
    run_jobs(shop.container)

    assert canceled == {"done": EACH}
    shown, paid = standing(shop, order, swap)
    assert shown["canceled_at"] is not None
    assert all(payment.canceled_at is not None for payment in paid)
    assert shop.in_stock(HAT) == stock
    assert shop.shown(order["id"])["refundable_amount"] == order["total"]
    assert shop.container.check_shop()(SYSTEM) == []


def test_a_swap_completed_while_its_return_arrives_counts_both_once(shop: GoodsShop) -> None:
    order, swap = ready(shop)
    stock = {kind: shop.in_stock(kind) for kind in (SHIRT, HAT)}
    return_id = coming_back(shop, swap)
    receipt = Receipt(items=((order["items"][0]["id"], 1),))
    complete, receive = shop.container.place_order(), shop.container.receive_return()

    completed, received = at_once(
        lambda: complete(ANONYMOUS, swap["cart_id"]), lambda: receive(ADMIN, return_id, receipt)
    )

    assert (completed["done"], received["done"]) == (EACH, 1)
    _, paid = standing(shop, order, swap)
    assert len(paid) == 1
    assert {kind: shop.in_stock(kind) for kind in stock} == {SHIRT: stock[SHIRT] + 1, HAT: stock[HAT] - 1}
    assert shop.shown(order["id"])["refunds"] == []
    assert shop.container.check_shop()(SYSTEM) == []
