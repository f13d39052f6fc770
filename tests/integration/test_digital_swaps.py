"""Downloads had and given in exchange, and what came by a swap going back, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from core.domain.actor import SYSTEM
from tests.integration.exchanging_shop import ICON, POSTER, SOON, ExchangingShop
from tests.integration.goods_shop import BACK, DOWNLOAD, HAT, SHIRT
from tests.integration.shops import run_jobs

WALLPAPER, HAS_POSTER, HAS_ICON = "Sydney Nights sydney.zip", "Poster pfile_poster.zip", "Icon pfile_icon.zip"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> ExchangingShop:
    return ExchangingShop(tmp_path_factory.mktemp("exchanging"))


def line(order: dict[str, Any], number: int = 0) -> str:
    return str(order["items"][number]["id"])


def test_a_swap_for_a_download_needs_no_shipping_and_grants_it_once_it_is_paid(shop: ExchangingShop) -> None:
    order = shop.sold((ICON, 1), headers=shop.me)
    swap = shop.swap(order, POSTER, headers=shop.me)
    cart = shop.ask("GET", f"/store/carts/{swap['cart_id']}", shop.me).json["cart"]
    assert cart["total"] == 1_650 - 440

    done = shop.settle(swap, shop.me, jobs=False).json
    again = shop.ask("POST", f"/store/carts/{swap['cart_id']}/complete", shop.me).json

    assert (done["type"], again) == ("swap", done)
    assert (done["data"]["payment_status"], done["data"]["fulfillment_status"]) == ("awaiting", "not_fulfilled")
    assert shop.downloads(order) == {HAS_ICON: "revoked"}  # what was given has ended, what is had is not paid yet
    run_jobs(shop.container)
    assert shop.downloads(order) == {HAS_ICON: "revoked", HAS_POSTER: "granted"}
    seen = shop.now(swap)
    assert (seen["payment_status"], seen["fulfillment_status"]) == ("captured", "fulfilled")
    assert seen["shipping_methods"] == []
    assert [item["quantity"] for one in seen["fulfillments"] for item in one["items"]] == [1]
    returned = seen["return_order"]
    assert (returned["status"], returned["items"][0]["received_quantity"]) == ("received", 1)
    assert shop.shown(order["id"])["items"][0]["returned_quantity"] == 1
    assert shop.problems() == []


def test_the_library_and_the_mail_know_what_came_by_a_swap(shop: ExchangingShop) -> None:
    order = shop.sold((SHIRT, 1), headers=shop.me)
    swap = shop.swap(order, POSTER, headers=shop.me)
    shop.settle(swap, shop.me)

    rows = shop.ask("GET", f"/store/customers/me/downloads?order_id={order['id']}", shop.me).json["downloads"]
    (download,) = rows
    assert (download["product"]["title"], download["line_item_id"]) == ("Poster", swap["additional_items"][0]["id"])
    assert (download["download_limit"], download["status"]) == (5, "granted")
    opened = shop.ask("GET", f"/store/downloads/{download['token']}", shop.me)
    assert opened.status_code == 200
    assert shop.ask("POST", f"/store/downloads/{download['token']}/redeem", shop.me).status_code == 200
    assert shop.ask("GET", f"/store/downloads/{download['token']}").status_code == 401
    stranger = shop.customer("eve@example.com")
    assert shop.ask("GET", f"/store/downloads/{download['token']}", stranger).json["code"] == "NOT_OWNER"
    with shop.container.begin()(SYSTEM, "test.look") as work:
        kinds = {kind for kind in ("order", "downloads") if work.mails.exists(kind, order["id"], "1")}
    assert kinds == {"order"}
    mail = next(text for text in letters(shop) if download["token"] in text)
    assert "Poster" in mail


def letters(shop: ExchangingShop) -> list[str]:
    files = Path(shop.container.settings().data_dir).rglob("*.eml")
    letters = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
    return [str(letter.get_body(("plain",)).get_content()) for letter in letters]  # type: ignore[union-attr]


def test_what_costs_less_or_as_much_is_granted_on_completion(shop: ExchangingShop) -> None:
    order = shop.sold((POSTER, 1), (DOWNLOAD, 1))
    cheaper = shop.swap(order, ICON)
    shop.settle(cheaper, jobs=False)
    assert shop.downloads(order) == {HAS_POSTER: "revoked", WALLPAPER: "granted", HAS_ICON: "granted"}
    assert shop.on(cheaper, "process-payment").status_code == 200
    assert shop.now(cheaper)["payment_status"] == "difference_refunded"
    assert shop.downloads(order)[HAS_ICON] == "granted"

    same = shop.swap(order, SOON, item=line(order, 1))
    done = shop.settle(same, jobs=False).json["data"]

    assert (done["difference_due"], done["payment_status"], done["fulfillment_status"]) == (
        0,
        "confirmed",
        "fulfilled",
    )
    assert shop.downloads(order)["Soon pfile_soon.zip"] == "granted"


@contextmanager
def icons_for_nothing(shop: ExchangingShop) -> Iterator[None]:
    with shop.container.begin()(SYSTEM, "test.free") as work:
        (price,) = work.products.get("prod_icon").variants[0].prices
        work.products.get("prod_icon").variants[0].prices = (type(price)(id=price.id, currency_code="eur", amount=0),)
        work.commit()
    try:
        yield
    finally:
        with shop.container.begin()(SYSTEM, "test.dear") as work:
            work.products.get("prod_icon").variants[0].prices = (price,)
            work.commit()


def test_a_download_had_for_nothing_stays_when_its_difference_was_given_back(shop: ExchangingShop) -> None:
    order = shop.sold((POSTER, 1))
    with icons_for_nothing(shop):
        swap = shop.swap(order, ICON)
        shop.settle(swap)
    shop.on(swap, "process-payment")

    assert shop.now(swap)["payment_status"] == "difference_refunded"
    assert shop.shown(order["id"])["payment_status"] == "refunded"
    assert shop.downloads(order) == {HAS_POSTER: "revoked", HAS_ICON: "granted"}
    assert shop.problems() == []


@pytest.mark.parametrize("named", [True, False])
def test_it_stays_too_where_that_difference_was_the_last_of_the_money(shop: ExchangingShop, *, named: bool) -> None:
    """Other goods of the order were refunded before. What such a refund ends is decided by it alone."""
    order = shop.sold((DOWNLOAD, 1), (POSTER, 1))
    lines = {item["variant_id"]: item for item in order["items"]}
    refund = {"amount": lines[DOWNLOAD]["total"], "reason": "other"}
    items = {"items": [{"item_id": lines[DOWNLOAD]["id"], "quantity": 1}]} if named else {}
    assert shop.post(f"/admin/orders/{order['id']}/refund", {**refund, **items}).status_code == 200
    with icons_for_nothing(shop):
        swap = shop.swap(order, ICON, item=lines[POSTER]["id"])
        shop.settle(swap)
    shop.on(swap, "process-payment")

    assert shop.shown(order["id"])["payment_status"] == "refunded"
    assert shop.downloads(order) == {
        WALLPAPER: "revoked" if named else "granted",
        HAS_POSTER: "revoked",
        HAS_ICON: "granted",
    }
    assert shop.problems() == []


def test_a_refund_of_all_that_is_left_ends_what_was_had_for_nothing(shop: ExchangingShop) -> None:
    order = shop.sold((DOWNLOAD, 1), (POSTER, 1))
    lines = {item["variant_id"]: item for item in order["items"]}
    with icons_for_nothing(shop):
        swap = shop.swap(order, ICON, item=lines[POSTER]["id"])
        shop.settle(swap)
    shop.on(swap, "process-payment")
    assert shop.downloads(order)[HAS_ICON] == "granted"

    shop.refund(order["id"])

    assert set(shop.downloads(order).values()) == {"revoked"}
    assert shop.problems() == []


def test_a_buyer_alone_exchanges_no_download_that_was_used(shop: ExchangingShop) -> None:
    order = shop.sold((ICON, 1), headers=shop.me)
    unpaid = shop.swap(order, POSTER, headers=shop.me)
    (download,) = shop.ask("GET", f"/store/customers/me/downloads?order_id={order['id']}", shop.me).json["downloads"]
    assert shop.ask("GET", f"/store/downloads/{download['token']}", shop.me).status_code == 200

    refused = shop.settle(unpaid, shop.me)
    assert (refused.status_code, refused.json["code"]) == (400, "NOT_SWAPPABLE")
    assert shop.now(unpaid)["confirmed_at"] is None
    assert shop.downloads(order) == {HAS_ICON: "granted"}
    assert shop.post(f"/admin/returns/{unpaid['return_order']['id']}/cancel").status_code == 200
    assert shop.ask_swap(shop.shown(order["id"]), POSTER, headers=shop.me).json["code"] == "NOT_SWAPPABLE"

    arranged = shop.staff_swap(order, POSTER)
    assert shop.settle(arranged, shop.me).status_code == 200
    assert shop.downloads(order) == {HAS_ICON: "revoked", HAS_POSTER: "granted"}


def test_units_given_in_exchange_lower_the_limit(shop: ExchangingShop) -> None:
    order = shop.sold((ICON, 3))
    shop.settle(shop.swap(order, POSTER, back=2, quantity=1))

    rows = shop.get(f"/admin/orders/{order['id']}/downloads").json["downloads"]
    assert {row["product"]["title"]: (row["status"], row["download_limit"]) for row in rows} == {
        "Icon": ("granted", 5),
        "Poster": ("granted", 5),
    }
    assert shop.ask_swap(order, POSTER, back=2).json["code"] == "RETURN_QUANTITY_EXCEEDED"
    assert shop.problems() == []


def test_goods_and_downloads_go_out_together(shop: ExchangingShop) -> None:
    order = shop.sold((SHIRT, 1))
    body = [{"variant_id": POSTER, "quantity": 1}, {"variant_id": HAT, "quantity": 1}]
    swap = shop.swap(order, POSTER, additional_items=body)

    shop.settle(swap, ship=True)

    assert (shop.now(swap)["payment_status"], shop.now(swap)["fulfillment_status"]) == ("captured", "not_fulfilled")
    assert shop.downloads(order) == {HAS_POSTER: "granted"}
    assert shop.on(swap, "fulfillments").status_code == 200
    seen = shop.now(swap)
    by_hand, packed = seen["fulfillments"]
    assert (seen["fulfillment_status"], len(packed["items"])) == ("fulfilled", 1)
    refused = shop.on(swap, f"fulfillments/{by_hand['id']}/cancel")
    assert refused.status_code == 400
    assert shop.on(swap, "shipments", {"fulfillment_id": by_hand["id"]}).status_code == 400
    assert shop.on(swap, "shipments", {"fulfillment_id": packed["id"]}).status_code == 200
    assert shop.now(swap)["fulfillment_status"] == "shipped"


def test_a_swap_of_downloads_only_has_nothing_to_pack(shop: ExchangingShop) -> None:
    swap = shop.swap(shop.sold((SHIRT, 1)), POSTER)
    shop.settle(swap)

    answer = shop.on(swap, "fulfillments")

    assert (answer.status_code, answer.json["message"]) == (
        400,
        "Downloads are handed over as soon as the swap is paid for; nothing is to be sent",
    )


def test_a_file_that_is_ready_later_is_granted_then(shop: ExchangingShop) -> None:
    order = shop.sold((SHIRT, 1))
    shop.settle(shop.swap(order, SOON))
    assert shop.downloads(order) == {"Soon pfile_soon.zip": "granted"}

    shop.finish_check("pfile_soon_more")

    assert shop.downloads(order) == {"Soon pfile_soon.zip": "granted", "Soon pfile_soon_more.zip": "granted"}
    assert shop.problems() == []


def test_a_refund_that_names_the_line_ends_what_came_by_the_swap(shop: ExchangingShop) -> None:
    order = shop.sold((SHIRT, 1))
    swap = shop.swap(order, POSTER)
    shop.settle(swap)
    item = swap["additional_items"][0]["id"]
    download = shop.get(f"/admin/orders/{order['id']}/downloads").json["downloads"][0]["id"]

    body = {"amount": 1_650, "reason": "other", "items": [{"item_id": item, "quantity": 1}]}
    answer = shop.post(f"/admin/orders/{order['id']}/refund", body)
    run_jobs(shop.container)

    assert answer.status_code == 200, answer.text
    assert shop.downloads(order) == {HAS_POSTER: "revoked"}
    reopened = shop.post(f"/admin/downloads/{download}", {"status": "granted"})
    assert (reopened.status_code, reopened.json["code"]) == (409, "LINE_REFUNDED")
    assert shop.post(f"/admin/orders/{order['id']}/refund", body).status_code == 400
    assert shop.problems() == []


def test_canceling_a_swap_ends_what_it_granted_and_reopens_what_was_given(shop: ExchangingShop) -> None:
    order = shop.sold((ICON, 1))
    stock = shop.in_stock(POSTER)
    swap = shop.swap(order, POSTER)
    shop.settle(swap)
    assert shop.in_stock(POSTER) == stock - 1
    refused = shop.on(swap, "cancel")
    assert refused.json["message"] == "Return must be canceled before the swap can be canceled"

    assert shop.post(f"/admin/returns/{swap['return_order']['id']}/cancel").status_code == 200
    assert shop.on(swap, "cancel").status_code == 200

    assert shop.downloads(order) == {HAS_ICON: "granted", HAS_POSTER: "revoked"}
    assert shop.in_stock(POSTER) == stock
    after = shop.shown(order["id"])
    assert sum(refund["amount"] for refund in after["refunds"]) == 1_650 - 440
    assert after["items"][0]["returned_quantity"] == 0
    assert shop.problems() == []


def test_canceling_an_even_swap_ends_what_it_granted_without_any_refund(shop: ExchangingShop) -> None:
    order = shop.sold((DOWNLOAD, 1))
    swap = shop.swap(order, SOON)
    shop.settle(swap)
    assert shop.post(f"/admin/returns/{swap['return_order']['id']}/cancel").status_code == 200

    assert shop.on(swap, "cancel").status_code == 200

    states = shop.downloads(order)
    assert states.pop(WALLPAPER) == "granted"
    assert set(states.values()) == {"revoked"}
    assert shop.shown(order["id"])["refunds"] == []
    assert shop.problems() == []


def test_downloads_need_no_way_back(shop: ExchangingShop) -> None:
    order = shop.sold((ICON, 1))

    refused = shop.ask_swap(order, POSTER, return_shipping_option=BACK)
    assert (refused.status_code, refused.json["type"]) == (400, "invalid_data")
    back = {"order_id": order["id"], "items": [{"item_id": line(order), "quantity": 1}]}
    assert shop.ask("POST", "/store/returns", None, back).json["code"] == "NOT_RETURNABLE"


# What came by a swap goes back


def has_hat(shop: ExchangingShop, hats: int = 1, *, process: bool = True) -> tuple[dict[str, Any], dict[str, Any]]:
    """An order of two shirts, one of which was swapped for hats that were sent."""
    order = shop.sold((SHIRT, 2))
    swap = shop.swap(order, HAT, hats)
    assert shop.settle(swap, ship=True).status_code == 200
    if process:
        assert shop.on(swap, "process-payment").status_code == 200
    packed = shop.on(swap, "fulfillments").json["order"]["swaps"][-1]["fulfillments"][-1]
    assert shop.on(swap, "shipments", {"fulfillment_id": packed["id"]}).status_code == 200
    return order, shop.now(swap)


def send_back(shop: ExchangingShop, order: dict[str, Any], item: str, quantity: int = 1) -> Any:
    body = {"order_id": order["id"], "items": [{"item_id": item, "quantity": quantity}]}
    return shop.ask("POST", "/store/returns", None, body)


def receive(shop: ExchangingShop, return_id: str, item: str, quantity: int = 1) -> Any:
    answer = shop.post(f"/admin/returns/{return_id}/receive", {"items": [{"item_id": item, "quantity": quantity}]})
    run_jobs(shop.container)
    return answer


def test_what_came_by_a_swap_is_returned_and_refunded(shop: ExchangingShop) -> None:
    order, swap = has_hat(shop, 2)
    item = swap["additional_items"][0]["id"]
    hats, paid = shop.in_stock(HAT), shop.shown(order["id"])["refundable_amount"]

    asked = send_back(shop, order, item).json["return"]
    assert (asked["order_id"], asked["swap_id"], asked["refund_amount"]) == (order["id"], None, 3_300)
    too_many = send_back(shop, order, item, 2)
    assert (too_many.status_code, too_many.json["code"]) == (400, "RETURN_QUANTITY_EXCEEDED")
    got = receive(shop, asked["id"], item)

    assert (got.status_code, got.json["return"]["status"]) == (200, "received")
    assert receive(shop, asked["id"], item).status_code == 400
    after = shop.shown(order["id"])
    assert [(refund["amount"], refund["reason"]) for refund in after["refunds"]] == [(3_300, "return")]
    assert after["refunds"][0]["items"] == [{"item_id": item, "quantity": 1}]
    assert after["refundable_amount"] == paid - 3_300
    assert shop.now(swap)["additional_items"][0]["returned_quantity"] == 1
    assert after["items"][0]["returned_quantity"] is None
    assert shop.in_stock(HAT) == hats + 1
    shown = shop.get(f"/admin/orders/{order['id']}?expand=returns,returns.items,returns.items.item")
    seen = shown.json["order"]["returns"][0]["items"][0]["item"]
    assert (seen["id"], seen["swap_id"], seen["returned_quantity"]) == (item, swap["id"], 1)
    assert send_back(shop, order, item).json["return"]["refund_amount"] == 3_300
    assert send_back(shop, order, item).json["code"] == "RETURN_QUANTITY_EXCEEDED"
    assert shop.problems() == []


def test_what_came_by_a_swap_is_swapped_on(shop: ExchangingShop) -> None:
    order, swap = has_hat(shop)
    item = swap["additional_items"][0]["id"]

    second = shop.swap(order, POSTER, item=item)
    cart = shop.ask("GET", f"/store/carts/{second['cart_id']}").json["cart"]
    assert [(one["title"], one["unit_price"]) for one in cart["items"]] == [("Poster", 1_500), ("Hat", -3_000)]
    shop.settle(second)

    assert shop.now(second)["difference_due"] == 1_650 - 3_300
    assert shop.downloads(order) == {HAS_POSTER: "granted"}
    third = shop.swap(order, ICON, item=second["additional_items"][0]["id"])
    shop.settle(third)
    assert shop.downloads(order) == {HAS_POSTER: "revoked", HAS_ICON: "granted"}
    for one in (second, third):
        shop.on(one, "process-payment")
        assert shop.now(one)["payment_status"] == "difference_refunded"
    assert receive(shop, second["return_order"]["id"], item).status_code == 200
    assert shop.now(swap)["additional_items"][0]["returned_quantity"] == 1
    assert shop.on(second, "cancel").status_code == 400
    assert shop.problems() == []


def test_only_what_the_buyer_has_goes_back(shop: ExchangingShop) -> None:
    order = shop.sold((SHIRT, 2))
    swap = shop.swap(order, HAT)
    item = swap["additional_items"][0]["id"]

    early = send_back(shop, order, item)
    assert (early.status_code, early.json["code"]) == (400, "NOT_RETURNABLE")
    assert shop.post(f"/admin/returns/{swap['return_order']['id']}/cancel").status_code == 200
    assert shop.on(swap, "cancel").status_code == 200
    late = send_back(shop, order, item)
    assert (late.status_code, late.json["message"]) == (400, "Cannot create a return for a canceled item.")
    other = send_back(shop, shop.sold((SHIRT, 1)), item)
    assert other.json["message"] == "Return contains invalid line item"


def test_a_swap_whose_goods_come_back_is_not_canceled(shop: ExchangingShop) -> None:
    order = shop.sold((SHIRT, 2))
    swap = shop.swap(order, HAT)
    shop.settle(swap, ship=True)
    assert shop.post(f"/admin/returns/{swap['return_order']['id']}/cancel").status_code == 200
    back = send_back(shop, order, swap["additional_items"][0]["id"]).json["return"]

    assert shop.on(swap, "cancel").json["code"] == "SWAP_NOT_CANCELABLE"
    assert shop.post(f"/admin/returns/{back['id']}/cancel").status_code == 200
    assert shop.on(swap, "cancel").status_code == 200


def test_returnable_items_hold_what_swaps_sent(shop: ExchangingShop) -> None:
    order, swap = has_hat(shop)

    seen = shop.get(f"/admin/orders/{order['id']}?expand=items,returnable_items").json["order"]

    assert {one["id"] for one in seen["returnable_items"]} == {line(order), swap["additional_items"][0]["id"]}
    assert [one["id"] for one in seen["items"]] == [line(order)]
