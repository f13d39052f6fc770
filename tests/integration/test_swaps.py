"""Exchanging what was bought, over HTTP."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from core.domain.actor import SYSTEM
from core.domain.shop import RequirementType, ShippingRequirement
from tests.integration.goods_shop import BACK, HAT, POST, SHIRT, GoodsShop
from tests.integration.shops import REGION, run_jobs


@pytest.fixture
def shop(tmp_path: Path) -> GoodsShop:
    return GoodsShop(tmp_path)


def sold(shop: GoodsShop, *lines: tuple[str, int], headers: Any = None) -> dict[str, Any]:
    return shop.fulfill(shop.buy(*(lines or ((SHIRT, 2),)), headers=headers))


def ask_swap(
    shop: GoodsShop,
    order: dict[str, Any],
    wanted: str = HAT,
    quantity: int = 1,
    *,
    back: int = 1,
    line: int = 0,
    headers: Any = None,
    **more: Any,
) -> TestResponse:
    body = {
        "order_id": order["id"],
        "return_items": [{"item_id": order["items"][line]["id"], "quantity": back}],
        "additional_items": [{"variant_id": wanted, "quantity": quantity}],
        **more,
    }
    return shop.ask("POST", "/store/swaps", headers, body)


def swap_of(answer: TestResponse) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    swap: dict[str, Any] = answer.json["swap"]  # type: ignore[index]
    return swap


def cart_of(shop: GoodsShop, swap: dict[str, Any], headers: Any = None) -> dict[str, Any]:
    cart: dict[str, Any] = shop.ask("GET", f"/store/carts/{swap['cart_id']}", headers).json["cart"]  # type: ignore[index]
    return cart


def settle(shop: GoodsShop, swap: dict[str, Any], headers: Any = None) -> dict[str, Any]:
    """The buyer's part: shipping, payment if there is something to pay, completion."""
    path = f"/store/carts/{swap['cart_id']}"
    for step, body in (("/shipping-methods", {"option_id": POST}), ("/payment-sessions", None), ("/complete", None)):
        answer = shop.ask("POST", path + step, headers, body)
        assert answer.status_code == 200, answer.text
    run_jobs(shop.container)
    done: dict[str, Any] = answer.json  # type: ignore[assignment]
    return done


def test_a_swap_holds_what_comes_back_and_prices_the_difference(shop: GoodsShop) -> None:
    order = sold(shop)

    swap = swap_of(ask_swap(shop, order, return_shipping_option=BACK))

    assert (swap["payment_status"], swap["fulfillment_status"]) == ("not_paid", "not_fulfilled")
    assert (swap["order_id"], swap["difference_due"], swap["confirmed_at"]) == (order["id"], None, None)
    (added,) = swap["additional_items"]
    assert (added["variant_id"], added["quantity"], added["swap_id"]) == (HAT, 1, swap["id"])
    assert added["variant"]["product"]["title"] == "Hat"
    returned = swap["return_order"]
    assert (returned["order_id"], returned["swap_id"], returned["refund_amount"]) == (None, swap["id"], 2_200 - 330)
    assert returned["shipping_method"]["price"] == 300
    cart = cart_of(shop, swap)
    assert (cart["type"], cart["email"]) == ("swap", "guest@example.com")
    assert cart["metadata"] == {"swap_id": swap["id"], "parent_order_id": order["id"]}
    assert [(item["title"], item["unit_price"], item["is_return"], item["total"]) for item in cart["items"]] == [
        ("Hat", 3_000, False, 3_300),
        ("Return shipping", 300, True, 330),
        ("Shirt", -2_000, True, -2_200),
    ]
    assert cart["total"] == 1_430
    seen = shop.ask("GET", f"/store/swaps/{swap['cart_id']}").json["swap"]  # type: ignore[index]
    assert seen["id"] == swap["id"]


