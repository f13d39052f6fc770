"""What was exchanged and what was paid for it, told apart: by refunds, order edits, disputes and further swaps."""

from __future__ import annotations

from typing import Any

import pytest

from core.domain.actor import SYSTEM
from core.domain.dispute import Dispute, DisputeState
from core.domain.product_file import FileState
from core.use_cases.download.granting import follow_disputes
from tests.integration.exchanging_shop import ICON, POSTER, SOON, ExchangingShop
from tests.integration.goods_shop import DOWNLOAD, HAT, SHIRT
from tests.integration.shops import run_jobs

WALLPAPER, HAS_POSTER, HAS_ICON = "Sydney Nights sydney.zip", "Poster pfile_poster.zip", "Icon pfile_icon.zip"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> ExchangingShop:
    return ExchangingShop(tmp_path_factory.mktemp("exchanging"))


def refund(shop: ExchangingShop, order: dict[str, Any], amount: int, item: str | None = None) -> Any:
    items = [{"item_id": item, "quantity": 1}] if item else []
    answer = shop.post(f"/admin/orders/{order['id']}/refund", {"amount": amount, "reason": "other", "items": items})
    run_jobs(shop.container)
    return answer


def add_by_edit(shop: ExchangingShop, order: dict[str, Any], variant_id: str) -> None:
    """Staff put it on the order, and nobody pays for it."""
    edit = shop.post("/admin/order-edits", {"order_id": order["id"]}).json["order_edit"]
    path = f"/admin/order-edits/{edit['id']}"
    assert shop.post(f"{path}/items", {"variant_id": variant_id, "quantity": 1}).status_code == 200
    assert shop.post(f"{path}/confirm").status_code == 200
    run_jobs(shop.container)


@pytest.mark.parametrize("given", [ICON, SHIRT])
def test_what_was_given_in_exchange_is_not_refunded_too(shop: ExchangingShop, given: str) -> None:
    order = shop.sold((given, 1), (DOWNLOAD, 1))
    shop.settle(shop.swap(order, POSTER))
    worth = order["items"][0]["total"]

    refused = refund(shop, order, worth, order["items"][0]["id"])

    assert (refused.status_code, refused.json["code"]) == (400, "REFUND_EXCEEDS_CAPTURED")
    assert shop.downloads(order)[HAS_POSTER] == "granted"
    assert refund(shop, order, 1_100, order["items"][1]["id"]).status_code == 200
    assert shop.downloads(order)[WALLPAPER] == "revoked"
    assert shop.problems() == []


def test_what_is_not_paid_for_yet_is_not_exchanged_on(shop: ExchangingShop) -> None:
    order = shop.sold((ICON, 1))
    dearer = shop.swap(order, POSTER)
    shop.settle(dearer, jobs=False)
    assert shop.now(dearer)["payment_status"] == "awaiting"
    poster = dearer["additional_items"][0]["id"]

    refused = shop.ask_swap(order, POSTER, item=poster)

    assert (refused.status_code, refused.json["code"]) == (400, "NOT_SWAPPABLE")
    run_jobs(shop.container)
    assert shop.ask_swap(order, SOON, item=poster).status_code == 200


def test_an_order_that_is_not_all_paid_is_not_exchanged_because_some_of_it_was_refunded(shop: ExchangingShop) -> None:
    order = shop.sold((ICON, 1))
    add_by_edit(shop, order, POSTER)
    refund(shop, order, 40)
    (poster,) = [item["id"] for item in shop.shown(order["id"])["items"] if item["title"] == "Poster"]

    refused = shop.ask_swap(order, SOON, item=poster)

    assert (refused.status_code, refused.json["code"]) == (400, "NOT_SWAPPABLE")


def test_what_was_paid_for_a_swap_pays_for_nothing_else(shop: ExchangingShop) -> None:
    order = shop.sold((ICON, 1))
    shop.settle(shop.swap(order, POSTER))

    add_by_edit(shop, order, DOWNLOAD)

    assert shop.shown(order["id"])["payment_status"] == "awaiting"
    assert shop.downloads(order) == {HAS_ICON: "revoked", HAS_POSTER: "granted"}


