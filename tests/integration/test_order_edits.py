"""Changing an order after it was placed, over HTTP: proposed by staff, agreed to and paid by the buyer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from core.domain.actor import SYSTEM
from tests.integration.goods_shop import DOWNLOAD, HAT, POST, SHIRT, GoodsShop
from tests.integration.shops import REGION, run_jobs


@pytest.fixture
def shop(tmp_path: Path) -> GoodsShop:
    return GoodsShop(tmp_path)


def begin(shop: GoodsShop, order: dict[str, Any], **more: Any) -> dict[str, Any]:
    return edited(shop.post("/admin/order-edits", {"order_id": order["id"], **more}))


def edited(answer: TestResponse) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    edit: dict[str, Any] = answer.json["order_edit"]  # type: ignore[index]
    return edit


def act(shop: GoodsShop, edit: dict[str, Any], what: str, body: object = None) -> dict[str, Any]:
    answer = edited(shop.post(f"/admin/order-edits/{edit['id']}/{what}", body))
    run_jobs(shop.container)
    return answer


def add(shop: GoodsShop, edit: dict[str, Any], variant_id: str, quantity: int) -> dict[str, Any]:
    return act(shop, edit, "items", {"variant_id": variant_id, "quantity": quantity})


def resize(shop: GoodsShop, edit: dict[str, Any], quantity: int, line: int = 0) -> dict[str, Any]:
    return act(shop, edit, f"items/{edit['items'][line]['id']}", {"quantity": quantity})


def remove(shop: GoodsShop, edit: dict[str, Any], line: int = 0) -> dict[str, Any]:
    return edited(
        shop.ask("DELETE", f"/admin/order-edits/{edit['id']}/items/{edit['items'][line]['id']}", shop.staff)
    )


def store(shop: GoodsShop, method: str, path: str, body: object = None, headers: Any = None) -> TestResponse:
    answer = shop.ask(method, f"/store/{path}", headers, body)
    run_jobs(shop.container)
    return answer


def pay(shop: GoodsShop, collection_id: str) -> dict[str, Any]:
    path = f"payment-collections/{collection_id}/sessions"
    opened = store(shop, "POST", path, {"provider_id": "manual"}).json["payment_collection"]  # type: ignore[index]
    (session,) = opened["payment_sessions"]
    answer = store(shop, "POST", f"{path}/{session['id']}/authorize")
    assert answer.status_code == 200, answer.text
    paid: dict[str, Any] = answer.json["payment_session"]  # type: ignore[index]
    return paid


def asked(shop: GoodsShop, *lines: tuple[str, int], more: tuple[str, int] = (HAT, 1)) -> tuple[Any, Any]:
    """An order and an edit that makes it dearer, which the buyer is asked about."""
    order = shop.buy(*(lines or ((SHIRT, 2),)))
    edit = begin(shop, order)
    add(shop, edit, *more)
    return order, act(shop, edit, "request")


def test_an_edit_begins_as_what_the_order_is(shop: GoodsShop) -> None:
    order = shop.buy((SHIRT, 2))

    edit = begin(shop, order, internal_note="wants a hat")

    (line,) = edit["items"]
    assert (edit["status"], edit["difference_due"], edit["total"]) == ("created", 0, order["total"])
    assert edit["internal_note"] == "wants a hat"
    assert edit["created_by"].startswith("usr_")
    assert (edit["changes"], edit["payment_collection"]) == ([], None)
    assert line["original_item_id"] == order["items"][0]["id"]
    assert (line["order_edit_id"], line["order_id"], line["quantity"]) == (edit["id"], None, 2)
    assert line["tax_lines"]


def test_an_order_has_one_edit_at_a_time(shop: GoodsShop) -> None:
    order = shop.buy((SHIRT, 2))
    first = begin(shop, order)

    second = shop.post("/admin/order-edits", {"order_id": order["id"]})

    assert (second.status_code, second.json["type"]) == (400, "invalid_data")  # type: ignore[index]
    assert second.json["message"] == f"An active order edit already exists for the order {order['id']}"  # type: ignore[index]
    act(shop, first, "cancel")
    assert begin(shop, order)["status"] == "created"


def test_the_buyer_agrees_pays_and_gets_it(shop: GoodsShop) -> None:
    order, edit = asked(shop, more=(HAT, 2))
    stock = shop.in_stock(HAT)

    assert (edit["status"], edit["difference_due"]) == ("requested", 6_600)
    seen = store(shop, "GET", f"order-edits/{edit['id']}").json["order_edit"]  # type: ignore[index]
    assert seen["difference_due"] == 6_600
    assert not {"internal_note", "created_by", "confirmed_by", "canceled_by"} & seen.keys()
    assert not {"created_by"} & seen["payment_collection"].keys()
    unpaid = store(shop, "POST", f"order-edits/{edit['id']}/complete")
    assert unpaid.json["message"] == "Unable to complete an order edit if the payment is not authorized"  # type: ignore[index]

    assert pay(shop, edit["payment_collection_id"])["status"] == "authorized"
    answer = store(shop, "POST", f"order-edits/{edit['id']}/complete")

    assert edited(answer)["status"] == "confirmed"
    after = shop.shown(order["id"])
    assert after["total"] == order["total"] + 6_600
    assert [(line["variant_id"], line["quantity"]) for line in after["items"]] == [(SHIRT, 2), (HAT, 2)]
    assert after["items"][0]["id"] == order["items"][0]["id"]
    assert [payment["amount"] for payment in after["payments"]] == [order["total"], 6_600]
    assert after["paid_total"] == after["total"]
    assert shop.in_stock(HAT) == stock - 2
    shown = shop.get(f"/admin/payment-collections/{edit['payment_collection_id']}").json["payment_collection"]  # type: ignore[index]
    assert [payment["order_id"] for payment in shown["payments"]] == [order["id"]]
    assert edited(store(shop, "POST", f"order-edits/{edit['id']}/complete"))["status"] == "confirmed"
    assert shop.in_stock(HAT) == stock - 2
    assert shop.post(f"/admin/orders/{order['id']}/capture").json["order"]["payment_status"] == "captured"  # type: ignore[index]


def test_a_payment_may_be_split_and_refreshed(shop: GoodsShop) -> None:
    _, edit = asked(shop)
    path = f"payment-collections/{edit['payment_collection_id']}"

    wrong = store(shop, "POST", f"{path}/sessions/batch", {"sessions": [{"provider_id": "manual", "amount": 1}]})
    assert wrong.status_code == 400
    assert wrong.json["message"] == "The sum of sessions is not equal to 3300 on Payment Collection"  # type: ignore[index]
    parts = [
        {"provider_id": name, "amount": amount} for name, amount in (("manual", 3_000), ("manual", 300), ("x", 9))
    ]
    opened = store(shop, "POST", f"{path}/sessions/batch", {"sessions": parts}).json["payment_collection"]  # type: ignore[index]
    first, second = opened["payment_sessions"]
    fresh = store(shop, "POST", f"{path}/sessions/{first['id']}").json["payment_session"]  # type: ignore[index]
    assert fresh["id"] != first["id"]
    assert (fresh["amount"], fresh["is_initiated"], fresh["cart_id"]) == (3_000, True, None)

    one = store(shop, "POST", f"{path}/sessions/{second['id']}/authorize")
    assert one.json["payment_session"]["payment_authorized_at"]  # type: ignore[index]
    half = store(shop, "GET", path).json["payment_collection"]  # type: ignore[index]
    assert (half["status"], half["authorized_amount"]) == ("partially_authorized", 300)
    late = store(shop, "POST", f"{path}/sessions", {"provider_id": "manual"})
    assert late.json["message"] == (  # type: ignore[index]
        "Cannot set payment sessions for a payment collection with status partially_authorized"
    )

    both = store(
        shop, "POST", f"{path}/sessions/batch/authorize", {"session_ids": [fresh["id"], second["id"], "ps_x"]}
    )
    whole = both.json["payment_collection"]  # type: ignore[index]
    assert (whole["status"], whole["authorized_amount"]) == ("authorized", 3_300)
    assert edited(store(shop, "POST", f"order-edits/{edit['id']}/complete"))["status"] == "confirmed"


def test_unknown_sessions_and_providers_are_refused(shop: GoodsShop) -> None:
    _, edit = asked(shop)
    path = f"payment-collections/{edit['payment_collection_id']}/sessions"

    provider = store(shop, "POST", path, {"provider_id": "nope"})
    refresh = store(shop, "POST", f"{path}/ps_x")
    authorize = store(shop, "POST", f"{path}/ps_x/authorize")

    assert (provider.status_code, provider.json["message"]) == (400, "Payment provider not found")  # type: ignore[index]
    assert refresh.status_code == 404
    assert (authorize.status_code, authorize.json["type"]) == (422, "payment_authorization_error")  # type: ignore[index]


def test_a_declined_edit_changes_nothing_and_gives_the_money_back(shop: GoodsShop) -> None:
    order, edit = asked(shop)
    pay(shop, edit["payment_collection_id"])

    declined = edited(store(shop, "POST", f"order-edits/{edit['id']}/decline", {"declined_reason": "too dear"}))

    assert (declined["status"], declined["declined_reason"]) == ("declined", "too dear")
    assert shop.shown(order["id"])["total"] == order["total"]
    with shop.container.begin()(SYSTEM, "test.look") as work:
        collection = work.payment_collections.get(edit["payment_collection_id"])
        (payment,) = collection.payments
        attempt = work.attempts.by_payment("manual", payment.provider_payment_id or "")
    assert collection.status == "canceled"
    assert payment.canceled_at is not None
    assert attempt is not None
    assert attempt.state == "given_up"  # manual had taken nothing
    again = store(shop, "POST", f"order-edits/{edit['id']}/decline", {"declined_reason": "other"})
    assert edited(again)["declined_reason"] == "too dear"
    closed = store(shop, "POST", f"order-edits/{edit['id']}/complete")
    assert closed.json["message"] == "Cannot complete an order edit with status declined"  # type: ignore[index]


def test_a_cheaper_order_leaves_the_refund_to_staff(shop: GoodsShop) -> None:
    order = shop.buy((SHIRT, 2), (HAT, 1))
    stock = shop.in_stock(HAT)
    edit = begin(shop, order)
    remove(shop, edit, 1)
    edit = act(shop, edit, "request")
    assert (edit["difference_due"], edit["payment_collection_id"]) == (-3_300, None)

    act(shop, edit, "confirm")

    after = shop.shown(order["id"])
    assert after["total"] == order["total"] - 3_300
    assert [line["variant_id"] for line in after["items"]] == [SHIRT]
    assert (after["refunds"], after["refundable_amount"]) == ([], order["total"])
    assert shop.in_stock(HAT) == stock + 1
    assert shop.post(f"/admin/orders/{order['id']}/refund", {"amount": 3_300, "reason": "other"}).status_code == 200


def test_what_was_sent_cannot_be_taken_off(shop: GoodsShop) -> None:
    order = shop.fulfill(shop.buy((SHIRT, 2)))
    edit = begin(shop, order)

    smaller = shop.post(f"/admin/order-edits/{edit['id']}/items/{edit['items'][0]['id']}", {"quantity": 1})

    assert (smaller.status_code, smaller.json["code"]) == (400, "ORDER_EDIT_QUANTITY")  # type: ignore[index]


def test_the_buyer_is_told_what_staff_say_of_the_difference(shop: GoodsShop) -> None:
    edit = add(shop, begin(shop, shop.buy((SHIRT, 1))), HAT, 1)
    path = f"/admin/order-edits/{edit['id']}/request"
    assert shop.post(path, {"description": "a hat"}).status_code == 400
    asked = edited(shop.post(path, {"payment_collection_description": "a hat"}))

    shown = shop.ask("GET", f"/store/payment-collections/{asked['payment_collection_id']}").json
    assert shown["payment_collection"]["description"] == "a hat"  # type: ignore[index]


def test_changes_can_be_taken_back(shop: GoodsShop) -> None:
    order = shop.buy((SHIRT, 2), (HAT, 1))
    edit = begin(shop, order)
    edit = resize(shop, edit, 5)
    edit = remove(shop, edit, 1)
    assert [change["type"] for change in edit["changes"]] == ["item_update", "item_remove"]

    for change in edit["changes"]:
        answer = shop.ask("DELETE", f"/admin/order-edits/{edit['id']}/changes/{change['id']}", shop.staff)
        assert answer.json == {"id": change["id"], "object": "item_change", "deleted": True}

    back = edited(shop.get(f"/admin/order-edits/{edit['id']}"))
    assert (back["changes"], back["difference_due"]) == ([], 0)
    assert [(line["variant_id"], line["quantity"]) for line in back["items"]] == [(SHIRT, 2), (HAT, 1)]
    nothing = shop.post(f"/admin/order-edits/{edit['id']}/request")
    assert nothing.json["message"] == "Cannot request a confirmation on an edit with no changes"  # type: ignore[index]
    gone = shop.ask("DELETE", f"/admin/order-edits/{edit['id']}", shop.staff)
    assert gone.json == {"id": edit["id"], "object": "order_edit", "deleted": True}
    assert shop.get(f"/admin/order-edits/{edit['id']}").status_code == 404


def test_goods_that_are_gone_leave_the_question_and_the_money_standing(shop: GoodsShop) -> None:
    order, edit = asked(shop, more=(HAT, 10))
    pay(shop, edit["payment_collection_id"])
    shop.buy((HAT, 1))

    answer = store(shop, "POST", f"order-edits/{edit['id']}/complete")

    assert answer.status_code == 409
    assert edited(store(shop, "GET", f"order-edits/{edit['id']}"))["status"] == "requested"
    assert shop.shown(order["id"])["total"] == order["total"]
    assert act(shop, edit, "cancel")["payment_collection"]["status"] == "canceled"


def test_others_see_neither_the_edit_nor_its_payment(shop: GoodsShop) -> None:
    order = shop.buy((SHIRT, 1), headers=shop.me)
    edit = begin(shop, order)
    add(shop, edit, HAT, 1)
    edit = act(shop, edit, "request")
    collection = f"payment-collections/{edit['payment_collection_id']}"

    for headers in (None, shop.customer("bob@example.com")):
        for method, path, body in (
            ("GET", f"order-edits/{edit['id']}", None),
            ("POST", f"order-edits/{edit['id']}/complete", None),
            ("POST", f"order-edits/{edit['id']}/decline", {}),
            ("GET", collection, None),
            ("POST", f"{collection}/sessions", {"provider_id": "manual"}),
            ("POST", f"{collection}/sessions/batch", {"sessions": []}),
            ("POST", f"{collection}/sessions/batch/authorize", {"session_ids": ["ps_x"]}),
            ("POST", f"{collection}/sessions/ps_x", None),
            ("POST", f"{collection}/sessions/ps_x/authorize", None),
        ):
            answer = store(shop, method, path, body, headers)
            assert answer.status_code == 404, f"{method} {path}: {answer.text}"
            assert order["id"] not in answer.text
    assert store(shop, "GET", f"order-edits/{edit['id']}", headers=shop.me).status_code == 200


def test_downloads_follow_an_edit(shop: GoodsShop) -> None:
    order = shop.buy((SHIRT, 1), (DOWNLOAD, 2))
    before = shop.get(f"/admin/orders/{order['id']}/downloads").json["downloads"]  # type: ignore[index]
    edit = begin(shop, order)
    edit = resize(shop, edit, 1, line=1)

    act(shop, edit, "confirm")

    halved = shop.get(f"/admin/orders/{order['id']}/downloads").json["downloads"]  # type: ignore[index]
    assert [row["download_limit"] * 2 for row in halved] == [row["download_limit"] for row in before]
    edit = begin(shop, shop.shown(order["id"]))
    remove(shop, edit, 1)
    act(shop, edit, "confirm")
    gone = shop.get(f"/admin/orders/{order['id']}/downloads").json["downloads"]  # type: ignore[index]
    assert {row["status"] for row in gone} == {"revoked"}
    assert [line["variant_id"] for line in shop.shown(order["id"])["items"]] == [SHIRT]


def test_an_added_download_is_granted_when_it_is_paid(shop: GoodsShop) -> None:
    order, edit = asked(shop, more=(DOWNLOAD, 1))
    pay(shop, edit["payment_collection_id"])

    store(shop, "POST", f"order-edits/{edit['id']}/complete")
    run_jobs(shop.container)

    rows = shop.get(f"/admin/orders/{order['id']}/downloads").json["downloads"]  # type: ignore[index]
    assert [row["status"] for row in rows] == ["granted"]
    assert shop.shown(order["id"])["payment_status"] == "captured"


def test_staff_may_have_the_money_by_other_means(shop: GoodsShop) -> None:
    order, edit = asked(shop)
    path = f"/admin/payment-collections/{edit['payment_collection_id']}"

    noted = shop.post(path, {"description": "paid at the fair", "metadata": {"till": 3}}).json["payment_collection"]  # type: ignore[index]
    assert (noted["description"], noted["metadata"]) == ("paid at the fair", {"till": 3})
    marked = shop.post(f"{path}/authorize").json["payment_collection"]  # type: ignore[index]
    assert (marked["status"], marked["authorized_amount"]) == ("authorized", 3_300)
    assert shop.ask("DELETE", path, shop.staff).status_code == 400
    store(shop, "POST", f"order-edits/{edit['id']}/complete")

    assert [payment["amount"] for payment in shop.shown(order["id"])["payments"]] == [order["total"], 3_300]


def test_what_staff_had_by_other_means_is_given_back_with_the_rest(shop: GoodsShop) -> None:
    order, edit = asked(shop)
    shop.post(f"/admin/payment-collections/{edit['payment_collection_id']}/authorize")
    act(shop, edit, "confirm")
    assert shop.post(f"/admin/orders/{order['id']}/capture").status_code == 200
    whole = order["total"] + 3_300

    answer = shop.post(f"/admin/orders/{order['id']}/refund", {"amount": whole, "reason": "other"})

    assert answer.status_code == 200, answer.text
    after = shop.shown(order["id"])
    assert {refund["status"] for refund in after["refunds"]} == {"succeeded"}
    assert (after["refunded_total"], after["payment_status"]) == (whole, "refunded")


def test_a_session_named_twice_is_paid_once_and_another_begins_for_the_rest(shop: GoodsShop) -> None:
    _, edit = asked(shop)
    path = f"payment-collections/{edit['payment_collection_id']}/sessions/batch"
    half = {"provider_id": "manual", "amount": 1_650}
    opened = store(shop, "POST", path, {"sessions": [half, half]}).json["payment_collection"]  # type: ignore[index]
    first = opened["payment_sessions"][0]["id"]

    answer = store(shop, "POST", path, {"sessions": [{**half, "session_id": first}] * 2})

    sessions = [session["id"] for session in answer.json["payment_collection"]["payment_sessions"]]  # type: ignore[index]
    assert (len(set(sessions)), sessions[0]) == (2, first)
    store(shop, "POST", f"{path}/authorize", {"session_ids": sessions})
    assert edited(store(shop, "POST", f"order-edits/{edit['id']}/complete"))["status"] == "confirmed"


def test_without_a_collection_there_is_nothing_to_pay(shop: GoodsShop) -> None:
    order, edit = asked(shop)
    path = f"/admin/payment-collections/{edit['payment_collection_id']}"

    assert shop.ask("DELETE", path, shop.staff).json["object"] == "payment_collection"  # type: ignore[index]

    assert shop.get(path).status_code == 404
    assert edited(store(shop, "POST", f"order-edits/{edit['id']}/complete"))["status"] == "confirmed"
    assert shop.shown(order["id"])["payment_status"] == "awaiting"


def test_an_edit_that_was_asked_about_stays_as_it_is(shop: GoodsShop) -> None:
    _, edit = asked(shop)

    later = shop.post(f"/admin/order-edits/{edit['id']}/items", {"variant_id": HAT, "quantity": 1})
    thrown = shop.ask("DELETE", f"/admin/order-edits/{edit['id']}", shop.staff)

    assert later.json["message"] == "Can not add an item to the edit with status requested"  # type: ignore[index]
    assert thrown.json["message"] == "Cannot delete order edit with status requested"  # type: ignore[index]
    assert act(shop, edit, "request")["payment_collection_id"] == edit["payment_collection_id"]


@pytest.mark.parametrize("limit", ["usage_limit", "usage_limit_per_customer"])
def test_a_discount_that_the_order_itself_used_up_reduces_what_is_added(shop: GoodsShop, limit: str) -> None:
    rule = {"type": "percentage", "value": 50, "allocation": "total"}
    body = {"code": "HALF", "is_dynamic": False, limit: 1, "regions": [REGION], "rule": rule}
    assert shop.post("/admin/discounts", body).status_code == 200
    cart_id = store(shop, "POST", "carts", {"region_id": REGION}).json["cart"]["id"]  # type: ignore[index]
    store(shop, "POST", f"carts/{cart_id}/line-items", {"variant_id": SHIRT, "quantity": 1})
    store(shop, "POST", f"carts/{cart_id}", {"discounts": [{"code": "HALF"}]})
    order = shop.complete(cart_id, email="guest@example.com")["data"]

    seen = add(shop, begin(shop, order), HAT, 1)

    assert [line["discount_total"] for line in seen["items"]] == [order["discount_total"], 1_500]


def test_edits_are_listed_by_order_and_note(shop: GoodsShop) -> None:
    order = shop.buy((SHIRT, 1))
    edit = begin(shop, order, internal_note="the blue one")

    found = shop.get(f"/admin/order-edits?order_id={order['id']}&q=BLUE").json
    none = shop.get("/admin/order-edits?q=green").json

    assert [row["id"] for row in found["order_edits"]] == [edit["id"]]  # type: ignore[index]
    assert (found["count"], found["limit"], none["count"]) == (1, 20, 0)  # type: ignore[index]


def test_another_way_to_ship_moves_the_proposal_along_and_not_what_it_costs_more(shop: GoodsShop) -> None:
    order, edit = asked(shop)
    path = f"/admin/orders/{order['id']}/shipping-methods"
    assert shop.post(path, {"option_id": POST, "price": 900}).status_code == 200

    after = edited(shop.get(f"/admin/order-edits/{edit['id']}"))

    assert shop.shown(order["id"])["total"] == order["total"] + 440
    assert (after["total"], after["difference_due"]) == (edit["total"] + 440, edit["difference_due"])
    pay(shop, edit["payment_collection_id"])
    assert edited(store(shop, "POST", f"order-edits/{edit['id']}/complete"))["status"] == "confirmed"
    assert shop.shown(order["id"])["total"] == after["total"]


def test_staff_add_to_an_order_of_a_region_the_shop_gave_up(shop: GoodsShop) -> None:
    order = shop.buy((SHIRT, 1))
    edit = begin(shop, order)
    assert shop.ask("DELETE", f"/admin/regions/{REGION}", shop.staff).status_code == 200

    seen = add(shop, edit, HAT, 1)

    added = seen["items"][-1]
    assert (added["unit_price"], added["tax_lines"][0]["rate"], added["total"]) == (3_000, 10, 3_300)
    assert seen["difference_due"] == 3_300
    act(shop, edit, "confirm")
    assert shop.shown(order["id"])["total"] == order["total"] + 3_300


def test_a_buyer_can_agree_and_pay_although_the_shop_gave_up_the_region(shop: GoodsShop) -> None:
    order, edit = asked(shop)
    assert shop.ask("DELETE", f"/admin/regions/{REGION}", shop.staff).status_code == 200

    assert edited(store(shop, "GET", f"order-edits/{edit['id']}"))["difference_due"] == 3_300
    pay(shop, edit["payment_collection_id"])
    assert edited(store(shop, "POST", f"order-edits/{edit['id']}/complete"))["status"] == "confirmed"
    assert shop.shown(order["id"])["paid_total"] == order["total"] + 3_300
