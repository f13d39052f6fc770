"""Many at once at the same order edit: it takes effect once or not at all, and no money is left behind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from core.domain.actor import ANONYMOUS, SYSTEM
from core.domain.errors import DomainError
from core.domain.payment import AttemptState
from tests.integration.goods_shop import HAT, SHIRT, GoodsShop
from tests.integration.shops import ADMIN, run_jobs

EACH = 3


@pytest.fixture
def shop(folder: Path) -> GoodsShop:
    return GoodsShop(folder)


def at_once(*deeds: Callable[[], object]) -> list[Counter[str]]:
    """Each deed a few times, all at the same time; what they answered."""

    def attempt(deed: Callable[[], object]) -> str:
        try:
            deed()
        except DomainError as error:
            return error.code
        return "done"

    turns = [deed for _ in range(EACH) for deed in deeds]
    with ThreadPoolExecutor(len(turns)) as threads:
        said = list(threads.map(attempt, turns))
    return [Counter(said[place :: len(deeds)]) for place in range(len(deeds))]


def asked(shop: GoodsShop) -> tuple[dict[str, Any], dict[str, Any]]:
    """An order of a shirt, and an edit with a hat that its buyer is asked about."""
    order = shop.buy((SHIRT, 1))
    edit = shop.post("/admin/order-edits", {"order_id": order["id"]}).json["order_edit"]  # type: ignore[index]
    path = f"/admin/order-edits/{edit['id']}"
    assert shop.post(f"{path}/items", {"variant_id": HAT, "quantity": 1}).status_code == 200
    return order, shop.post(f"{path}/request").json["order_edit"]  # type: ignore[index]


def opened(shop: GoodsShop, edit: dict[str, Any]) -> str:
    """A payment session for what the edit costs."""
    collection_id: str = edit["payment_collection_id"]
    shop.container.set_collection_session()(ANONYMOUS, collection_id, "manual")
    with shop.container.begin()(SYSTEM, "test.look") as work:
        (session,) = work.payment_collections.get(collection_id).payment_sessions
    return session.id


def test_an_edit_that_many_confirm_takes_effect_once(shop: GoodsShop) -> None:
    order, edit = asked(shop)
    stock = shop.in_stock(HAT)
    confirm = shop.container.confirm_order_edit()

    (said,) = at_once(lambda: confirm(ADMIN, edit["id"]))

    assert said == {"done": EACH}
    after = shop.shown(order["id"])
    assert [(line["variant_id"], line["quantity"]) for line in after["items"]] == [(SHIRT, 1), (HAT, 1)]
    assert shop.in_stock(HAT) == stock - 1
    assert shop.container.check_shop()(SYSTEM) == []


def test_an_edit_confirmed_while_its_order_is_canceled_leaves_no_goods_and_no_money(shop: GoodsShop) -> None:
    stock = {kind: shop.in_stock(kind) for kind in (SHIRT, HAT)}
    order, edit = asked(shop)
    confirm, cancel = shop.container.confirm_order_edit(), shop.container.cancel_order()

    confirmed, canceled = at_once(lambda: confirm(ADMIN, edit["id"]), lambda: cancel(ADMIN, order["id"]))
    run_jobs(shop.container)

    assert canceled == {"done": EACH}
    assert sum(confirmed.values()) == EACH
    assert set(confirmed) <= {"done", "ORDER_EDIT_STATE", "ORDER_CANCELED"}
    after = shop.shown(order["id"])
    assert (after["status"], after["refundable_amount"]) == ("canceled", 0)
    assert {kind: shop.in_stock(kind) for kind in stock} == stock
    assert shop.container.check_shop()(SYSTEM) == []


def test_an_edit_paid_while_its_order_is_canceled_gives_the_money_back(shop: GoodsShop) -> None:
    order, edit = asked(shop)
    session_id = opened(shop, edit)
    pay, complete = shop.container.authorize_collection_sessions(), shop.container.complete_order_edit()
    capture, cancel = shop.container.capture_payment(), shop.container.cancel_order()

    def buy() -> None:
        pay(ANONYMOUS, edit["payment_collection_id"], [session_id])
        complete(ANONYMOUS, edit["id"])
        capture(ADMIN, order["id"])

    _, canceled = at_once(buy, lambda: cancel(ADMIN, order["id"]))
    run_jobs(shop.container)
    assert set(canceled) == {"done"}
    cancel(ADMIN, order["id"])

    after = shop.shown(order["id"])
    assert (after["status"], after["refundable_amount"]) == ("canceled", 0)
    assert all(payment["captured_at"] or payment["canceled_at"] for payment in after["payments"])
    with shop.container.begin()(SYSTEM, "test.look") as work:
        collection = work.payment_collections.get(edit["payment_collection_id"])
        for payment in collection.payments:
            assert payment.canceled_at is not None
            attempt = work.attempts.by_payment("manual", payment.provider_payment_id or "")
            assert attempt is not None
            assert attempt.state in (AttemptState.GIVEN_UP, AttemptState.REFUNDED)
    assert shop.container.check_shop()(SYSTEM) == []