def test_paying_the_difference_settles_the_swap_once(shop: GoodsShop) -> None:
    order = sold(shop)
    hats = shop.in_stock(HAT)
    swap = swap_of(ask_swap(shop, order))

    first = settle(shop, swap)
    again = shop.ask("POST", f"/store/carts/{swap['cart_id']}/complete").json

    assert first["type"] == "swap"
    assert again == first
    done = first["data"]
    assert (done["id"], done["payment_status"]) == (swap["id"], "awaiting")
    assert done["difference_due"] == 3_300 + 550 - 2_200
    assert done["payment"]["amount"] == done["difference_due"]
    assert [method["price"] for method in done["shipping_methods"]] == [500]
    assert done["confirmed_at"] is not None
    assert shop.in_stock(HAT) == hats - 1
    after = shop.shown(order["id"])
    assert [(paid["amount"], paid["swap_id"]) for paid in after["payments"]] == [
        (order["total"], None),
        (1_650, swap["id"]),
    ]
    assert (after["paid_total"], after["refundable_amount"]) == (order["total"] + 1_650, order["total"])
    assert (after["payment_status"], after["total"]) == ("captured", order["total"])


def test_capturing_the_order_takes_the_difference_too(shop: GoodsShop) -> None:
    order = sold(shop)
    swap = swap_of(ask_swap(shop, order))
    settle(shop, swap)

    assert shop.post(f"/admin/orders/{order['id']}/capture").status_code == 200

    after = shop.shown(order["id"])
    assert [one["payment_status"] for one in after["swaps"]] == ["captured"]
    assert after["refundable_amount"] == order["total"] + 1_650


def test_what_costs_less_leaves_a_difference_for_the_shop_to_give_back(shop: GoodsShop) -> None:
    order = sold(shop, (HAT, 2))
    swap = swap_of(ask_swap(shop, order, SHIRT))

    done = settle(shop, swap)["data"]

    assert done["difference_due"] == 2_200 + 550 - 3_300
    assert (done["payment_status"], done["payment"]) == ("awaiting", None)
    assert shop.shown(order["id"])["refunds"] == []


def test_what_costs_the_same_is_confirmed(shop: GoodsShop) -> None:
    order = sold(shop, (SHIRT, 1), (HAT, 1))
    with shop.container.begin()(SYSTEM, "test.free") as work:
        work.shop.shipping_option(POST).amount = 0
        work.commit()
    swap = swap_of(ask_swap(shop, order, SHIRT))

    done = settle(shop, swap)["data"]

    assert (done["difference_due"], done["payment_status"]) == (0, "confirmed")


def test_receiving_what_was_swapped_restocks_and_refunds_nothing(shop: GoodsShop) -> None:
    order = sold(shop)
    swap = swap_of(ask_swap(shop, order))
    settle(shop, swap)
    shirts = shop.in_stock(SHIRT)

    items = [{"item_id": order["items"][0]["id"], "quantity": 1}]
    answer = shop.post(f"/admin/returns/{swap['return_order']['id']}/receive", {"items": items})

    assert answer.status_code == 200, answer.text
    assert shop.in_stock(SHIRT) == shirts + 1
    after = shop.shown(order["id"])
    assert (after["refunds"], after["items"][0]["returned_quantity"]) == ([], 1)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/line-items", {"variant_id": SHIRT, "quantity": 1}),
        ("POST", "/line-items/{line}", {"quantity": 5}),
        ("DELETE", "/line-items/{line}", None),
        ("POST", "", {"gift_cards": [{"code": "ANY"}]}),
        ("POST", "", {"discounts": [{"code": "ANY"}]}),
    ],
)
def test_what_is_exchanged_is_settled(shop: GoodsShop, method: str, path: str, body: dict[str, Any] | None) -> None:
    swap = swap_of(ask_swap(shop, sold(shop)))
    before = cart_of(shop, swap)

    for item in before["items"]:
        answer = shop.ask(method, f"/store/carts/{swap['cart_id']}" + path.format(line=item["id"]), None, body)
        assert (answer.status_code, answer.json["code"]) == (400, "SWAP_CART_FIXED")  # type: ignore[index]
    assert cart_of(shop, swap)["total"] == before["total"]


