"""Sales that Stripe's webhooks decide: posted by the sandbox to a listening shop, on each database."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
import stripe
from sqlalchemy import func, select
from werkzeug.serving import WSGIRequestHandler, make_server

from adapters.db.tables import webhook_events
from bootstrap.sandbox.sandbox import WEBHOOK_SECRET, Sandbox
from bootstrap.sandbox.server import start_sandbox
from core.domain.actor import SYSTEM
from tests.integration.shops import run_jobs
from tests.integration.test_sale_through_stripe import PRICE, StripeShop


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """The tests' output stays theirs."""


class ListeningShop(StripeShop):
    def __init__(self, folder: Path, sandbox: Sandbox) -> None:
        super().__init__(folder, sandbox, STRIPE_WEBHOOK_SECRET=f"whsec_older,{WEBHOOK_SECRET}")
        self.server = make_server("127.0.0.1", 0, self.client.application, threaded=True, request_handler=_Quiet)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()
        sandbox.send_webhooks_to(f"http://127.0.0.1:{self.server.server_address[1]}/webhooks/stripe")

    def close(self) -> None:
        self.sandbox.send_webhooks_to(None)
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
        self.container.engines().dispose()

    def listen(self) -> None:
        """All that was told has arrived and been acted on."""
        assert self.sandbox.courier.settle()
        run_jobs(self.container)

    def stored(self) -> int:
        with self.container.engines().read.connect() as connection:
            return int(connection.execute(select(func.count()).select_from(webhook_events)).scalar_one())

    def orders(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get("/store/customers/me/orders")["orders"]
        return found

    def statuses(self) -> set[int | None]:
        return {delivery.status for delivery in self.sandbox.deliveries}


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0.01)
    monkeypatch.setattr(stripe.HTTPClient, "MAX_DELAY", 0.01)
    with start_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def shop(folder: Path, sandbox: Sandbox) -> Iterator[ListeningShop]:
    shop = ListeningShop(folder, sandbox)
    yield shop
    shop.close()


def mails(shop: ListeningShop) -> int:
    return len(list(shop.container.settings().mail_dir.glob("*.eml")))


def order_of(shop: ListeningShop, cart_id: str) -> dict[str, Any]:
    order: dict[str, Any] = shop.get(f"/store/orders/cart/{cart_id}")["order"]
    return order


def test_webhook_decides_alone_when_the_browser_never_comes_back(shop: ListeningShop) -> None:
    shop.sandbox.deliver(copies=2)
    cart_id = shop.cart()
    shop.pay(cart_id)
    shop.listen()

    order = order_of(shop, cart_id)
    assert (order["payment_status"], order["total"]) == ("captured", PRICE)
    assert shop.downloads() == ["granted"]
    assert mails(shop) == 1
    assert shop.statuses() == {200}


@pytest.mark.parametrize("callers", list(permutations(["browser", "webhook", "reconciler"])), ids="-".join)
def test_each_order_of_browser_webhook_and_reconciler_each_twice_is_one_sale(
    shop: ListeningShop, callers: tuple[str, ...]
) -> None:
    shop.sandbox.deliver(held=True)
    cart_id = shop.cart()
    shop.pay(cart_id)
    shop.sandbox.deliver(copies=2)
    for caller in callers:
        if caller == "webhook":
            shop.sandbox.courier.flush()
            shop.listen()
        for _ in range(2):
            if caller == "browser":
                assert shop.complete(cart_id)["type"] == "order"
            elif caller == "reconciler":
                shop.container.reconcile()(SYSTEM, thorough=True)
        run_jobs(shop.container)

    assert order_of(shop, cart_id)["payment_status"] == "captured"
    assert (shop.downloads(), mails(shop), len(shop.sandbox.books.all("charge"))) == (["granted"], 1, 1)
    assert shop.statuses() == {200}


def test_late_and_reversed_webhooks_change_nothing_that_the_browser_did(shop: ListeningShop) -> None:
    shop.sandbox.deliver(held=True)
    order = shop.bought()
    shop.sandbox.courier.flush(reverse=True)
    shop.listen()

    assert order_of(shop, order["cart_id"])["id"] == order["id"]
    assert (shop.downloads(), mails(shop), len(shop.sandbox.books.all("charge"))) == (["granted"], 1, 1)


