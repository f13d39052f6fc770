"""Payments by themselves: shown, captured and given back one by one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from adapters.db.tables import audit_log, idempotency_keys
from core.domain.actor import SYSTEM
from ports.idempotency import ClaimState
from tests.integration.goods_shop import DOWNLOAD, HAT, SHIRT, GoodsShop
from tests.integration.shops import run_jobs

CROWD = 6
REFUND = {"amount": 700, "reason": "other", "note": "a dent"}
ENTRIES = {
    "id", "swap_id", "cart_id", "order_id", "amount", "currency_code", "amount_refunded", "provider_id",
    "data", "captured_at", "canceled_at", "created_at", "updated_at", "metadata", "idempotency_key",
}  # fmt: skip


@pytest.fixture
def shop(tmp_path: Path) -> GoodsShop:
    return GoodsShop(tmp_path)


def only(shop: GoodsShop, *, captured: bool = False, what: str = SHIRT) -> tuple[dict[str, Any], str]:
    """An order and the path of its payment."""
    order = shop.buy((what, 1), captured=captured)
    return order, f"/admin/payments/{order['payments'][0]['id']}"


def paid(answer: TestResponse, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    payment: dict[str, Any] = answer.json["payment"]  # type: ignore[index]
    return payment


def refused(answer: TestResponse, code: str, status: int = 400) -> str:
    assert (answer.status_code, answer.json["code"]) == (status, code), answer.text  # type: ignore[index]
    message: str = answer.json["message"]  # type: ignore[index]
    return message


def sound(shop: GoodsShop) -> None:
    run_jobs(shop.container)
    assert shop.container.check_shop()(SYSTEM) == []


def audited(shop: GoodsShop, action: str) -> int:
    with shop.container.read_engine().connect() as rows:
        return len(rows.execute(select(audit_log.c.id).where(audit_log.c.action == action)).all())


def edited(shop: GoodsShop) -> tuple[dict[str, Any], dict[str, Any], str]:
    """An order, an edit the buyer has paid for without completing it, and the path of that payment."""
    order = shop.buy((SHIRT, 1))
    edit = shop.post("/admin/order-edits", {"order_id": order["id"]}).json["order_edit"]  # type: ignore[index]
    path = f"/admin/order-edits/{edit['id']}"
    assert shop.post(f"{path}/items", {"variant_id": HAT, "quantity": 1}).status_code == 200
    edit = shop.post(f"{path}/request").json["order_edit"]  # type: ignore[index]
    sessions = f"/store/payment-collections/{edit['payment_collection_id']}/sessions"
    opened = shop.ask("POST", sessions, None, {"provider_id": "manual"}).json["payment_collection"]  # type: ignore[index]
    (session,) = opened["payment_sessions"]
    assert shop.ask("POST", f"{sessions}/{session['id']}/authorize").status_code == 200
    collection = shop.get(f"/admin/payment-collections/{edit['payment_collection_id']}").json["payment_collection"]  # type: ignore[index]
    (payment,) = collection["payments"]
    return order, edit, f"/admin/payments/{payment['id']}"


def test_a_payment_is_shown_with_what_it_belongs_to(shop: GoodsShop) -> None:
    order, path = only(shop)

    payment = paid(shop.get(path))
    assert payment.keys() == ENTRIES
    assert (payment["order_id"], payment["amount"], payment["captured_at"]) == (order["id"], order["total"], None)
    more = paid(shop.get(f"{path}?fields=amount&expand=order,cart,currency,swap"))
    assert (more["order"]["id"], more["cart"]["id"], more["currency"]["code"]) == (
        order["id"],
        order["cart_id"],
        "eur",
    )
    assert more["swap"] is None
    assert refused(shop.get("/admin/payments/pay_9"), "NOT_FOUND", 404) == "Payment with id pay_9 was not found"


def test_the_store_does_not_get_from_a_payment_to_what_it_belongs_to(shop: GoodsShop) -> None:
    order, _ = only(shop)

    answer = shop.ask("GET", f"/store/orders/{order['id']}?expand=payments.swap")

    assert answer.status_code == 400


@pytest.mark.parametrize("what", [SHIRT, DOWNLOAD])
def test_capturing_it_settles_the_order_once(shop: GoodsShop, what: str) -> None:
    order, path = only(shop, what=what)

    first, again = paid(shop.post(f"{path}/capture")), paid(shop.post(f"{path}/capture"))

    assert first["captured_at"] is not None
    assert first["captured_at"] == again["captured_at"]
    assert shop.shown(order["id"])["payment_status"] == "captured"
    sound(shop)


def test_one_capture_is_one_audited_commit_of_whoever_asked(shop: GoodsShop) -> None:
    _, path = only(shop)

    paid(shop.post(f"{path}/capture"))

    assert audited(shop, "order.capture") == 1


def test_a_crowd_captures_it_once(folder: Path) -> None:
    shop = GoodsShop(folder)
    order, path = only(shop)

    with ThreadPoolExecutor(CROWD) as crowd:
        answers = list(crowd.map(lambda _: shop.post(f"{path}/capture"), range(CROWD)))

    assert {paid(answer)["captured_at"] is None for answer in answers} == {False}
    assert shop.shown(order["id"])["paid_total"] == order["total"]
    sound(shop)


def test_the_payment_of_a_canceled_order_stays_released(shop: GoodsShop) -> None:
    order, path = only(shop)
    shop.post(f"/admin/orders/{order['id']}/cancel")
    run_jobs(shop.container)

    refused(shop.post(f"{path}/capture"), "PAYMENT_CANCELED")
    refused(shop.post(f"{path}/refund", REFUND), "PAYMENT_NOT_CAPTURED")


def test_a_refund_is_answered_and_counts_on_payment_and_order(shop: GoodsShop) -> None:
    order, path = only(shop, captured=True)

    answer = shop.post(f"{path}/refund", REFUND)

    assert answer.status_code == 200
    refund = answer.json["refund"]  # type: ignore[index]
    payment = paid(shop.get(path))
    assert {name: refund[name] for name in ("amount", "reason", "note")} == REFUND
    assert (refund["order_id"], refund["payment_id"], refund["status"]) == (order["id"], payment["id"], "succeeded")
    assert payment["amount_refunded"] == shop.shown(order["id"])["refunded_total"] == 700
    assert audited(shop, "order.refund") == 1
    sound(shop)


def test_nothing_beyond_what_the_payment_holds_goes_back(shop: GoodsShop) -> None:
    order, path = only(shop)
    assert "is not captured" in refused(shop.post(f"{path}/refund", REFUND), "PAYMENT_NOT_CAPTURED")
    paid(shop.post(f"{path}/capture"))
    assert shop.post(f"{path}/refund", REFUND).status_code == 200

    message = refused(shop.post(f"{path}/refund", {**REFUND, "amount": order["total"]}), "REFUND_EXCEEDS_CAPTURED")

    assert message == f"Only {order['total'] - 700} can be refunded from Payment {path.rsplit('/', 1)[1]}"
    assert refused(shop.post("/admin/payments/pay_9/refund", REFUND), "NOT_FOUND", 404)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"amount": 0, "reason": "other"},
        {"amount": -1, "reason": "other"},
        {"amount": 1.5, "reason": "other"},
        {"amount": 100},
        {"amount": 100, "reason": "whim"},
        {"amount": 100, "reason": "other", "no_notification": True},
    ],
)
def test_what_medusa_refuses_or_makes_no_sense_is_refused(shop: GoodsShop, body: dict[str, Any]) -> None:
    order, path = only(shop, captured=True)

    assert shop.post(f"{path}/refund", body).status_code == 400
    assert shop.shown(order["id"])["refunds"] == []


def test_of_refunds_in_a_crowd_only_what_is_there_goes_back(folder: Path) -> None:
    shop = GoodsShop(folder)
    order, path = only(shop, captured=True)
    body = {"amount": order["total"] // 2, "reason": "other"}

    with ThreadPoolExecutor(CROWD) as crowd:
        answers = list(crowd.map(lambda _: shop.post(f"{path}/refund", body).status_code, range(CROWD)))

    assert sorted(answers) == [200, 200, *[400] * (CROWD - 2)]
    assert shop.shown(order["id"])["refunded_total"] == order["total"]
    sound(shop)


def test_a_repeated_refund_with_its_key_is_made_once_and_answered_the_same(shop: GoodsShop) -> None:
    order, path = only(shop, captured=True)
    key = {**shop.staff, "Idempotency-Key": "refund-1"}

    first, again = (shop.ask("POST", f"{path}/refund", key, REFUND) for _ in range(2))
    with shop.container.write_engine().begin() as rows:  # as if the answer had been lost after the commit
        rows.execute(update(idempotency_keys).values(state=ClaimState.EXECUTED.value, body=None, status=None))
    lost = shop.ask("POST", f"{path}/refund", key, REFUND)

    assert (first.status_code, again.status_code, lost.status_code) == (200, 200, 200)
    assert first.json == again.json == lost.json
    assert len(shop.shown(order["id"])["refunds"]) == 1


def test_money_is_taken_from_the_payment_that_is_named(shop: GoodsShop) -> None:
    order, edit, path = edited(shop)
    assert shop.ask("POST", f"/store/order-edits/{edit['id']}/complete").status_code == 200
    run_jobs(shop.container)
    first = f"/admin/payments/{order['payments'][0]['id']}"
    paid(shop.post(f"{path}/capture"))

    assert shop.post(f"{path}/refund", REFUND).status_code == 200

    assert [paid(shop.get(one))["amount_refunded"] for one in (first, path)] == [0, 700]
    sound(shop)


def test_what_was_paid_for_an_edit_is_captured_before_it_takes_effect(shop: GoodsShop) -> None:
    order, edit, path = edited(shop)
    assert paid(shop.get(path))["order_id"] is None

    first, again = paid(shop.post(f"{path}/capture")), paid(shop.post(f"{path}/capture"))

    assert first["captured_at"] == again["captured_at"] is not None
    assert audited(shop, "payment.capture") == 1
    assert "canceling the edit" in refused(shop.post(f"{path}/refund", REFUND), "PAYMENT_NOT_ON_ORDER")
    assert shop.ask("POST", f"/store/order-edits/{edit['id']}/complete").status_code == 200
    after = shop.shown(order["id"])
    assert (after["paid_total"], after["payment_status"]) == (order["total"] + 3_300, "captured")
    assert shop.post(f"{path}/refund", REFUND).status_code == 200
    sound(shop)


def test_what_was_captured_for_an_edit_goes_back_with_it(shop: GoodsShop) -> None:
    _, edit, path = edited(shop)
    paid(shop.post(f"{path}/capture"))

    assert shop.post(f"/admin/order-edits/{edit['id']}/cancel").status_code == 200

    refused(shop.post(f"{path}/capture"), "PAYMENT_CANCELED")
    sound(shop)