def test_only_what_was_paid_and_sent_is_swapped(shop: GoodsShop) -> None:
    unpaid = ask_swap(shop, shop.buy((SHIRT, 1), captured=False))
    unsent = ask_swap(shop, shop.buy((SHIRT, 1)))

    assert (unpaid.status_code, unpaid.json["message"]) == (  # type: ignore[index]
        400,
        "Cannot swap an order that has not been captured",
    )
    assert (unsent.status_code, unsent.json["message"]) == (  # type: ignore[index]
        400,
        "Cannot swap an order that has not been fulfilled",
    )


def test_nothing_is_swapped_twice(shop: GoodsShop) -> None:
    order = sold(shop)
    swap_of(ask_swap(shop, order, back=2))

    assert ask_swap(shop, order).json["code"] == "RETURN_QUANTITY_EXCEEDED"  # type: ignore[index]


def test_what_was_refunded_is_not_credited_again(shop: GoodsShop) -> None:
    order = sold(shop)
    item = order["items"][0]["id"]
    refund = {"amount": 4_400, "reason": "other", "items": [{"item_id": item, "quantity": 2}]}
    assert shop.post(f"/admin/orders/{order['id']}/refund", refund).status_code == 200

    assert ask_swap(shop, order).json["code"] == "NOT_SWAPPABLE"  # type: ignore[index]


def test_a_refund_before_the_buyer_confirms_stops_the_swap(shop: GoodsShop) -> None:
    order = sold(shop)
    swap = swap_of(ask_swap(shop, order, back=2, quantity=2))
    refund = {"amount": 4_000, "reason": "other"}
    assert shop.post(f"/admin/orders/{order['id']}/refund", refund).status_code == 200
    hats = shop.in_stock(HAT)

    path = f"/store/carts/{swap['cart_id']}"
    shop.ask("POST", f"{path}/shipping-methods", None, {"option_id": POST})
    shop.ask("POST", f"{path}/payment-sessions")
    answer = shop.ask("POST", f"{path}/complete")

    assert (answer.status_code, answer.json["code"]) == (400, "NOT_SWAPPABLE")  # type: ignore[index]
    assert shop.in_stock(HAT) == hats


def test_only_what_is_sold_is_had_in_exchange(shop: GoodsShop) -> None:
    assert ask_swap(shop, sold(shop), "variant_none").json["code"] == "NOT_PURCHASABLE"  # type: ignore[index]


def test_a_customers_swap_is_nobody_elses_business(shop: GoodsShop) -> None:
    order = sold(shop, headers=shop.me)

    assert ask_swap(shop, order).status_code == 404
    swap = swap_of(ask_swap(shop, order, headers=shop.me))
    hidden = shop.ask("GET", f"/store/swaps/{swap['cart_id']}")
    assert (hidden.status_code, hidden.json["message"]) == (404, "Swap was not found")  # type: ignore[index]
    assert shop.ask("GET", f"/store/swaps/{swap['cart_id']}", shop.me).status_code == 200
    assert settle(shop, swap, shop.me)["type"] == "swap"


def test_the_same_request_makes_one_swap(shop: GoodsShop) -> None:
    order = sold(shop)
    key = {"Idempotency-Key": "once"}

    first, again = (swap_of(ask_swap(shop, order, headers=key)) for _ in range(2))

    assert first["id"] == again["id"]
    assert len(shop.shown(order["id"])["swaps"]) == 1


def test_an_ordinary_cart_settles_no_swap(shop: GoodsShop) -> None:
    cart = shop.ask("POST", "/store/carts", None, {"region_id": REGION}).json["cart"]["id"]  # type: ignore[index]

    assert shop.ask("GET", f"/store/swaps/{cart}").status_code == 404


