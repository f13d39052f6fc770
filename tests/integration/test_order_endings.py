"""Canceling, completing and archiving orders, over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from core.domain.actor import SYSTEM
from tests.integration.goods_shop import DOWNLOAD, SHIRT, GoodsShop
from tests.integration.shops import run_jobs


@pytest.fixture
def shop(tmp_path: Path) -> GoodsShop:
    return GoodsShop(tmp_path)


def end(shop: GoodsShop, order: dict[str, Any], how: str) -> TestResponse:
    answer = shop.post(f"/admin/orders/{order['id']}/{how}")
    run_jobs(shop.container)
    return answer


def test_canceling_gives_back_money_and_goods_once(shop: GoodsShop) -> None:
    before = shop.in_stock(SHIRT)
    order = shop.buy((SHIRT, 2))
    assert shop.in_stock(SHIRT) == before - 2

    first, again = end(shop, order, "cancel"), end(shop, order, "cancel")

    assert (first.status_code, again.status_code) == (200, 200), first.text
    after = shop.shown(order["id"])
    assert [after[name] for name in ("status", "payment_status", "fulfillment_status")] == ["canceled"] * 3
    assert after["canceled_at"] is not None
    assert [(refund["amount"], refund["status"]) for refund in after["refunds"]] == [(order["total"], "succeeded")]
    assert after["refundable_amount"] == 0
    assert shop.in_stock(SHIRT) == before
    assert shop.container.check_shop()(SYSTEM) == []


def test_canceling_releases_what_was_only_authorised(shop: GoodsShop) -> None:
    order = shop.buy((SHIRT, 1), captured=False)

    end(shop, order, "cancel")

    after = shop.shown(order["id"])
    assert (after["refunds"], after["paid_total"]) == ([], 0)
    assert after["payments"][0]["canceled_at"] is not None
    assert shop.post(f"/admin/orders/{order['id']}/capture").status_code == 400


def test_what_was_refunded_before_is_not_refunded_again(shop: GoodsShop) -> None:
    order = shop.buy((SHIRT, 1))
    assert shop.post(f"/admin/orders/{order['id']}/refund", {"amount": 700, "reason": "other"}).status_code == 200

    end(shop, order, "cancel")

    after = shop.shown(order["id"])
    assert sorted(refund["amount"] for refund in after["refunds"]) == [700, order["total"] - 700]
    assert after["refunded_total"] == order["total"]


@pytest.mark.parametrize("ship", [True, False])
def test_goods_that_were_packed_stop_it(shop: GoodsShop, ship: bool) -> None:
    order = shop.fulfill(shop.buy((SHIRT, 1)), ship=ship)

    answer = end(shop, order, "cancel")

    assert (answer.status_code, answer.json["code"]) == (400, "ORDER_NOT_CANCELABLE")  # type: ignore[index]
    assert answer.json["message"] == "All fulfillments must be canceled before canceling an order"  # type: ignore[index]
    assert shop.shown(order["id"])["status"] == "pending"


def test_a_return_stops_it_until_it_is_called_off(shop: GoodsShop) -> None:
    order = shop.buy((SHIRT, 1))
    body = {"order_id": order["id"], "items": [{"item_id": order["items"][0]["id"], "quantity": 1}]}
    returned = shop.ask("POST", "/store/returns", None, body).json["return"]  # type: ignore[index]

    assert end(shop, order, "cancel").status_code == 400
    assert shop.post(f"/admin/returns/{returned['id']}/cancel").status_code == 200
    assert end(shop, order, "cancel").status_code == 200


def test_downloads_stop_nothing_and_end(shop: GoodsShop) -> None:
    order = shop.buy((DOWNLOAD, 1), (SHIRT, 1))
    before = shop.get(f"/admin/orders/{order['id']}/downloads").json["downloads"]  # type: ignore[index]
    assert [one["status"] for one in before] == ["granted"]

    assert end(shop, order, "cancel").status_code == 200

    after = shop.get(f"/admin/orders/{order['id']}/downloads").json["downloads"]  # type: ignore[index]
    assert [one["status"] for one in after] == ["revoked"]


def test_partial_refunds_of_a_canceled_order_open_no_download_again(shop: GoodsShop) -> None:
    order = shop.buy((DOWNLOAD, 1), (SHIRT, 1))
    assert shop.post(f"/admin/orders/{order['id']}/refund", {"amount": 100, "reason": "other"}).status_code == 200

    end(shop, order, "cancel")

    after = shop.get(f"/admin/orders/{order['id']}/downloads").json["downloads"]  # type: ignore[index]
    assert [one["status"] for one in after] == ["revoked"]


def test_only_completed_orders_are_archived(shop: GoodsShop) -> None:
    order = shop.buy((SHIRT, 1))

    early = end(shop, order, "archive")
    done = end(shop, order, "complete").json["order"]["status"]  # type: ignore[index]
    away = end(shop, order, "archive").json["order"]["status"]  # type: ignore[index]

    assert (early.status_code, early.json["message"]) == (400, "Can't archive an unprocessed order")  # type: ignore[index]
    assert (done, away) == ("completed", "archived")
    assert end(shop, order, "cancel").json["code"] == "ORDER_NOT_CANCELABLE"  # type: ignore[index]


def test_a_canceled_order_is_not_completed(shop: GoodsShop) -> None:
    order = shop.buy((SHIRT, 1))
    end(shop, order, "cancel")

    answer = end(shop, order, "complete")

    assert (answer.status_code, answer.json["message"]) == (400, "A canceled order cannot be completed")  # type: ignore[index]