def test_calling_a_return_off_opens_nothing_that_is_disputed(shop: ExchangingShop) -> None:
    order = shop.sold((ICON, 1))
    swap = shop.swap(order, POSTER)
    shop.settle(swap)
    now = shop.container.clock().now()
    with shop.container.begin()(SYSTEM, "test.dispute") as work:
        disputed = work.orders.get(order["id"])
        dispute = Dispute(
            id=f"disp_{order['id']}",
            payment_id=disputed.payments[0].id,
            provider_dispute_id=f"at_the_bank_{order['id']}",
            amount=440,
            currency_code="eur",
            state=DisputeState.OPEN,
            as_of=now,
            opened_at=now,
        )
        disputed.disputes.append(dispute)
        follow_disputes(work, disputed)
        work.commit()
    assert shop.downloads(order) == {HAS_ICON: "revoked", HAS_POSTER: "suspended"}

    assert shop.post(f"/admin/returns/{swap['return_order']['id']}/cancel").status_code == 200
    assert shop.on(swap, "cancel").status_code == 200

    assert shop.downloads(order) == {HAS_ICON: "suspended", HAS_POSTER: "revoked"}


def test_a_file_that_was_ready_while_its_download_was_given_away_is_had_when_it_comes_back(
    shop: ExchangingShop,
) -> None:
    with shop.container.begin()(SYSTEM, "test.late") as work:
        shop._add_file(work, "soon", "pfile_late", FileState.CHECKING)
        work.commit()
    order = shop.sold((SOON, 1))
    swap = shop.swap(order, POSTER)
    shop.settle(swap)
    shop.finish_check("pfile_late")
    assert "Soon pfile_late.zip" not in shop.downloads(order)

    assert shop.post(f"/admin/returns/{swap['return_order']['id']}/cancel").status_code == 200
    assert shop.on(swap, "cancel").status_code == 200

    assert shop.downloads(order)["Soon pfile_late.zip"] == "granted"
    assert shop.problems() == []


def test_what_swaps_sent_tells_what_giving_it_back_pays(shop: ExchangingShop) -> None:
    order = shop.sold((SHIRT, 2))
    swap = shop.swap(order, HAT, 2)
    shop.settle(swap, ship=True)

    (sent,) = shop.now(swap)["additional_items"]
    (shown,) = shop.shown(order["id"])["swaps"][0]["additional_items"]

    assert (sent["refundable"], shown["refundable"]) == (6_600, 6_600)


def test_an_order_of_a_deleted_region_is_not_exchanged(shop: ExchangingShop) -> None:
    order = shop.sold((ICON, 1))
    with shop.container.begin()(SYSTEM, "test.close") as work:
        region = work.regions.get(order["region_id"])
        region.deleted_at = shop.container.clock().now()
        work.commit()
    try:
        refused = shop.ask_swap(order, POSTER)
    finally:
        with shop.container.begin()(SYSTEM, "test.open") as work:
            work.regions.kept(order["region_id"]).deleted_at = None
            work.commit()

    assert (refused.status_code, refused.json["code"]) == (400, "NOT_SWAPPABLE")
    assert "region" in refused.json["message"]


def test_a_swap_cart_is_priced_for_whoever_the_order_is_given_to(shop: ExchangingShop) -> None:
    order = shop.sold((ICON, 1))
    swap = shop.swap(order, POSTER)
    assert shop.post(f"/admin/orders/{order['id']}", {"customer_id": shop.my_id}).status_code == 200

    assert shop.ask("GET", f"/store/carts/{swap['cart_id']}").status_code == 404
    cart = shop.ask("GET", f"/store/carts/{swap['cart_id']}", shop.me).json["cart"]
    assert cart["customer_id"] == shop.my_id
    assert shop.settle(swap, shop.me).status_code == 200


def test_an_order_that_cost_nothing_is_still_paid_for_when_its_swap_was_not_for_nothing(shop: ExchangingShop) -> None:
    with shop.container.begin()(SYSTEM, "test.free") as work:
        (price,) = work.products.get("prod_icon").variants[0].prices
        work.products.get("prod_icon").variants[0].prices = (type(price)(id=price.id, currency_code="eur", amount=0),)
        work.commit()
    try:
        order = shop.sold((ICON, 1))
        shop.settle(shop.swap(order, POSTER))
    finally:
        with shop.container.begin()(SYSTEM, "test.dear") as work:
            work.products.get("prod_icon").variants[0].prices = (price,)
            work.commit()

    assert shop.shown(order["id"])["payment_status"] == "captured"
    assert shop.downloads(order) == {HAS_ICON: "revoked", HAS_POSTER: "granted"}