def test_the_last_piece_goes_to_one_of_two(shop: GoodsShop) -> None:
    swap = swap_of(ask_swap(shop, sold(shop), quantity=2))
    path = f"/store/carts/{swap['cart_id']}"
    shop.ask("POST", f"{path}/shipping-methods", None, {"option_id": POST})
    shop.ask("POST", f"{path}/payment-sessions")
    with shop.container.begin()(SYSTEM, "test.sold") as work:
        assert work.stock.take(HAT, 9)
        work.commit()

    answer = shop.ask("POST", f"{path}/complete")

    assert answer.status_code == 409
    assert swap_of(shop.ask("GET", f"/store/swaps/{swap['cart_id']}"))["confirmed_at"] is None
    assert shop.in_stock(HAT) == 1


def test_a_swap_leaves_books_that_add_up(shop: GoodsShop) -> None:
    settle(shop, swap_of(ask_swap(shop, sold(shop))))
    settle(shop, swap_of(ask_swap(shop, sold(shop, (HAT, 1)), SHIRT)))

    assert shop.container.check_shop()(SYSTEM) == []


# What staff do


def staff_swap(shop: GoodsShop, order: dict[str, Any], wanted: str = HAT, **more: Any) -> dict[str, Any]:
    body = {
        "return_items": [{"item_id": order["items"][0]["id"], "quantity": 1}],
        "additional_items": [{"variant_id": wanted, "quantity": 1}],
        **more,
    }
    answer = shop.post(f"/admin/orders/{order['id']}/swaps", body)
    assert answer.status_code == 200, answer.text
    swap: dict[str, Any] = answer.json["order"]["swaps"][-1]  # type: ignore[index]
    return swap


def on(shop: GoodsShop, swap: dict[str, Any], path: str, body: Any = None) -> TestResponse:
    answer = shop.post(f"/admin/orders/{swap['order_id']}/swaps/{swap['id']}/{path}", body)
    run_jobs(shop.container)
    return answer


def now(shop: GoodsShop, swap: dict[str, Any]) -> dict[str, Any]:
    answer = shop.get(f"/admin/swaps/{swap['id']}")
    assert answer.status_code == 200, answer.text
    seen: dict[str, Any] = answer.json["swap"]  # type: ignore[index]
    return seen


def test_staff_exchange_for_what_is_not_in_stock(shop: GoodsShop) -> None:
    with shop.container.begin()(SYSTEM, "test.sold") as work:
        assert work.stock.take(HAT, 10)
        work.commit()
    order = sold(shop)

    refused = {"return_items": [], "additional_items": [], "allow_backorder": False}
    refused["return_items"] = [{"item_id": order["items"][0]["id"], "quantity": 1}]
    refused["additional_items"] = [{"variant_id": HAT, "quantity": 1}]
    answer = shop.post(f"/admin/orders/{order['id']}/swaps", refused)
    assert answer.json["code"] == "insufficient_inventory"  # type: ignore[index]

    swap = staff_swap(shop, order, return_shipping={"option_id": BACK, "price": 100})
    assert (swap["allow_backorder"], swap["no_notification"]) == (True, None)
    assert settle(shop, swap)["type"] == "swap"
    assert shop.in_stock(HAT) == -1
    assert shop.container.check_shop()(SYSTEM) == []


def test_staff_say_what_sending_the_new_goods_costs(shop: GoodsShop) -> None:
    order = sold(shop)
    with shop.container.begin()(SYSTEM, "test.options") as work:
        post = work.shop.shipping_option(POST)
        dear = ShippingRequirement(id="sor_dear", type=RequirementType.MIN_SUBTOTAL, amount=1_000_000)
        work.shop.add_shipping_option(replace(post, id="so_express", name="Express", requirements=(dear,)))
        work.shop.add_shipping_option(replace(post, id="so_staff", name="Courier", admin_only=True))
        work.commit()
    prices = {"so_express": 77, "so_staff": 0}
    custom = [{"option_id": name, "price": price} for name, price in prices.items()]

    swap = staff_swap(shop, order, custom_shipping_options=custom)

    path = f"/store/carts/{swap['cart_id']}/shipping-methods"
    listed = shop.ask("GET", f"/store/shipping-options/{swap['cart_id']}").json["shipping_options"]  # type: ignore[index]
    seen = [(one["id"], one["amount"], one["price_incl_tax"], one["tax_amount"]) for one in listed]
    assert seen == [("so_express", 77, 85, 8)]
    refused = shop.ask("POST", path, None, {"option_id": POST})
    assert (refused.status_code, refused.json["message"]) == (400, "Wrong shipping option")  # type: ignore[index]
    for name, price in reversed(prices.items()):
        chosen = shop.ask("POST", path, None, {"option_id": name}).json["cart"]  # type: ignore[index]
        assert [method["price"] for method in chosen["shipping_methods"]] == [price]
    assert chosen["shipping_total"] == 77
    cart = f"/store/carts/{swap['cart_id']}"
    for step in ("payment-sessions", "complete"):
        answer = shop.ask("POST", f"{cart}/{step}", None)
        assert answer.status_code == 200, answer.text
    run_jobs(shop.container)
    assert now(shop, swap)["difference_due"] == 1_100 + 85
    assert shop.container.check_shop()(SYSTEM) == []


