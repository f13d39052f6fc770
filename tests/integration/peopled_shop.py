"""A shop over HTTP that has sold something, for the tests of customers, invitations and downloads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from werkzeug.test import TestResponse

from core.domain.actor import ANONYMOUS, SYSTEM, Actor, ActorKind
from core.domain.order import Order
from core.use_cases.cart.update_cart import CartChanges
from core.use_cases.order.refund_payment import RefundRequest
from tests.integration.shops import ADMIN, ready_to_pay, run_jobs, stock_shop
from tests.integration.staffed_shop import StaffedShop

Headers = dict[str, str]


class PeopledShop(StaffedShop):
    """``me`` are the credentials of a registered customer, ``ada@example.com``."""

    def __init__(self, folder: Path, **more: str) -> None:
        super().__init__(folder, **more)
        stock_shop(self.container)
        self.me = self.customer()
        self.my_id = str(self.ask("GET", "/store/customers/me", self.me).json["customer"]["id"])  # type: ignore[index]

    def ask(self, method: str, path: str, headers: Headers | None = None, json: object = None) -> TestResponse:
        body: dict[str, Any] = {} if json is None else {"json": json}
        return self.client.open(path, method=method, headers=headers or {}, **body)

    def sell(self, quantity: int = 1, *, guest: str | None = None) -> str:
        """The id of a paid order of ada's, or of a guest's with this address; its jobs are done."""
        buyer = ANONYMOUS if guest is not None else Actor(kind=ActorKind.CUSTOMER, id=self.my_id)
        cart_id = ready_to_pay(self.container, buyer, quantity)
        if guest is not None:
            self.container.update_cart()(buyer, cart_id, CartChanges(email=guest))
            self.container.start_payment()(buyer, cart_id)
        completion = self.container.place_order()(buyer, cart_id)
        run_jobs(self.container)
        return str(completion.id)

    def order(self, order_id: str) -> Order:
        with self.container.begin()(SYSTEM, "test.look") as work:
            return work.orders.get(order_id)

    def refund(self, order_id: str) -> None:
        """All of it."""
        amount = self.order(order_id).refundable_amount
        self.container.refund_payment()(ADMIN, order_id, RefundRequest(amount=amount))
        run_jobs(self.container)

    def token(self, order_id: str) -> str:
        """Of the order's download, as its mail says it."""
        with self.container.begin()(SYSTEM, "test.look") as work:
            (download,) = work.downloads.of_order(order_id)
        return str(self.container.derived_tokens().derive("download", download.id, download.revision))

    def invite(self, email: str = "new@example.com", **more: object) -> dict[str, Any]:
        answer = self.post("/admin/invites", {"email": email, **more})
        assert answer.status_code == 201, answer.text
        invite: dict[str, Any] = answer.json["invite"]  # type: ignore[index]
        return invite

    def invite_token(self, invite_id: str) -> str:
        """As the newest mail says it."""
        with self.container.begin()(SYSTEM, "test.look") as work:
            revision = work.invites.get(invite_id).revision
        return str(self.container.derived_tokens().derive("invite", invite_id, revision))


def refused(answer: TestResponse, status: int, code: str) -> dict[str, Any]:
    """The body of a refusal as the files, downloads and invitations say it."""
    assert answer.status_code == status, answer.text
    body: dict[str, Any] = answer.json  # type: ignore[assignment]
    assert (body["type"], body["code"]) == ("error", code)
    assert body["message"]
    assert body["request_id"] == answer.headers["X-Request-Id"]
    assert answer.headers["Cache-Control"] == "no-store"
    return body
