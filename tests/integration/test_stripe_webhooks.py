"""Stripe's webhook over HTTP, on SQLite, with the production wiring."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from adapters.db.tables import webhook_events
from adapters.memory.payments import InMemoryPayments
from adapters.memory.providers import InMemoryPaymentProviders
from adapters.payments.stripe_events import StripeEvents
from adapters.system.webhook_sources import InstalledWebhookSources
from bootstrap.app import create_app
from bootstrap.container import Container
from core.domain.actor import SYSTEM, Role
from core.use_cases.user.create_user import NewUser
from tests.integration.shops import PASSWORD, open_shop, run_jobs, stock_shop

OLD, NEW = "whsec_old", "whsec_new"


def now() -> int:
    return int(datetime.now(UTC).timestamp())


def signed(raw: bytes, secret: str = NEW, at: int | None = None) -> dict[str, str]:
    stamp = str(now() if at is None else at)
    mac = hmac.new(secret.encode(), stamp.encode() + b"." + raw, hashlib.sha256).hexdigest()
    return {"Stripe-Signature": f"t={stamp},v1={mac}", "Content-Type": "application/json"}


def an_event(type: str, about: dict[str, Any], id: str = "evt_1", **more: Any) -> bytes:
    event = {
        "id": id,
        "object": "event",
        "type": type,
        "created": now(),
        "livemode": False,
        "data": {"object": about},
    }
    return json.dumps({**event, **more}).encode()


class Shop:
    def __init__(self, folder: Path) -> None:
        self.container: Container = open_shop(folder)
        self.payments = InMemoryPayments("manual", captures_at_once=True)
        self.container.payment_providers.override(InMemoryPaymentProviders(self.payments))
        source = StripeEvents([OLD, NEW], self.container.clock())
        source.id = "stripe"
        self.container.webhook_sources.override(InstalledWebhookSources(source))
        stock_shop(self.container)
        self.client: FlaskClient = create_app(self.container).test_client(use_cookies=False)

    def tell(self, raw: bytes, headers: dict[str, str] | None = None) -> TestResponse:
        return self.client.post("/webhooks/stripe", data=raw, headers=signed(raw) if headers is None else headers)

    def stored(self) -> int:
        with self.container.engines().read.connect() as connection:
            return int(connection.execute(select(func.count()).select_from(webhook_events)).scalar_one())

    def staff(self, role: Role = Role.ADMIN) -> dict[str, str]:
        email = f"{role}@shop.test"
        self.container.create_user()(SYSTEM, NewUser(email=email, password=PASSWORD, role=role))
        answer = self.client.post("/auth/user/emailpass", json={"email": email, "password": PASSWORD})
        return {"Authorization": f"Bearer {answer.json['token']}"}  # type: ignore[index]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop(tmp_path)
    yield shop
    shop.container.engines().dispose()


PLAIN = an_event("customer.created", {"id": "cus_1"})
FOREIGN = hmac.new(b"whsec_foreign", b"x", hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Stripe-Signature": ""},
        {"Stripe-Signature": "nonsense"},
        {"Stripe-Signature": f"t={now()}"},
        {"Stripe-Signature": f"t={now()},v1="},
        {"Stripe-Signature": f"t={now()},v1={FOREIGN}"},
        {"Stripe-Signature": f"t=soon,v1={FOREIGN}"},
        {"Stripe-Signature": f"t={now()},v0={signed(PLAIN)['Stripe-Signature'].partition('v1=')[2]}"},
        {"Stripe-Signature": f"t={now()},v1=\u00e9\u00e9"},
        signed(PLAIN, "whsec_foreign"),
        signed(PLAIN, NEW, now() - 3_600),
        signed(PLAIN, NEW, now() + 3_600),
        signed(PLAIN + b" "),
    ],
)
def test_what_is_not_signed_here_and_now_is_refused_and_leaves_no_row(shop: Shop, headers: dict[str, str]) -> None:
    answer = shop.tell(PLAIN, headers)

    assert answer.status_code == 403
    assert answer.json is not None
    assert (answer.json["type"], answer.json["code"]) == ("error", "INVALID_SIGNATURE")
    assert shop.stored() == 0


@pytest.mark.parametrize("secret", [OLD, NEW])
@pytest.mark.parametrize("drift", [-240, 0, 240])
def test_either_secret_will_do_within_five_minutes(shop: Shop, secret: str, drift: int) -> None:
    answer = shop.tell(PLAIN, signed(PLAIN, secret, now() + drift))

    assert (answer.status_code, answer.json) == (200, {"received": True})


def test_any_of_several_signatures_will_do(shop: Shop) -> None:
    stamp, _, good = signed(PLAIN)["Stripe-Signature"].partition(",v1=")

    answer = shop.tell(PLAIN, {"Stripe-Signature": f"{stamp},v1={FOREIGN},v1={good},v0=abc"})

    assert answer.status_code == 200


def test_without_a_secret_everything_is_refused(tmp_path: Path) -> None:
    container = open_shop(tmp_path)
    client = create_app(container).test_client()

    for secret in (NEW, "", "None"):
        assert client.post("/webhooks/stripe", data=PLAIN, headers=signed(PLAIN, secret)).status_code == 403


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"1",
        b"{",
        b"\xff",
        b"{}",
        b'{"id": "evt_1"}',
        b'{"type": "x"}',
        b'{"id": 1, "type": "x"}',
        b'{"id": "\\ud800", "type": "x"}',
        b"[" * 100_000,
    ],
)
def test_genuine_garbage_is_no_event(shop: Shop, raw: bytes) -> None:
    answer = shop.tell(raw)

    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["code"] == "INVALID_JSON"
    assert shop.stored() == 0


def test_more_than_a_megabyte_is_too_large(shop: Shop) -> None:
    raw = an_event("x", {"filling": "x" * 1024 * 1024})

    answer = shop.tell(raw)

    assert answer.status_code == 413
    assert answer.json is not None
    assert answer.json["code"] == "PAYLOAD_TOO_LARGE"


def test_the_same_event_is_stored_once_and_thanked_for_each_time(shop: Shop) -> None:
    for _ in range(3):
        assert shop.tell(PLAIN).status_code == 200

    assert shop.stored() == 1
    run_jobs(shop.container)
    with shop.container.begin()(SYSTEM, "test.look") as work:
        event = work.webhook_events.by_event("stripe", "evt_1")
    assert event is not None
    assert (event.status, event.attempts, event.livemode) == ("ignored", 1, False)


def test_staff_may_list_events_and_replay_them(shop: Shop) -> None:
    shop.tell(PLAIN)
    shop.tell(an_event("payment_intent.succeeded", {"id": "pi_1"}, id="evt_2"))
    run_jobs(shop.container)
    developer = shop.staff(Role.DEVELOPER)

    listed = shop.client.get("/admin/webhook-events?provider=stripe&type=customer.created", headers=developer).json
    assert listed is not None
    (row,) = listed["webhook_events"]
    assert set(row) == {
        "id",
        "event_id",
        "provider",
        "type",
        "status",
        "attempts",
        "last_error",
        "received_at",
        "processed_at",
    }
    assert (listed["count"], row["status"]) == (1, "ignored")
    again = shop.client.post(f"/admin/webhook-events/{row['id']}/replay", headers=developer)
    assert again.status_code == 202
    assert again.json is not None
    assert again.json["webhook_event"]["status"] == "received"
    run_jobs(shop.container)
    newest = shop.client.get("/admin/webhook-events?status=ignored", headers=developer).json
    assert newest is not None
    assert [(e["event_id"], e["attempts"]) for e in newest["webhook_events"]] == [("evt_2", 1), ("evt_1", 2)]
    assert shop.client.get("/admin/webhook-events?status=odd", headers=developer).status_code == 400
    assert shop.client.post("/admin/webhook-events/whe_9/replay", headers=developer).status_code == 404


def test_members_are_kept_from_events(shop: Shop) -> None:
    assert shop.client.get("/admin/webhook-events", headers=shop.staff(Role.MEMBER)).status_code == 403
    assert shop.client.get("/admin/webhook-events").status_code == 401