@pytest.mark.parametrize(
    ("custom", "status"),
    [
        ([{"option_id": "so_nope", "price": 1}], 404),
        ([{"option_id": BACK, "price": 1}], 400),
        ([{"option_id": POST, "price": -1}], 400),
        ([{"option_id": POST}], 400),
        ([{"option_id": POST, "price": 1}, {"option_id": POST, "price": 2}], 400),
    ],
    ids=["unknown", "the way back", "below zero", "no price", "twice"],
)
def test_what_staff_say_about_sending_has_to_make_sense(
    shop: GoodsShop, custom: list[dict[str, Any]], status: int
) -> None:
    order = sold(shop)
    body = {
        "return_items": [{"item_id": order["items"][0]["id"], "quantity": 1}],
        "additional_items": [{"variant_id": HAT, "quantity": 1}],
        "custom_shipping_options": custom,
    }

    answer = shop.post(f"/admin/orders/{order['id']}/swaps", body)

    assert answer.status_code == status, answer.text
    assert shop.shown(order["id"])["swaps"] == []


def test_a_difference_in_favour_of_the_shop_is_captured(shop: GoodsShop) -> None:
    swap = staff_swap(shop, sold(shop))
    early = on(shop, swap, "process-payment")
    assert (early.status_code, early.json["message"]) == (  # type: ignore[index]
        400,
        "Cannot process a swap that hasn't been confirmed by the customer",
    )
    settle(shop, swap)

    answer = on(shop, swap, "process-payment")
    on(shop, swap, "process-payment")

    assert answer.json["order"]["swaps"][0]["payment_status"] == "captured"  # type: ignore[index]
    assert now(shop, swap)["payment"]["captured_at"] is not None


def test_a_difference_in_favour_of_the_buyer_is_given_back_once(shop: GoodsShop) -> None:
    order = sold(shop, (HAT, 2))
    swap = staff_swap(shop, order, SHIRT)
    settle(shop, swap)

    for _ in range(2):
        assert on(shop, swap, "process-payment").status_code == 200

    assert now(shop, swap)["payment_status"] == "difference_refunded"
    refunds = shop.shown(order["id"])["refunds"]
    assert [(refund["amount"], refund["reason"]) for refund in refunds] == [(550, "swap")]
    assert shop.container.check_shop()(SYSTEM) == []


def test_more_than_is_left_of_the_money_needs_somebody_to_decide(shop: GoodsShop) -> None:
    order = sold(shop, (HAT, 1))
    swap = staff_swap(shop, order, SHIRT)
    settle(shop, swap)
    refund = {"amount": order["refundable_amount"] - 1, "reason": "other"}
    assert shop.post(f"/admin/orders/{order['id']}/refund", refund).status_code == 200

    assert on(shop, swap, "process-payment").status_code == 200

    assert now(shop, swap)["payment_status"] == "requires_action"


