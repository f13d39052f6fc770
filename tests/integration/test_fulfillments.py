"""Packing, sending and calling off, over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.integration.goods_shop import DOWNLOAD, HAT, SHIRT, GoodsShop


@pytest.fixture
def shop(tmp_path: Path) -> GoodsShop:
    return GoodsShop(tmp_path)


def fulfill(shop: GoodsShop, order: dict[str, Any], quantity: int, line: int = 0) -> Any:
    items = [{"item_id": order["items"][line]["id"], "quantity": quantity}]
    return shop.post(f"/admin/orders/{order['id']}/fulfillment", {"items": items})


def test_units_are_fulfilled_and_shipped_as_far_as_they_are_packed_and_sent(shop: GoodsShop) -> None:
    order = shop.buy((SHIRT, 2), (HAT, 1))

    packed = fulfill(shop, order, 1).json["order"]

    (parcel,) = packed["fulfillments"]
    assert packed["fulfillment_status"] == "partially_fulfilled"
    assert (parcel["provider_id"], parcel["data"], parcel["tracking_numbers"]) == ("manual", {}, [])
    assert packed["items"][0]["fulfilled_quantity"] == 1

    body = {"fulfillment_id": parcel["id"], "tracking_numbers": ["DE1", "DE2"]}
    sent = shop.post(f"/admin/orders/{order['id']}/shipment", body).json["order"]  # type: ignore[index]

    assert sent["fulfillment_status"] == "partially_shipped"
    assert sent["fulfillments"][0]["tracking_numbers"] == ["DE1", "DE2"]
    assert sent["fulfillments"][0]["shipped_at"]
    assert sent["items"][0]["shipped_quantity"] == 1


def test_no_more_is_packed_than_was_bought(shop: GoodsShop) -> None:
    order = shop.buy((SHIRT, 2))
    fulfill(shop, order, 1)

    answer = fulfill(shop, order, 2)

    assert answer.status_code == 400
    assert answer.json["type"] == "not_allowed"
    assert answer.json["message"] == "Cannot fulfill more items than have been purchased"


def test_a_line_of_another_order_is_not_packed(shop: GoodsShop) -> None:
    order, other = shop.buy((SHIRT, 1)), shop.buy((SHIRT, 1))
    items = [{"item_id": other["items"][0]["id"], "quantity": 1}]

    assert shop.post(f"/admin/orders/{order['id']}/fulfillment", {"items": items}).status_code == 404


def test_what_was_called_off_can_be_packed_anew(shop: GoodsShop) -> None:
    order = shop.buy((SHIRT, 2))
    parcel = fulfill(shop, order, 2).json["order"]["fulfillments"][0]["id"]
    path = f"/admin/orders/{order['id']}/fulfillments/{parcel}/cancel"

    canceled = shop.post(path).json["order"]  # type: ignore[index]

    assert canceled["fulfillment_status"] == "canceled"
    assert canceled["fulfillments"][0]["canceled_at"]
    assert shop.post(path).status_code == 200
    assert fulfill(shop, order, 2).json["order"]["fulfillment_status"] == "fulfilled"


def test_what_was_shipped_is_not_called_off_and_not_shipped_twice(shop: GoodsShop) -> None:
    order = shop.fulfill(shop.buy((SHIRT, 1)))
    parcel = order["fulfillments"][0]["id"]

    calling_off = shop.post(f"/admin/orders/{order['id']}/fulfillments/{parcel}/cancel")
    again = shop.post(f"/admin/orders/{order['id']}/shipment", {"fulfillment_id": parcel})

    assert (calling_off.status_code, again.status_code) == (400, 400)
    assert shop.shown(order["id"])["items"][0]["shipped_quantity"] == 1


def test_a_fulfillment_of_another_order_is_not_found(shop: GoodsShop) -> None:
    order, other = shop.fulfill(shop.buy((SHIRT, 1)), ship=False), shop.buy((SHIRT, 1))
    parcel = order["fulfillments"][0]["id"]

    assert shop.post(f"/admin/orders/{other['id']}/fulfillments/{parcel}/cancel").status_code == 404
    assert shop.post(f"/admin/orders/{other['id']}/shipment", {"fulfillment_id": parcel}).status_code == 404


def test_a_paid_download_is_fulfilled_by_itself(shop: GoodsShop) -> None:
    order = shop.shown(shop.sell())

    assert order["fulfillment_status"] == "fulfilled"
    assert [item["fulfilled_quantity"] for item in order["items"]] == [1]
    assert order["fulfillments"][0]["items"] == [
        {"fulfillment_id": order["fulfillments"][0]["id"], "item_id": order["items"][0]["id"], "quantity": 1}
    ]


def test_in_a_mixed_order_only_the_goods_wait_to_be_packed(shop: GoodsShop) -> None:
    order = shop.buy((SHIRT, 1), (DOWNLOAD, 1))

    assert order["fulfillment_status"] == "partially_fulfilled"
    assert shop.fulfill(order)["fulfillment_status"] == "partially_shipped"
