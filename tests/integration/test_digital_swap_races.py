"""Many at once at a swap of downloads, or at what a swap sent: granted once, ended once, returned once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.domain.actor import ANONYMOUS, SYSTEM, Actor, ActorKind
from core.domain.returns import Wanted
from core.use_cases.cart.update_cart import CartChanges
from core.use_cases.order.update_order import OrderChanges
from core.use_cases.returning.receive_return import Receipt
from core.use_cases.returning.request_return import NewReturn
from tests.integration.exchanging_shop import ICON, POSTER, ExchangingShop
from tests.integration.goods_shop import HAT, SHIRT
from tests.integration.shops import ADMIN, run_jobs
from tests.integration.test_order_edit_races import EACH, at_once

GIVEN, HAD = "Icon pfile_icon.zip", "Poster pfile_poster.zip"


@pytest.fixture
def shop(folder: Path) -> ExchangingShop:
    return ExchangingShop(folder)


def ready(shop: ExchangingShop, headers: Any = None) -> tuple[dict[str, Any], dict[str, Any]]:
    """An order of an icon, and its swap for a poster, whose cart can be completed."""
    order = shop.sold((ICON, 1), headers=headers)
    swap = shop.swap(order, POSTER, headers=headers)
    assert shop.ask("POST", f"/store/carts/{swap['cart_id']}/payment-sessions", headers).status_code == 200
    return order, swap


def events(shop: ExchangingShop, name: str) -> int:
    with shop.container.engines().read.connect() as connection:
        found = connection.exec_driver_sql("SELECT name FROM events").scalars().all()
    return found.count(name)


def test_completing_and_capturing_a_swap_at_once_grants_once(shop: ExchangingShop) -> None:
    order, swap = ready(shop)
    stock, granted = shop.in_stock(POSTER), events(shop, "order.downloads_granted")
    complete, capture = shop.container.place_order(), shop.container.capture_payment()

    completed, captured = at_once(
        lambda: complete(ANONYMOUS, swap["cart_id"]), lambda: capture(ADMIN, order["id"], swap["id"])
    )
    capturing = at_once(lambda: capture(ADMIN, order["id"], swap["id"]))
    run_jobs(shop.container)

    assert (completed, captured, capturing) == ({"done": EACH}, {"done": EACH}, [{"done": EACH}])
    assert shop.downloads(order) == {GIVEN: "revoked", HAD: "granted"}
    assert events(shop, "order.downloads_granted") == granted + 1
    seen = shop.now(swap)
    assert (seen["payment_status"], seen["fulfillment_status"], len(seen["fulfillments"])) == (
        "captured",
        "fulfilled",
        1,
    )
    assert shop.in_stock(POSTER) == stock - 1
    assert shop.shown(order["id"])["items"][0]["returned_quantity"] == 1
    assert shop.container.check_shop()(SYSTEM) == []


def test_a_download_given_in_exchange_is_used_or_given_but_not_both(shop: ExchangingShop) -> None:
    order, swap = ready(shop, shop.me)
    me = Actor(kind=ActorKind.CUSTOMER, id=shop.my_id)
    token = shop.token(order["id"])
    complete, use = shop.container.place_order(), shop.container.open_download()

    completed, opened = at_once(lambda: complete(me, swap["cart_id"]), lambda: use(me, token))
    run_jobs(shop.container)

    exchanged = shop.now(swap)["confirmed_at"] is not None
    assert completed == ({"done": EACH} if exchanged else {"NOT_SWAPPABLE": EACH})
    assert opened == ({"DOWNLOAD_REVOKED": EACH} if exchanged else {"done": EACH})
    assert shop.downloads(order) == ({GIVEN: "revoked", HAD: "granted"} if exchanged else {GIVEN: "granted"})
    assert shop.container.check_shop()(SYSTEM) == []


def test_the_last_unit_that_a_swap_sent_goes_back_once(shop: ExchangingShop) -> None:
    order = shop.sold((SHIRT, 1))
    swap = shop.swap(order, HAT)
    shop.settle(swap, ship=True)
    shop.on(swap, "process-payment")
    hats, item = shop.in_stock(HAT), swap["additional_items"][0]["id"]
    wanted = NewReturn(order_id=order["id"], items=(Wanted(item_id=item, quantity=1),))
    ask, receive = shop.container.request_return(), shop.container.receive_return()

    (asked,) = at_once(lambda: ask(ANONYMOUS, wanted))
    assert asked == {"done": 1, "RETURN_QUANTITY_EXCEEDED": EACH - 1}
    (back,) = shop.shown(order["id"])["returns"]
    (received,) = at_once(lambda: receive(ADMIN, back["id"], Receipt(items=((item, 1),))))
    run_jobs(shop.container)

    assert received["done"] == 1
    assert shop.in_stock(HAT) == hats + 1
    assert sum(refund["amount"] for refund in shop.shown(order["id"])["refunds"]) == 3_300
    assert shop.now(swap)["additional_items"][0]["returned_quantity"] == 1
    assert shop.container.check_shop()(SYSTEM) == []


def test_an_order_is_handed_over_while_its_swap_is_completed_and_changed(shop: ExchangingShop) -> None:
    order, swap = ready(shop)
    stock = shop.in_stock(POSTER)
    complete, change = shop.container.place_order(), shop.container.update_cart()
    give, see = shop.container.update_order(), shop.container.view_swap()

    completed, given, changed, seen = at_once(
        lambda: complete(ANONYMOUS, swap["cart_id"]),
        lambda: give(ADMIN, order["id"], OrderChanges(customer_id=shop.my_id)),
        lambda: change(ANONYMOUS, swap["cart_id"], CartChanges(metadata={"seen": "yes"})),
        lambda: see(ANONYMOUS, swap["cart_id"]),
    )
    me = Actor(kind=ActorKind.CUSTOMER, id=shop.my_id)
    complete(me, swap["cart_id"])
    run_jobs(shop.container)

    assert given == {"done": EACH}
    assert set(completed) <= {"done", "NOT_FOUND"}
    assert set(changed) <= {"done", "NOT_FOUND", "CART_COMPLETED", "CART_IN_COMPLETION"}
    assert set(seen) <= {"done", "NOT_FOUND"}
    with shop.container.begin()(SYSTEM, "test.look") as work:
        owners = {work.carts.get(swap["cart_id"]).customer_id, work.orders.get(order["id"]).customer_id}
        owners |= {download.customer_id for download in work.downloads.of_order(order["id"])}
    assert owners == {shop.my_id}
    assert shop.downloads(order) == {GIVEN: "revoked", HAD: "granted"}
    assert shop.in_stock(POSTER) == stock - 1
    assert shop.container.check_shop()(SYSTEM) == []
