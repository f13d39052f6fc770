"""Mails about orders after they were placed, from the shop's doors to the folder they land in."""

from __future__ import annotations

from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from tests.integration.goods_shop import HAT, POST, SHIRT, GoodsShop
from tests.integration.shops import run_jobs


class WritingShop(GoodsShop):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.folder = folder
        self.read: set[Path] = set()

    def mails(self) -> dict[str, str]:
        """What has come since the last look: bodies by subject."""
        run_jobs(self.container)
        fresh = sorted(set(self.folder.rglob("*.eml")) - self.read)
        self.read.update(fresh)
        letters = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in fresh]
        return {str(one["subject"]): one.get_body(("plain",)).get_content() for one in letters}  # type: ignore[union-attr]

    def sold(self, *, ship: bool = True) -> dict[str, Any]:
        order = self.buy((SHIRT, 2))
        self.mails()
        order = self.fulfill(order, ship=ship)
        if ship:
            self.mails()
        return order


@pytest.fixture
def shop(tmp_path: Path) -> WritingShop:
    return WritingShop(tmp_path)


def test_a_shipment_is_told_with_its_tracking_numbers_once(shop: WritingShop) -> None:
    order = shop.sold(ship=False)
    body = {"fulfillment_id": order["fulfillments"][0]["id"], "tracking_numbers": ["JD0001"]}
    assert shop.post(f"/admin/orders/{order['id']}/shipment", body).status_code == 200

    ((subject, text),) = shop.mails().items()

    assert subject == f"Your order {order['display_id']} is on its way"
    assert "- 2 x Shirt" in text
    assert "- JD0001" in text
    (told,) = [
        one
        for one in shop.get(f"/admin/notifications?resource_id={order['id']}").json["notifications"]  # type: ignore[index]
        if one["event_name"] == "order.shipment_created"
    ]
    assert (told["resource_type"], told["to"]) == ("order", "guest@example.com")
    assert shop.post(f"/admin/notifications/{told['id']}/resend").status_code == 200
    assert list(shop.mails()) == [subject]


def test_nobody_is_written_to_who_wants_no_mails(shop: WritingShop) -> None:
    order = shop.sold(ship=False)
    assert shop.post(f"/admin/orders/{order['id']}", {"no_notification": True}).status_code == 200

    body = {"fulfillment_id": order["fulfillments"][0]["id"]}
    assert shop.post(f"/admin/orders/{order['id']}/shipment", body).status_code == 200

    assert shop.mails() == {}


def test_a_return_is_told_when_it_is_asked_for_and_when_it_has_come(shop: WritingShop) -> None:
    order = shop.sold()
    items = [{"item_id": order["items"][0]["id"], "quantity": 1}]
    returned = shop.ask("POST", "/store/returns", None, {"order_id": order["id"], "items": items}).json["return"]  # type: ignore[index]

    ((subject, text),) = shop.mails().items()
    assert subject == f"Your return for order {order['display_id']}"
    assert "- 1 x Shirt" in text
    assert "you get back €22.00" in text

    assert shop.post(f"/admin/returns/{returned['id']}/receive", {"items": items}).status_code == 200
    arrived = shop.mails()
    assert sorted(arrived) == [
        f"Your refund for order {order['display_id']}",
        f"Your return for order {order['display_id']} has arrived",
    ]
    assert not any(returned["id"] in text for text in arrived.values())


def test_a_swap_that_staff_arranged_is_mailed_with_the_way_to_its_cart_and_told_when_sent(shop: WritingShop) -> None:
    order = shop.sold()
    body = {
        "return_items": [{"item_id": order["items"][0]["id"], "quantity": 1}],
        "additional_items": [{"variant_id": HAT, "quantity": 1}],
    }
    shown = shop.post(f"/admin/orders/{order['id']}/swaps", body).json["order"]  # type: ignore[index]
    (swap,) = shown["swaps"]

    ((subject, text),) = shop.mails().items()
    assert "exchange" in subject
    assert f"/swaps/{swap['cart_id']}" in text
    assert "There is €11.00 to pay." in text

    cart = f"/store/carts/{swap['cart_id']}"
    for step, more in (("/shipping-methods", {"option_id": POST}), ("/payment-sessions", None), ("/complete", None)):
        assert shop.ask("POST", cart + step, None, more).status_code == 200
    path = f"/admin/orders/{order['id']}/swaps/{swap['id']}"
    packed = shop.post(f"{path}/fulfillments", {}).json["order"]["swaps"][0]  # type: ignore[index]
    sent = {"fulfillment_id": packed["fulfillments"][0]["id"], "tracking_numbers": ["JD0002"]}
    assert shop.post(f"{path}/shipments", sent).status_code == 200
    ((subject, text),) = shop.mails().items()
    assert subject == f"Your exchange for order {order['display_id']} is on its way"
    assert "- 1 x Hat" in text
    assert "- JD0002" in text


@pytest.mark.parametrize(("answer", "subject"), [("complete", "was changed"), ("decline", "stays as it is")])
def test_an_order_edit_is_put_to_the_buyer_and_its_end_told(shop: WritingShop, answer: str, subject: str) -> None:
    order = shop.sold()
    edit = shop.post("/admin/order-edits", {"order_id": order["id"]}).json["order_edit"]  # type: ignore[index]
    path = f"/admin/order-edits/{edit['id']}"
    shop.post(f"{path}/items", {"variant_id": HAT, "quantity": 1})
    requested = shop.post(f"{path}/request").json["order_edit"]  # type: ignore[index]

    ((asked, text),) = shop.mails().items()
    assert asked == f"Please look at your order {order['display_id']}"
    assert f"/order-edits/{edit['id']}" in text
    assert "There is €33.00 to pay." in text

    if answer == "complete":
        collection = f"/admin/payment-collections/{requested['payment_collection_id']}/authorize"
        assert shop.post(collection).status_code == 200
    assert shop.ask("POST", f"/store/order-edits/{edit['id']}/{answer}", None).status_code == 200
    ((told, text),) = shop.mails().items()
    assert told == f"Your order {order['display_id']} {subject}"
    assert ("Hat" in text) == (answer == "complete")
