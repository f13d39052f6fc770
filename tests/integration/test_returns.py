"""Sending goods back, over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.integration.goods_shop import BACK, DOWNLOAD, HAT, POST, SHIRT, GoodsShop
from tests.integration.shops import run_jobs


@pytest.fixture
def shop(tmp_path: Path) -> GoodsShop:
    return GoodsShop(tmp_path)


def ask_back(
    shop: GoodsShop, order: dict[str, Any], quantity: int = 1, *, line: int = 0, headers: Any = None, **more: Any
) -> TestResponse:
    item = {"item_id": order["items"][line]["id"], "quantity": quantity, **more.pop("item", {})}
    return shop.ask("POST", "/store/returns", headers, {"order_id": order["id"], "items": [item], **more})


def receive(shop: GoodsShop, returned: dict[str, Any], quantity: int | None = None, **more: Any) -> TestResponse:
    items = [{"item_id": item["item_id"], "quantity": quantity or item["quantity"]} for item in returned["items"]]
    answer = shop.post(f"/admin/returns/{returned['id']}/receive", {"items": items, **more})
    run_jobs(shop.container)
    return answer


def reason(shop: GoodsShop, value: str, **more: Any) -> str:
    answer = shop.post("/admin/return-reasons", {"value": value, "label": value.title(), **more})
    assert answer.status_code == 200, answer.text
    return str(answer.json["return_reason"]["id"])  # type: ignore[index]


def test_a_return_says_what_comes_back_and_what_it_is_worth(shop: GoodsShop) -> None:
    order = shop.fulfill(shop.buy((SHIRT, 2)))
    too_big = reason(shop, "too_big")

    answer = ask_back(shop, order, 1, item={"reason_id": too_big, "note": "a size smaller next time"})

    assert answer.status_code == 200, answer.text
    returned = answer.json["return"]
    (item,) = returned["items"]
    assert returned["status"] == "requested"
    assert (returned["order_id"], returned["swap_id"], returned["claim_order_id"]) == (order["id"], None, None)
    assert returned["refund_amount"] == 2_200
    assert (returned["shipping_method"], returned["shipping_data"], returned["received_at"]) == (None, None, None)
    assert item["reason"]["value"] == "too_big"
    assert item | {"reason": None} == {
        "return_id": returned["id"],
        "item_id": order["items"][0]["id"],
        "quantity": 1,
        "is_requested": True,
        "requested_quantity": 1,
        "received_quantity": None,
        "reason_id": too_big,
        "reason": None,
        "note": "a size smaller next time",
        "metadata": None,
    }
    seen = shop.ask("GET", f"/store/orders/{order['id']}").json["order"]["returns"]  # type: ignore[index]
    assert [one["id"] for one in seen] == [returned["id"]]


def test_the_way_back_is_paid_for_by_the_buyer(shop: GoodsShop) -> None:
    order = shop.fulfill(shop.buy((SHIRT, 1)))

    returned = ask_back(shop, order, return_shipping={"option_id": BACK}).json["return"]

    assert returned["refund_amount"] == 2_200 - 330
    assert returned["shipping_method"]["shipping_option_id"] == BACK
    assert (returned["shipping_method"]["price"], returned["shipping_method"]["return_id"]) == (300, returned["id"])
    assert returned["shipping_data"] == {}


def test_what_was_received_is_counted_restocked_and_refunded_once(shop: GoodsShop) -> None:
    order = shop.fulfill(shop.buy((SHIRT, 2), (HAT, 1)))
    before = shop.in_stock(SHIRT)
    returned = ask_back(shop, order, 2).json["return"]

    answer = receive(shop, returned)

    assert answer.status_code == 200, answer.text
    assert answer.json["return"]["status"] == "received"
    assert answer.json["return"]["items"][0]["received_quantity"] == 2
    after = shop.shown(order["id"])
    assert after["items"][0]["returned_quantity"] == 2
    assert after["fulfillment_status"] == "partially_returned"
    assert after["payment_status"] == "partially_refunded"
    assert [(refund["amount"], refund["reason"]) for refund in after["refunds"]] == [(4_400, "return")]
    assert shop.in_stock(SHIRT) == before + 2

    assert receive(shop, returned).status_code == 400
    assert shop.in_stock(SHIRT) == before + 2
    assert len(shop.shown(order["id"])["refunds"]) == 1


def test_nothing_is_asked_back_twice(shop: GoodsShop) -> None:
    order = shop.fulfill(shop.buy((SHIRT, 2)))
    first = ask_back(shop, order, 1).json["return"]

    too_many = ask_back(shop, order, 2)

    assert too_many.status_code == 400
    assert too_many.json["message"] == "Cannot return more items than have been purchased"
    receive(shop, first)
    assert ask_back(shop, order, 2).status_code == 400
    assert ask_back(shop, order, 1).status_code == 200


def test_what_was_called_off_can_be_asked_back_anew(shop: GoodsShop) -> None:
    order = shop.fulfill(shop.buy((SHIRT, 1)))
    returned = ask_back(shop, order).json["return"]

    canceled = shop.post(f"/admin/returns/{returned['id']}/cancel")

    assert canceled.status_code == 200
    assert canceled.json["order"]["returns"][0]["status"] == "canceled"  # type: ignore[index]
    assert receive(shop, returned).status_code == 400
    assert ask_back(shop, order).status_code == 200


def test_fewer_than_asked_for_restock_what_came(shop: GoodsShop) -> None:
    order = shop.fulfill(shop.buy((SHIRT, 2)))
    before = shop.in_stock(SHIRT)
    returned = ask_back(shop, order, 2).json["return"]

    answer = receive(shop, returned, 1, refund=2_200).json["return"]

    assert (answer["status"], answer["items"][0]["is_requested"]) == ("received", False)
    assert (answer["items"][0]["requested_quantity"], answer["items"][0]["received_quantity"]) == (2, 1)
    assert shop.in_stock(SHIRT) == before + 1
    assert shop.shown(order["id"])["refunded_total"] == 2_200


def test_more_than_can_be_refunded_needs_somebody_to_decide(shop: GoodsShop) -> None:
    order = shop.fulfill(shop.buy((SHIRT, 1)))
    returned = ask_back(shop, order).json["return"]

    receive(shop, returned, refund=1_000_000)

    after = shop.shown(order["id"])
    assert after["fulfillment_status"] == "requires_action"
    assert after["refunds"] == []


@pytest.mark.parametrize("line", [0, 1])
def test_downloads_do_not_come_back(shop: GoodsShop, line: int) -> None:
    order = shop.buy((DOWNLOAD, 1), (SHIRT, 1))

    answer = ask_back(shop, order, line=line)

    assert (answer.status_code, answer.json.get("code")) == ((400, "NOT_RETURNABLE") if line == 0 else (200, None))


def test_an_option_for_sending_does_not_send_back(shop: GoodsShop) -> None:
    order = shop.fulfill(shop.buy((SHIRT, 1)))

    assert ask_back(shop, order, return_shipping={"option_id": POST}).status_code == 400
    assert ask_back(shop, order, return_shipping={"option_id": "so_none"}).status_code == 404


def test_a_category_is_no_reason(shop: GoodsShop) -> None:
    order = shop.fulfill(shop.buy((SHIRT, 1)))
    category = reason(shop, "size")
    reason(shop, "too_big", parent_return_reason_id=category)

    refused = ask_back(shop, order, item={"reason_id": category})
    assert (refused.status_code, refused.json["type"]) == (400, "invalid_data")  # type: ignore[index]
    assert ask_back(shop, order, item={"reason_id": "rr_none"}).status_code == 404


def test_a_customers_order_is_sent_back_by_that_customer_alone(shop: GoodsShop) -> None:
    order = shop.fulfill(shop.buy((SHIRT, 1), headers=shop.me))

    assert ask_back(shop, order).status_code == 404
    assert ask_back(shop, order, headers=shop.customer("eve@example.com")).status_code == 404
    assert ask_back(shop, order, headers=shop.me).status_code == 200


def test_a_line_of_another_order_is_refused(shop: GoodsShop) -> None:
    order, other = shop.fulfill(shop.buy((SHIRT, 1))), shop.buy((SHIRT, 1))

    answer = ask_back(shop, {"id": order["id"], "items": other["items"]})

    assert (answer.status_code, answer.json["message"]) == (400, "Return contains invalid line item")


def test_the_same_request_makes_one_return(shop: GoodsShop) -> None:
    order = shop.fulfill(shop.buy((SHIRT, 2)))
    key = {"Idempotency-Key": "once"}

    first, again = (ask_back(shop, order, headers=key) for _ in range(2))

    assert first.json == again.json
    assert len(shop.shown(order["id"])["returns"]) == 1


def test_staff_take_in_what_was_brought_to_the_shop(shop: GoodsShop) -> None:
    order = shop.fulfill(shop.buy((SHIRT, 1)))
    body = {"items": [{"item_id": order["items"][0]["id"], "quantity": 1}], "receive_now": True}

    answer = shop.post(f"/admin/orders/{order['id']}/return", body)

    assert answer.status_code == 200, answer.text
    after = answer.json["order"]  # type: ignore[index]
    assert (after["returns"][0]["status"], after["items"][0]["returned_quantity"]) == ("received", 1)
    assert shop.get("/admin/returns").json["count"] == 1  # type: ignore[index]


def test_reasons_are_listed_under_their_categories_whole_or_in_pages(shop: GoodsShop) -> None:
    size, broken = reason(shop, "size"), reason(shop, "broken", description="Came broken")
    child = reason(shop, "too_big", parent_return_reason_id=size)

    listed = shop.ask("GET", "/store/return-reasons").json

    assert {name: listed[name] for name in ("count", "offset", "limit")} == {"count": 2, "offset": 0, "limit": 2}  # type: ignore[index]
    for surface in ("store", "admin"):
        page = shop.get(f"/{surface}/return-reasons?order=-created_at&offset=1&limit=1").json
        assert [one["id"] for one in page["return_reasons"]] == [size]  # type: ignore[index]
        assert (page["count"], page["limit"]) == (2, 1)  # type: ignore[index]
    assert [one["id"] for one in listed["return_reasons"]] == [size, broken]  # type: ignore[index]
    assert [one["id"] for one in listed["return_reasons"][0]["return_reason_children"]] == [child]  # type: ignore[index]
    shown = shop.ask("GET", f"/store/return-reasons/{child}").json["return_reason"]  # type: ignore[index]
    assert shown["parent_return_reason"]["id"] == size
    assert shop.ask("GET", "/store/return-reasons/rr_none").status_code == 404


def test_values_of_reasons_are_unique_among_live_ones_and_categories_are_one_deep(shop: GoodsShop) -> None:
    size = reason(shop, "size")
    child = reason(shop, "too_big", parent_return_reason_id=size)
    again = {"value": "size", "label": "Size"}
    below = {"value": "much_too_big", "label": "x", "parent_return_reason_id": child}

    assert shop.post("/admin/return-reasons", again).status_code == 422
    assert shop.post("/admin/return-reasons", below).status_code == 400
    changed = shop.post(f"/admin/return-reasons/{child}", {"label": "Too large"}).json["return_reason"]  # type: ignore[index]
    assert (changed["label"], changed["value"]) == ("Too large", "too_big")
    for described in ("Came broken", None):
        told = shop.post(f"/admin/return-reasons/{child}", {"description": described}).json["return_reason"]  # type: ignore[index]
        assert told["description"] == described
    assert shop.delete(f"/admin/return-reasons/{size}").json == {
        "id": size,
        "object": "return_reason",
        "deleted": True,
    }
    assert shop.get(f"/admin/return-reasons/{child}").status_code == 404
    assert shop.post("/admin/return-reasons", again).status_code == 200
