"""A shop each of whose commits loses a race at first does what an undisturbed one does, and answers the same.

Nothing is done twice by trying again, and nothing that was done is refused.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from dependency_injector.providers import Object
from sqlalchemy import func, select, update

from adapters.db.tables import jobs, metadata
from core.domain.actor import SYSTEM
from tests.contested import Contested
from tests.integration.exchanging_shop import ICON, POSTER, ExchangingShop
from tests.integration.goods_shop import BACK, DOWNLOAD, HAT, SHIRT
from tests.integration.shops import run_jobs

BESIDE = frozenset({"versions", "idempotency_keys", "sessions", "login_attempts", "jobs"})
"""Tables that count what is tried, or how often something was saved."""
BY_THE_SECOND = "refresh_catalogue"
"""Jobs of this kind are as many as seconds in which stock moved."""


class Story:
    """A few orders from the cart to their end, over HTTP, with everything that follows them."""

    def __init__(self, folder: Path, *, harried: bool) -> None:
        self.shop = ExchangingShop(folder)
        self.answers: list[tuple[str, int]] = []
        self.begin = Contested(self.shop.container.begin())
        if harried:
            self.begin.harry()
        self.shop.container.begin.override(Object(self.begin))

    def do(self, method: str, path: str, body: Any = None, headers: Any = None) -> dict[str, Any]:
        answer = self.shop.ask(method, path, headers, body)
        self.answers.append((f"{method} {path.split('/')[2]}", answer.status_code))
        assert answer.status_code < 300, f"{method} {path}: {answer.text}"
        self.work()
        told: dict[str, Any] = answer.json or {}
        return told

    def staff(self, path: str, body: Any = None) -> dict[str, Any]:
        return self.do("POST", path, body, self.shop.staff)

    def work(self) -> None:
        """Jobs that lost a race come back, later in a real shop."""
        container = self.shop.container
        for _ in range(10):
            run_jobs(container)
            with container.write_engine().begin() as connection:
                again = update(jobs).where(jobs.c.state == "ready", jobs.c.attempts > 0)
                if not connection.execute(again.values(run_at=container.clock().now())).rowcount:
                    return

    def buy(self, *lines: tuple[str, int]) -> dict[str, Any]:
        cart_id = self.do("POST", "/store/carts", {"region_id": "reg_test"})["cart"]["id"]
        path = f"/store/carts/{cart_id}"
        for variant_id, quantity in lines:
            self.do("POST", f"{path}/line-items", {"variant_id": variant_id, "quantity": quantity})
        address = {
            "first_name": "Ada",
            "last_name": "L",
            "address_1": "Markt 1",
            "city": "Bonn",
            "postal_code": "53111",
            "country_code": "de",
        }
        self.do("POST", path, {"email": "guest@example.com", "shipping_address": address})
        if any(variant_id in (SHIRT, HAT) for variant_id, _ in lines):
            self.do("POST", f"{path}/shipping-methods", {"option_id": "so_post"})
        self.do("POST", f"{path}/payment-sessions")
        self.do("POST", path, {"metadata": {"note": "no hurry"}})
        placed: dict[str, Any] = self.do("POST", f"{path}/complete")["data"]
        self.staff(f"/admin/orders/{placed['id']}/capture")
        return placed

    def settle(self, swap: dict[str, Any]) -> None:
        path = f"/store/carts/{swap['cart_id']}"
        self.do("POST", f"{path}/payment-sessions")
        self.do("POST", f"{path}/complete")

    def tell(self) -> None:
        self.send_and_return()
        self.exchange()
        self.change()
        self.end()

    def send_and_return(self) -> None:
        order = self.buy((SHIRT, 2), (DOWNLOAD, 1))
        path = f"/admin/orders/{order['id']}"
        shirt = next(line["id"] for line in order["items"] if line["variant_id"] == SHIRT)
        packed = self.staff(f"{path}/fulfillment", {"items": [{"item_id": shirt, "quantity": 2}]})["order"]
        sent = next(one for one in packed["fulfillments"] if any(part["item_id"] == shirt for part in one["items"]))
        self.staff(f"{path}/shipment", {"fulfillment_id": sent["id"]})
        wanted = {"items": [{"item_id": shirt, "quantity": 1}], "return_shipping": {"option_id": BACK}}
        returned = self.staff(f"{path}/return", wanted)["order"]["returns"][-1]
        self.staff(f"/admin/returns/{returned['id']}/receive", {"items": [{"item_id": shirt, "quantity": 1}]})
        self.staff(f"{path}/refund", {"amount": 100, "reason": "other"})

    def exchange(self) -> None:
        order = self.buy((DOWNLOAD, 1), (POSTER, 1))
        body = {
            "order_id": order["id"],
            "return_items": [{"item_id": order["items"][0]["id"], "quantity": 1}],
            "additional_items": [{"variant_id": ICON, "quantity": 1}],
        }
        cheaper = self.do("POST", "/store/swaps", body)["swap"]
        self.settle(cheaper)
        path = f"/admin/orders/{order['id']}/swaps"
        self.staff(f"{path}/{cheaper['id']}/process-payment")
        body["return_items"] = [{"item_id": order["items"][1]["id"], "quantity": 1}]
        given_up = self.do("POST", "/store/swaps", body)["swap"]
        self.staff(f"/admin/returns/{given_up['return_order']['id']}/cancel")
        self.staff(f"{path}/{given_up['id']}/cancel")

    def change(self) -> None:
        order = self.buy((SHIRT, 1))
        edit = self.staff("/admin/order-edits", {"order_id": order["id"]})["order_edit"]
        path = f"/admin/order-edits/{edit['id']}"
        self.staff(f"{path}/items", {"variant_id": POSTER, "quantity": 1})
        asked = self.staff(f"{path}/request")["order_edit"]
        owed = f"/store/payment-collections/{asked['payment_collection_id']}"
        session = self.do("POST", f"{owed}/sessions", {"provider_id": "manual"})["payment_collection"]
        fresh = self.do("POST", f"{owed}/sessions/{session['payment_sessions'][0]['id']}")["payment_session"]
        self.do("POST", f"{owed}/sessions/{fresh['id']}/authorize")
        self.do("POST", f"/store/order-edits/{edit['id']}/complete")
        self.staff(f"/admin/orders/{order['id']}/capture")

    def end(self) -> None:
        order = self.buy((HAT, 1), (DOWNLOAD, 1))
        path = f"/admin/orders/{order['id']}"
        hat = next(line["id"] for line in order["items"] if line["variant_id"] == HAT)
        packed = self.staff(f"{path}/fulfillment", {"items": [{"item_id": hat, "quantity": 1}]})["order"]
        sent = next(one for one in packed["fulfillments"] if any(part["item_id"] == hat for part in one["items"]))
        self.staff(f"{path}/fulfillments/{sent['id']}/cancel")
        self.staff(f"{path}/cancel")

    @property
    def books(self) -> dict[str, Any]:
        """How much there is of everything, and what was done and told how often."""
        tables = metadata.tables
        with self.shop.container.read_engine().connect() as connection:

            def counted(name: str, *columns: str) -> Counter[tuple[Any, ...]]:
                parts = [tables[name].c[column] for column in columns]
                rows = connection.execute(select(*parts, func.count()).group_by(*parts))
                return Counter({tuple(row[:-1]): row[-1] for row in rows})

            books: dict[str, Any] = {
                name: connection.scalar(select(func.count()).select_from(table))
                for name, table in tables.items()
                if name not in BESIDE
            }
            books["told"] = counted("events", "name")
            queued = counted("jobs", "kind", "state")
            books["jobs"] = {job: number for job, number in queued.items() if job[0] != BY_THE_SECOND}
            books["audited"] = counted("audit_log", "action", "actor_kind")
            books["mailed"] = counted("mails", "kind", "status")
            books["given back"] = counted("refunds", "amount", "reason", "state")
            books["held"] = counted("downloads", "state", "quantity", "download_limit")
            books["stock"] = counted("product_variants", "id", "inventory_quantity")
            books["paid"] = counted("orders", "payment_status", "fulfillment_status", "paid_total", "refunded_total")
            books["tried"] = counted("payment_attempts", "state", "reason")
        return books


def told(folder: Path, *, harried: bool) -> tuple[Story, dict[str, Any]]:
    """One after the other: an app answers for the shop that was opened last."""
    folder.mkdir()
    story = Story(folder, harried=harried)
    story.tell()
    return story, story.books


def test_a_shop_whose_every_commit_loses_once_does_the_same(tmp_path: Path) -> None:
    calm, expected = told(tmp_path / "calm", harried=False)
    harried, books = told(tmp_path / "harried", harried=True)

    assert len(harried.begin.refused) > 100
    assert harried.answers == calm.answers
    assert {name: (books[name], expected[name]) for name in books if books[name] != expected[name]} == {}
    assert harried.shop.container.check_shop()(SYSTEM) == []
