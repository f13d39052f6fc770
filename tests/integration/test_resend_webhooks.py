"""Resend from end to end over HTTP: a mail goes out, and what became of it comes back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from adapters.db.tables import webhook_events
from bootstrap.app import create_app
from bootstrap.container import build_container
from bootstrap.peers.resend import API_KEY, Answer, ResendServer
from bootstrap.settings import Settings
from core.use_cases.invite.create_invite import NewInvite
from tests.integration.shops import ADMIN, run_jobs, stock_shop, variables
from tests.unit.test_resend_events import OLD_SECRET, SECRET, signature

FOREIGN = "whsec_c29tZWJvZHkgZWxzZSdzIGtleQ=="


class Shop:
    def __init__(self, folder: Path, server: ResendServer, secrets: str = f"{SECRET},{OLD_SECRET}") -> None:
        chosen = {
            "MAIL_ENGINE": "resend",
            "RESEND_API_KEY": API_KEY,
            "RESEND_API_BASE": server.base,
            "RESEND_RATE": "1000",
            "RESEND_WEBHOOK_SECRET": secrets,
        }
        self.container = build_container(Settings.load(variables(folder) | chosen))
        stock_shop(self.container)
        self.client: FlaskClient = create_app(self.container).test_client(use_cookies=False)
        self.server = server

    def invite(self) -> str:
        id: str = self.container.create_invite()(ADMIN, NewInvite(email="ada@shop.test"))
        run_jobs(self.container)
        return id

    def tell(self, type: str, id: str = "msg_evt_1", *, secret: str = SECRET, at: int = 0) -> TestResponse:
        """Have Resend say this about the only mail there is."""
        (mail,) = self.server.sent
        tags = {tag["name"]: tag["value"] for tag in mail["tags"]}  # type: ignore[attr-defined]
        raw = json.dumps({"type": type, "data": {"email_id": "re_1", "tags": tags}}).encode()
        stamp = str(int((datetime.now(UTC) + timedelta(seconds=at)).timestamp()))
        headers = {
            "svix-id": id,
            "svix-timestamp": stamp,
            "svix-signature": signature(raw, stamp, secret=secret, event_id=id),
        }
        return self.client.post("/webhooks/resend", data=raw, headers=headers)

    def delivery_status(self) -> str:
        """As the invitation shows it to admins."""
        run_jobs(self.container)
        with self.container.begin()(ADMIN, "test.look") as work:
            (mail,) = [work.mails.get(str(tag["value"])) for tag in self.server.sent[0]["tags"]]  # type: ignore[attr-defined]
        return str(mail.status)

    def stored(self) -> int:
        with self.container.engines().read.connect() as connection:
            return int(connection.execute(select(func.count()).select_from(webhook_events)).scalar_one())


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with ResendServer() as server:
        yield Shop(tmp_path, server)


def test_what_becomes_of_an_invitations_mail_is_shown(shop: Shop) -> None:
    shop.invite()
    assert shop.delivery_status() == "sent"

    assert shop.tell("email.delivered").json == {"received": True}
    assert shop.delivery_status() == "delivered"

    shop.tell("email.sent", "msg_evt_2")
    assert shop.delivery_status() == "delivered"

    shop.tell("email.bounced", "msg_evt_3", secret=OLD_SECRET)
    assert shop.delivery_status() == "bounced"
    shop.tell("email.delivered", "msg_evt_4")
    assert shop.delivery_status() == "bounced"


def test_mail_whose_answer_got_lost_is_known_by_what_resend_tells(shop: Shop) -> None:
    shop.server.answers.append(Answer(takes=True, cut=True))
    shop.invite()
    assert shop.delivery_status() == "queued"

    shop.tell("email.delivered")
    assert shop.delivery_status() == "delivered"
    assert len(shop.server.sent) == 1


def test_event_that_comes_twice_is_kept_once(shop: Shop) -> None:
    shop.invite()

    assert [shop.tell("email.delivered").status_code for _ in range(3)] == [200, 200, 200]
    assert shop.stored() == 1


def test_strangers_are_refused_and_leave_no_row(shop: Shop) -> None:
    shop.invite()
    answers = [
        shop.tell("email.bounced", secret=FOREIGN),
        shop.tell("email.bounced", at=-320),
        shop.tell("email.bounced", at=400),
        shop.client.post("/webhooks/resend", data=b"{}"),
        shop.client.post("/webhooks/resend", data=b"not json"),
    ]

    assert [answer.status_code for answer in answers] == [403] * 5
    assert {answer.json["code"] for answer in answers if answer.json} == {"INVALID_SIGNATURE"}
    assert shop.stored() == 0
    assert shop.delivery_status() == "sent"


def test_without_a_secret_everything_is_refused(tmp_path: Path) -> None:
    with ResendServer() as server:
        shop = Shop(tmp_path, server, secrets="")
        shop.invite()

        assert shop.tell("email.delivered").status_code == 403