@pytest.mark.parametrize("manner", [{"tampered": True}, {"old": True}, {"secret": "whsec_foreign"}])
def test_events_that_are_not_genuine_are_refused_and_leave_no_row(
    shop: ListeningShop, manner: dict[str, object]
) -> None:
    shop.sandbox.deliver(**manner)
    cart_id = shop.cart()
    shop.pay(cart_id)
    shop.listen()

    assert shop.statuses() == {403}
    assert shop.stored() == 0


def test_refund_at_the_desk_and_ours_count_once_each(shop: ListeningShop) -> None:
    order = shop.bought()
    shop.listen()
    with shop.sandbox.at_the_desk() as desk:
        desk.charges.refund({"payment_intent": shop.sandbox.books.all("payment_intent")[0]["id"], "amount": "100"})
    shop.listen()
    staff = shop.staff()
    answer = shop.client.post(
        f"/admin/orders/{order['id']}/refund", json={"amount": 200, "reason": "other"}, headers=staff
    )
    assert answer.status_code == 200
    shop.listen()

    refunded = order_of(shop, order["cart_id"])
    assert (refunded["refunded_total"], refunded["payment_status"]) == (300, "partially_refunded")
    assert sorted(shop.refunds()) == [100, 200]


@pytest.mark.parametrize("told", [True, False], ids=["by a webhook", "by the reconciler"])
def test_refund_that_comes_back_counts_no_more_and_opens_the_downloads_again(shop: ListeningShop, told: bool) -> None:
    order = shop.bought()
    shop.listen()
    staff = shop.staff()
    path = f"/admin/orders/{order['id']}"
    body = {"amount": order["paid_total"], "reason": "other"}
    assert shop.client.post(f"{path}/refund", json=body, headers=staff).status_code == 200
    shop.listen()
    assert shop.downloads() == ["revoked"]
    if not told:
        shop.sandbox.send_webhooks_to(None)
    with shop.sandbox.at_the_desk() as desk:
        desk.charges.fail_refund(shop.sandbox.books.all("refund")[0]["id"])
    shop.listen()
    if not told:
        assert [finding.what for finding in shop.container.reconcile()(SYSTEM, thorough=True)] == ["refunds"]

    answer = shop.client.get(path, headers=staff).json
    assert answer is not None
    kept = answer["order"]
    assert (kept["payment_status"], kept["refunded_total"], kept["refundable_amount"]) == (
        "captured",
        0,
        order["paid_total"],
    )
    assert [refund["status"] for refund in kept["refunds"]] == ["failed"]
    assert shop.downloads() == ["granted"]


@pytest.mark.parametrize(("verdict", "access"), [("lost", "revoked"), ("won", "granted")])
def test_dispute_suspends_and_its_verdict_decides(shop: ListeningShop, verdict: str, access: str) -> None:
    order = shop.bought()
    shop.listen()
    with shop.sandbox.at_the_desk() as desk:
        dispute = desk.charges.dispute({"payment_intent": shop.sandbox.books.all("payment_intent")[0]["id"]})
    shop.listen()
    assert shop.downloads() == ["suspended"]
    with shop.sandbox.at_the_desk() as desk:
        desk.charges.close_dispute(dispute["id"], verdict)
    shop.listen()

    assert shop.downloads() == [access]
    path = f"/admin/orders/{order['id']}?expand=disputes"
    answer = shop.client.get(path, headers=shop.staff()).json
    assert answer is not None
    (seen,) = answer["order"]["disputes"]
    assert (seen["provider_dispute_id"], seen["status"]) == (dispute["id"], verdict)
    told = shop.get(f"/store/orders/{order['id']}?expand=disputes")["order"]
    assert told.get("disputes", []) == []


def test_shop_without_webhooks_finds_the_payment_by_itself(shop: ListeningShop) -> None:
    shop.sandbox.send_webhooks_to(None)
    cart_id = shop.cart()
    shop.pay(cart_id)

    findings = shop.container.reconcile()(SYSTEM)
    run_jobs(shop.container)

    assert [(finding.what, finding.outcome) for finding in findings] == [("payment", "ordered")]
    assert order_of(shop, cart_id)["payment_status"] == "captured"