def test_what_goes_out_is_packed_sent_and_called_off(shop: GoodsShop) -> None:
    swap = staff_swap(shop, sold(shop))
    assert on(shop, swap, "fulfillments").status_code == 400
    settle(shop, swap)

    packed = on(shop, swap, "fulfillments").json["order"]["swaps"][0]  # type: ignore[index]
    assert packed["fulfillment_status"] == "fulfilled"
    assert on(shop, swap, "fulfillments").json["message"] == "The swap was already fulfilled."  # type: ignore[index]
    (first,) = packed["fulfillments"]
    canceled = on(shop, swap, f"fulfillments/{first['id']}/cancel").json["order"]["swaps"][0]  # type: ignore[index]
    assert canceled["fulfillment_status"] == "canceled"
    again = on(shop, swap, "fulfillments").json["order"]["swaps"][0]["fulfillments"][-1]  # type: ignore[index]
    sent = on(shop, swap, "shipments", {"fulfillment_id": again["id"], "tracking_numbers": ["T1"]})

    assert sent.status_code == 200, sent.text
    seen = now(shop, swap)
    assert seen["fulfillment_status"] == "shipped"
    assert seen["fulfillments"][-1]["tracking_numbers"] == ["T1"]
    assert (seen["additional_items"][0]["fulfilled_quantity"], seen["additional_items"][0]["shipped_quantity"]) == (
        1,
        1,
    )
    assert on(shop, swap, f"fulfillments/{again['id']}/cancel").status_code == 400
    assert on(shop, swap, "fulfillments/ful_none/cancel").status_code == 404


@pytest.mark.parametrize("captured", [True, False])
def test_a_canceled_swap_gives_back_what_it_took(shop: GoodsShop, captured: bool) -> None:
    order = sold(shop)
    hats = shop.in_stock(HAT)
    swap = staff_swap(shop, order)
    settle(shop, swap)
    if captured:
        on(shop, swap, "process-payment")
    refused = on(shop, swap, "cancel")
    assert refused.json["message"] == "Return must be canceled before the swap can be canceled"  # type: ignore[index]
    assert shop.post(f"/admin/returns/{swap['return_order']['id']}/cancel").status_code == 200

    for _ in range(2):
        assert on(shop, swap, "cancel").status_code == 200

    seen = now(shop, swap)
    assert (seen["payment_status"], seen["fulfillment_status"]) == ("canceled", "canceled")
    assert shop.in_stock(HAT) == hats
    after = shop.shown(order["id"])
    assert [refund["amount"] for refund in after["refunds"]] == ([1_650] if captured else [])
    assert (after["payments"][-1]["canceled_at"] is None) is captured
    assert after["refundable_amount"] == order["total"]
    assert on(shop, swap, "fulfillments").json["code"] == "SWAP_CLOSED"  # type: ignore[index]
    assert shop.container.check_shop()(SYSTEM) == []


def test_a_swap_canceled_before_it_was_paid_cannot_be_paid(shop: GoodsShop) -> None:
    swap = staff_swap(shop, sold(shop))
    assert shop.post(f"/admin/returns/{swap['return_order']['id']}/cancel").status_code == 200
    on(shop, swap, "cancel")

    path = f"/store/carts/{swap['cart_id']}"
    shop.ask("POST", f"{path}/shipping-methods", None, {"option_id": POST})
    shop.ask("POST", f"{path}/payment-sessions")
    assert shop.ask("POST", f"{path}/complete").json["code"] == "SWAP_CLOSED"  # type: ignore[index]


def test_a_swap_of_another_order_is_not_found(shop: GoodsShop) -> None:
    swap, other = staff_swap(shop, sold(shop)), shop.buy((SHIRT, 1))

    answer = shop.post(f"/admin/orders/{other['id']}/swaps/{swap['id']}/cancel")

    assert (answer.status_code, answer.json["message"]) == (404, "Swap was not found")  # type: ignore[index]


def test_staff_list_swaps(shop: GoodsShop) -> None:
    swap = staff_swap(shop, sold(shop))

    listed = shop.get("/admin/swaps").json
    assert (listed["count"], listed["limit"], [one["id"] for one in listed["swaps"]]) == (1, 50, [swap["id"]])  # type: ignore[index]
    assert now(shop, swap)["cart"]["total"] == 1_100
