"""An order edit whose difference is paid by card, told by the browser or by the provider alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import requests

from bootstrap.sandbox.sandbox import Sandbox
from core.domain.actor import SYSTEM
from tests.integration.shops import VARIANT, run_jobs
from tests.integration.test_sale_through_stripe import StripeShop, running, sandbox

__all__ = ["running", "sandbox"]


@pytest.fixture
def shop(tmp_path: Path, sandbox: Sandbox) -> StripeShop:
    return StripeShop(tmp_path, sandbox)


def paid_for(shop: StripeShop) -> tuple[dict[str, Any], dict[str, Any]]:
    """An edit whose difference the buyer's card has just paid, and the intent's data."""
    order, staff = shop.bought(), shop.staff()
    edit = shop.post("/admin/order-edits", {"order_id": order["id"]}, **staff)["order_edit"]
    shop.post(f"/admin/order-edits/{edit['id']}/items", {"variant_id": VARIANT, "quantity": 1}, **staff)
    edit = shop.post(f"/admin/order-edits/{edit['id']}/request", **staff)["order_edit"]
    path = f"/store/payment-collections/{edit['payment_collection_id']}/sessions"
    (session,) = shop.post(path, {"provider_id": "stripe"})["payment_collection"]["payment_sessions"]
    shop.post(f"{path}/{session['id']}/authorize", expect=422)
    answer = requests.post(
        f"{shop.sandbox.url}/v1/payment_intents/{session['data']['id']}/confirm",
        data={"payment_method": "pm_card_visa", "client_secret": session["data"]["client_secret"]},
        headers={"Authorization": f"Bearer {shop.sandbox.publishable_key}"},
        timeout=5,
    )
    assert answer.status_code == 200
    return edit, session


def test_card_paid_difference_becomes_the_orders(shop: StripeShop) -> None:
    edit, session = paid_for(shop)
    path = f"/store/payment-collections/{edit['payment_collection_id']}/sessions/{session['id']}/authorize"

    assert shop.post(path)["payment_session"]["status"] == "authorized"
    assert shop.post(f"/store/order-edits/{edit['id']}/complete")["order_edit"]["status"] == "confirmed"

    order = shop.get(f"/store/orders/{edit['order_id']}")["order"]
    assert (order["total"], order["paid_total"], order["payment_status"]) == (2_200, 2_200, "captured")


def test_reconciler_finishes_what_the_browser_did_not(shop: StripeShop) -> None:
    edit, _ = paid_for(shop)

    shop.container.reconcile()(SYSTEM, thorough=True)

    assert shop.get(f"/store/order-edits/{edit['id']}")["order_edit"]["status"] == "confirmed"
    assert shop.get(f"/store/orders/{edit['order_id']}")["order"]["payment_status"] == "captured"


def test_declined_edit_gives_the_cards_money_back(shop: StripeShop) -> None:
    edit, _ = paid_for(shop)

    shop.post(f"/store/order-edits/{edit['id']}/decline")
    run_jobs(shop.container)

    assert shop.refunds() == [1_100]
