"""A sale over the whole HTTP app with Stripe behind it, played by the sandbox and asked by the real SDK."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import stripe

from adapters.system.passwords import Argon2Passwords
from bootstrap.app import create_app
from bootstrap.container import build_container
from bootstrap.sandbox.sandbox import Sandbox
from bootstrap.sandbox.server import start_sandbox
from bootstrap.settings import Settings
from core.domain.actor import SYSTEM, Role
from core.use_cases.user.create_user import NewUser
from tests.integration.shops import PASSWORD, PRODUCT, REGION, VARIANT, run_jobs, stock_shop, variables

PRICE = 1_100  # ten euros and ten per cent
STAFF = "admin@shop.test"


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with start_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    running.forget()
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0.01)
    monkeypatch.setattr(stripe.HTTPClient, "MAX_DELAY", 0.01)
    return running


class StripeShop:
    """A shop that takes cards, with a buyer's browser in front of it."""

    def __init__(self, folder: Path, sandbox: Sandbox, *, stock: int | None = None, **settings: str) -> None:
        self.sandbox = sandbox
        more = {"PAYMENTS": "manual,stripe", "STRIPE_API_KEY": sandbox.key, "STRIPE_API_BASE": sandbox.url}
        self.container = build_container(Settings.load({**variables(folder), **more, **settings}))
        self.container.passwords.override(Argon2Passwords(memory_kib=8, time_cost=1))
        stock_shop(self.container, stock=stock)
        with self.container.begin()(SYSTEM, "test.region") as work:
            work.regions.get(REGION).payment_provider_ids = ("stripe",)
            work.commit()
        self.client = create_app(self.container).test_client(use_cookies=False)
        self.buyer = self.registered("ada@example.com")

    def post(self, path: str, body: object = None, *, expect: int = 200, **headers: str) -> dict[str, Any]:
        answer = self.client.post(path, json=body or {}, headers={**self.buyer, **headers})
        assert answer.status_code == expect, answer.text
        return answer.json  # type: ignore[return-value]

    def get(self, path: str) -> dict[str, Any]:
        answer = self.client.get(path, headers=self.buyer)
        assert answer.status_code == 200, answer.text
        return answer.json  # type: ignore[return-value]

    def cart(self) -> str:
        """A cart with its payment session."""
        id = self.post("/store/carts", {"region_id": REGION})["cart"]["id"]
        self.post(f"/store/carts/{id}/line-items", {"variant_id": VARIANT, "quantity": 1})
        self.post(f"/store/carts/{id}/payment-sessions")
        return str(id)

    def session(self, cart_id: str) -> dict[str, Any]:
        session: dict[str, Any] = self.get(f"/store/carts/{cart_id}")["cart"]["payment_session"]
        return session

    def intent(self, cart_id: str) -> dict[str, Any]:
        return self.sandbox.books.get("payment_intent", self.session(cart_id)["data"]["id"])

    def pay(self, cart_id: str, card: str = "pm_card_visa", **more: str) -> int:
        """What Stripe.js does in the browser; the status of Stripe's answer."""
        data = self.session(cart_id)["data"]
        answer = requests.post(
            f"{self.sandbox.url}/v1/payment_intents/{data['id']}/confirm",
            data={"payment_method": card, "client_secret": data["client_secret"], **more},
            headers={"Authorization": f"Bearer {self.sandbox.publishable_key}"},
            timeout=5,
        )
        return answer.status_code

    def complete(self, cart_id: str, *, expect: int = 200) -> dict[str, Any]:
        return self.post(f"/store/carts/{cart_id}/complete", expect=expect)

    def bought(self) -> dict[str, Any]:
        cart_id = self.cart()
        assert self.pay(cart_id) == 200
        answer = self.complete(cart_id)
        assert answer["type"] == "order"
        run_jobs(self.container)
        return {**answer["data"], "cart_id": cart_id}

    def staff(self) -> dict[str, str]:
        self.container.create_user()(SYSTEM, NewUser(email=STAFF, password=PASSWORD, role=Role.ADMIN))
        return self._token("user", STAFF)

    def downloads(self) -> list[str]:
        return [row["status"] for row in self.get("/store/customers/me/downloads")["downloads"]]

    def refunds(self) -> list[int]:
        return [refund["amount"] for refund in self.sandbox.books.all("refund")]

    def registered(self, email: str) -> dict[str, str]:
        answer = self.client.post("/store/customers", json={"email": email, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        return self._token("customer", email)

    def _token(self, kind: str, email: str) -> dict[str, str]:
        answer = self.client.post(f"/auth/{kind}/emailpass", json={"email": email, "password": PASSWORD})
        return {"Authorization": f"Bearer {answer.json['token']}"}  # type: ignore[index]


@pytest.fixture
def shop(folder: Path, sandbox: Sandbox) -> StripeShop:
    return StripeShop(folder, sandbox)


class TestBuying:
    def test_order_is_paid_and_its_files_are_there(self, shop: StripeShop) -> None:
        order = shop.bought()

        assert (order["payment_status"], order["total"], order["paid_total"]) == ("captured", PRICE, PRICE)
        assert order["payments"][0]["provider_id"] == "stripe"
        assert shop.downloads() == ["granted"]
        intent = shop.sandbox.books.all("payment_intent")[0]
        assert intent["metadata"]["cart_id"] == order["cart_id"]
        assert (intent["amount_received"], intent["receipt_email"]) == (PRICE, "ada@example.com")

    def test_completing_again_gives_the_same_order_and_takes_nothing_more(self, shop: StripeShop) -> None:
        order = shop.bought()

        assert shop.complete(order["cart_id"])["data"]["id"] == order["id"]
        assert len(shop.sandbox.books.all("charge")) == 1

    def test_client_that_says_it_paid_gets_no_order(self, shop: StripeShop) -> None:
        cart_id = shop.cart()

        answer = shop.complete(cart_id)
        assert (answer["type"], answer["payment_status"]) == ("cart", "pending")

    def test_held_money_is_captured_by_the_digital_order(self, tmp_path: Path, sandbox: Sandbox) -> None:
        shop = StripeShop(tmp_path, sandbox, STRIPE_CAPTURE_METHOD="manual")
        cart_id = shop.cart()
        shop.pay(cart_id)
        assert shop.intent(cart_id)["amount_received"] == 0

        order = shop.complete(cart_id)["data"]
        assert order["payment_status"] == "awaiting"
        run_jobs(shop.container)

        (intent,) = sandbox.books.all("payment_intent")
        assert intent["amount_received"] == PRICE
        assert shop.get(f"/store/orders/{order['id']}")["order"]["payment_status"] == "captured"
        assert shop.downloads() == ["granted"]


class TestObstacles:
    def test_declined_card_can_be_replaced_by_another(self, shop: StripeShop) -> None:
        cart_id = shop.cart()
        assert shop.pay(cart_id, "pm_card_chargeDeclined") == 402
        assert shop.complete(cart_id)["payment_status"] == "pending"

        assert shop.pay(cart_id) == 200
        assert shop.complete(cart_id)["type"] == "order"

    def test_bank_that_asks_the_buyer_comes_first(self, shop: StripeShop) -> None:
        cart_id = shop.cart()
        shop.pay(cart_id, "pm_card_threeDSecure2Required")
        answer = shop.complete(cart_id)
        assert (answer["type"], answer["payment_status"]) == ("cart", "requires_more")

        with shop.sandbox.at_the_desk() as api:
            api.intents.finish(shop.session(cart_id)["data"]["id"], succeed=True)
        assert shop.complete(cart_id)["type"] == "order"

    def test_canceled_payment_is_refused_and_the_cart_can_start_again(self, shop: StripeShop) -> None:
        cart_id = shop.cart()
        with shop.sandbox.at_the_desk() as api:
            api.intents.cancel(shop.session(cart_id)["data"]["id"], {})
        shop.complete(cart_id, expect=422)

        shop.post(f"/store/carts/{cart_id}/payment-sessions")
        assert shop.pay(cart_id) == 200
        assert shop.complete(cart_id)["type"] == "order"

    @pytest.mark.parametrize("kind", ["500", "429", "drop_before", "drop_after"])
    def test_provider_out_of_reach_is_503_and_the_cart_stays_usable(self, shop: StripeShop, kind: str) -> None:
        cart_id = shop.cart()
        shop.pay(cart_id)
        shop.sandbox.plan(kind, times=10)
        shop.complete(cart_id, expect=503)

        shop.sandbox.faults.clear()
        assert shop.complete(cart_id)["type"] == "order"
        assert len(shop.sandbox.books.all("charge")) == 1

    @pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
    def test_session_whose_answer_was_lost_is_one_intent(self, shop: StripeShop, kind: str) -> None:
        shop.sandbox.plan(kind, method="POST")
        cart_id = shop.cart()

        (intent,) = shop.sandbox.books.all("payment_intent")
        assert shop.session(cart_id)["data"]["id"] == intent["id"]

    def test_buyer_who_never_came_back_is_served_by_recovery(self, shop: StripeShop) -> None:
        cart_id = shop.cart()
        shop.pay(cart_id)
        shop.sandbox.plan("drop_before", times=3)
        shop.complete(cart_id, expect=503)
        shop.sandbox.faults.clear()

        shop.container.recover_checkout()(SYSTEM, cart_id)
        assert shop.sandbox.books.all("refund") == []
        assert shop.complete(cart_id)["type"] == "order"


class TestEditing:
    def test_intent_follows_the_cart(self, shop: StripeShop) -> None:
        cart_id = shop.cart()
        shop.post(f"/store/carts/{cart_id}/line-items", {"variant_id": VARIANT, "quantity": 2})

        assert shop.intent(cart_id)["amount"] == 3 * PRICE
        assert shop.session(cart_id)["amount"] == 3 * PRICE
        assert len(shop.sandbox.books.all("payment_intent")) == 1

    def test_removed_session_is_canceled_at_stripe(self, shop: StripeShop) -> None:
        cart_id = shop.cart()
        answer = shop.client.delete(f"/store/carts/{cart_id}/payment-sessions/stripe", headers=shop.buyer)
        run_jobs(shop.container)

        assert answer.status_code == 200
        (intent,) = shop.sandbox.books.all("payment_intent")
        assert intent["status"] == "canceled"

    def test_edit_after_paying_gives_the_money_back_and_says_so(self, shop: StripeShop) -> None:
        cart_id = shop.cart()
        shop.pay(cart_id)
        shop.post(f"/store/carts/{cart_id}/line-items", {"variant_id": VARIANT, "quantity": 1})
        run_jobs(shop.container)

        assert shop.refunds() == [PRICE]
        assert len(list(shop.container.settings().mail_dir.glob("*.eml"))) == 1
        shop.post(f"/store/carts/{cart_id}/payment-sessions")
        assert shop.intent(cart_id)["amount"] == 2 * PRICE
        assert shop.pay(cart_id) == 200
        assert shop.complete(cart_id)["data"]["total"] == 2 * PRICE
        run_jobs(shop.container)
        assert shop.refunds() == [PRICE]

    def test_edit_after_a_hold_releases_it(self, tmp_path: Path, sandbox: Sandbox) -> None:
        shop = StripeShop(tmp_path, sandbox, STRIPE_CAPTURE_METHOD="manual")
        cart_id = shop.cart()
        shop.pay(cart_id)
        shop.post(f"/store/carts/{cart_id}/line-items", {"variant_id": VARIANT, "quantity": 1})
        run_jobs(shop.container)

        states = [intent["status"] for intent in reversed(sandbox.books.all("payment_intent"))]
        assert states[0] == "canceled"
        assert shop.refunds() == []

    def test_last_one_sold_meanwhile_gives_the_money_back(self, tmp_path: Path, sandbox: Sandbox) -> None:
        shop = StripeShop(tmp_path, sandbox, stock=1)
        winner, loser = shop.cart(), shop.cart()
        shop.pay(winner)
        shop.pay(loser)

        assert shop.complete(winner)["type"] == "order"
        assert shop.complete(loser, expect=409)["errors"][0]["code"] == "insufficient_inventory"
        run_jobs(shop.container)

        assert shop.refunds() == [PRICE]
        assert [charge["refunded"] for charge in reversed(sandbox.books.all("charge"))] == [False, True]


class TestGivingBack:
    def test_part_then_all_revokes_at_the_end(self, shop: StripeShop) -> None:
        order = shop.bought()
        staff = shop.staff()
        path = f"/admin/orders/{order['id']}/refund"

        after = shop.post(path, {"amount": 100, "reason": "discount"}, **staff)["order"]
        assert (after["payment_status"], after["refunded_total"]) == ("partially_refunded", 100)
        assert shop.downloads() == ["granted"]
        after = shop.post(path, {"amount": PRICE - 100, "reason": "return"}, **staff)["order"]

        assert (after["payment_status"], after["refunded_total"]) == ("refunded", PRICE)
        assert shop.downloads() == ["revoked"]
        charge = shop.sandbox.books.all("charge")[0]
        assert (charge["amount_refunded"], charge["refunded"]) == (PRICE, True)
        ours = {refund["id"] for refund in after["refunds"]}
        assert {refund["metadata"]["refund_id"] for refund in shop.sandbox.books.all("refund")} == ours

    @pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
    def test_refund_whose_answer_was_lost_is_made_once(self, shop: StripeShop, kind: str) -> None:
        order = shop.bought()
        shop.sandbox.plan(kind, method="POST", path="/v1/refunds", times=3)
        path = f"/admin/orders/{order['id']}/refund"
        shop.post(path, {"amount": 100, "reason": "discount"}, **shop.staff())
        run_jobs(shop.container)

        assert shop.refunds() == [100]
        assert shop.get(f"/store/orders/{order['id']}")["order"]["refunded_total"] == 100


class TestSavedMethods:
    def test_card_the_buyer_wanted_kept_is_listed_for_them_alone(self, shop: StripeShop) -> None:
        shop.pay(shop.cart())
        assert shop.get("/store/customers/me/payment-methods") == {"payment_methods": []}

        shop.pay(shop.cart(), setup_future_usage="on_session")
        (method,) = shop.get("/store/customers/me/payment-methods")["payment_methods"]
        assert (method["provider_id"], method["data"]["card"]["last4"]) == ("stripe", "4242")
        shop.buyer = shop.registered("grace@example.com")
        assert shop.get("/store/customers/me/payment-methods") == {"payment_methods": []}

    def test_guest_is_not_asked(self, shop: StripeShop) -> None:
        assert shop.client.get("/store/customers/me/payment-methods").status_code == 401

    def test_provider_out_of_reach_is_503(self, shop: StripeShop) -> None:
        shop.sandbox.plan("drop_before", times=3)
        answer = shop.client.get("/store/customers/me/payment-methods", headers=shop.buyer)

        assert answer.status_code == 503


class TestTime:
    def test_price_that_moved_before_paying_has_to_be_accepted(self, shop: StripeShop) -> None:
        cart_id = shop.cart()
        staff = shop.staff()
        prices = [{"currency_code": "eur", "amount": 2_000}]
        shop.post(f"/admin/products/{PRODUCT}", {"variants": [{"id": VARIANT, "prices": prices}]}, **staff)

        shop.complete(cart_id, expect=409)
        assert shop.get(f"/store/carts/{cart_id}")["cart"]["total"] == 2_200
        assert shop.intent(cart_id)["amount"] == 2_200
        assert shop.pay(cart_id) == 200
        assert shop.complete(cart_id)["data"]["total"] == 2_200

    def test_price_that_moved_after_paying_does_not_concern_the_buyer(self, shop: StripeShop) -> None:
        cart_id = shop.cart()
        shop.pay(cart_id)
        prices = [{"currency_code": "eur", "amount": 2_000}]
        shop.post(f"/admin/products/{PRODUCT}", {"variants": [{"id": VARIANT, "prices": prices}]}, **shop.staff())

        assert shop.complete(cart_id)["data"]["total"] == PRICE
