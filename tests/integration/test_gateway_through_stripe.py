"""Sales over the gateway that are paid by card: what a storefront sees of the payment, and of the bank's page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import requests

from bootstrap.sandbox.sandbox import Sandbox
from core.domain.actor import SYSTEM
from tests.integration.gateway_shop import CANCEL, RETURN
from tests.integration.shops import REGION, VARIANT, run_jobs
from tests.integration.test_sale_through_stripe import PRICE, StripeShop, running, sandbox

__all__ = ["running", "sandbox"]

FAILED = "Failed to create order from cart"
PAYMENT = {"providerId": "pp_stripe", "returnUrl": RETURN, "cancelUrl": CANCEL, "metadata": {"campaign": "may"}}
COMPLETE = {"paymentProviderId": "pp_stripe_stripe", "returnUrl": RETURN, "email": "guest@buy.test"}
HELD = "pm_card_threeDSecure2Required"


class CardShop(StripeShop):
    """Asked by its gateway, by a guest unless said."""

    def send(self, method: str, path: str, body: object = None, *, status: int | None = None) -> Any:
        answer = self.client.open(path, method=method, json=body, headers=self.caller)
        assert answer.status_code == (status or (201 if method == "POST" else 200)), answer.text
        return answer.json

    caller: dict[str, str]

    def filled(self) -> str:
        body = {"variantId": VARIANT, "quantity": 1, "currency": "EUR", "regionId": REGION}
        return str(self.send("POST", "/carts/items", body)["id"])

    def browse(self, secret: str, card: str = "pm_card_visa", **more: str) -> dict[str, Any]:
        """What Stripe.js does with the session's client secret."""
        intent = secret.partition("_secret_")[0]
        answer = requests.post(
            f"{self.sandbox.url}/v1/payment_intents/{intent}/confirm",
            data={"payment_method": card, "client_secret": secret, **more},
            headers={"Authorization": f"Bearer {self.sandbox.publishable_key}"},
            timeout=5,
        )
        told: dict[str, Any] = answer.json()
        return told

    def bank_agrees(self, secret: str) -> None:
        with self.sandbox.at_the_desk() as api:
            api.intents.finish(secret.partition("_secret_")[0], succeed=True)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, running: Sandbox) -> CardShop:
    return CardShop(Path(tmp_path_factory.mktemp("cards")), running)


@pytest.fixture
def shop(built: CardShop, sandbox: Sandbox) -> CardShop:
    built.caller = {}
    return built


def test_card_is_charged_once_and_the_session_shows_the_browser_what_it_needs(shop: CardShop) -> None:
    cart = shop.filled()

    session = shop.send("POST", f"/checkout/{cart}/payment", PAYMENT)
    again = shop.send("POST", "/payments/sessions", {"cartId": cart, **PAYMENT})
    shop.browse(session["clientSecret"])
    order = shop.send("POST", f"/checkout/{cart}/place-order", {"email": "guest@buy.test"})["order"]
    repeated = shop.send("POST", f"/checkout/{cart}/complete", COMPLETE)["order"]
    run_jobs(shop.container)

    assert session.keys() == {"id", "cartId", "providerId", "status", "clientSecret", "metadata"}
    assert (session["providerId"], session["status"]) == ("stripe", "PENDING")
    assert session["metadata"] == {"campaign": "may", "returnUrl": RETURN, "cancelUrl": CANCEL}
    assert again == session
    assert (order["paymentStatus"], order["total"]) == ("CAPTURED", {"value": PRICE / 100, "currency": "EUR"})
    assert repeated["id"] == order["id"]
    assert [charge["amount"] for charge in shop.sandbox.books.all("charge")] == [PRICE]
    (intent,) = shop.sandbox.books.all("payment_intent")
    assert "campaign" not in intent["metadata"]


def test_payment_begun_again_after_it_was_made_is_the_same_one(shop: CardShop) -> None:
    cart = shop.filled()
    session = shop.send("POST", f"/checkout/{cart}/payment", PAYMENT)
    shop.browse(session["clientSecret"])

    assert shop.send("POST", f"/checkout/{cart}/payment", PAYMENT)["id"] == session["id"]
    assert shop.send("POST", f"/checkout/{cart}/complete", COMPLETE)["order"]["paymentStatus"] == "CAPTURED"
    assert len(shop.sandbox.books.all("payment_intent")) == len(shop.sandbox.books.all("charge")) == 1


def test_order_waits_for_a_card_and_for_the_bank_and_then_is_placed(shop: CardShop) -> None:
    cart = shop.filled()

    begun = shop.send("POST", f"/checkout/{cart}/complete", COMPLETE, status=400)
    secret = shop.send("POST", f"/checkout/{cart}/payment", PAYMENT)["clientSecret"]
    page = shop.browse(secret, HELD, return_url=RETURN)["next_action"]["redirect_to_url"]
    waiting = shop.send("POST", f"/checkout/{cart}/place-order", status=400)
    shown = shop.send("POST", f"/checkout/{cart}/payment", PAYMENT)
    shop.bank_agrees(secret)
    order = shop.send("POST", f"/checkout/{cart}/complete", COMPLETE)["order"]

    assert (begun["message"], begun["step"]) == (FAILED, "place-order")
    assert "paymentRedirectUrl" not in begun
    assert (waiting["message"], waiting["paymentRedirectUrl"]) == (FAILED, page["url"])
    assert (shown["redirectUrl"], shown["clientSecret"]) == (page["url"], secret)
    assert (order["paymentStatus"], order["email"]) == ("CAPTURED", "guest@buy.test")


def test_declined_card_can_be_replaced_in_the_same_cart(shop: CardShop) -> None:
    cart = shop.filled()
    secret = shop.send("POST", f"/checkout/{cart}/payment", PAYMENT)["clientSecret"]

    assert shop.browse(secret, "pm_card_chargeDeclined")["error"]["code"] == "card_declined"
    shop.send("POST", f"/checkout/{cart}/place-order", {"email": "guest@buy.test"}, status=400)
    shop.browse(secret)
    assert shop.send("POST", f"/checkout/{cart}/place-order")["order"]["paymentStatus"] == "CAPTURED"


def test_provider_out_of_reach_names_the_step_and_the_cart_is_finished_later(shop: CardShop) -> None:
    cart = shop.filled()
    shop.sandbox.plan("drop_before", times=10)

    said = shop.send("POST", f"/checkout/{cart}/complete", COMPLETE, status=503)
    shop.sandbox.faults.clear()
    secret = shop.send("POST", f"/checkout/{cart}/payment", PAYMENT)["clientSecret"]
    shop.browse(secret)

    assert (said["step"], said["code"]) == ("payment", "UPSTREAM_UNAVAILABLE")
    assert shop.send("POST", f"/checkout/{cart}/complete", COMPLETE)["order"]["paymentStatus"] == "CAPTURED"


def test_payment_begun_here_is_finished_under_store_and_the_other_way_round(shop: CardShop) -> None:
    shop.caller = shop.buyer
    here, there = shop.filled(), shop.cart()
    shop.browse(shop.send("POST", f"/checkout/{here}/payment", PAYMENT)["clientSecret"])
    shop.pay(there)

    stored = shop.complete(here)["data"]
    shown = shop.send("POST", f"/checkout/{there}/complete", {**COMPLETE, "email": ""})["order"]

    assert (stored["total"], stored["payment_status"]) == (PRICE, "captured")
    assert (shown["total"]["value"], shown["paymentStatus"]) == (PRICE / 100, "CAPTURED")
    assert len(shop.sandbox.books.all("charge")) == 2


def test_buyer_who_paid_and_never_came_back_gets_the_order(shop: CardShop) -> None:
    cart = shop.filled()
    shop.send("PATCH", f"/carts/{cart}", {"email": "guest@buy.test"})
    shop.browse(shop.send("POST", f"/checkout/{cart}/payment", PAYMENT)["clientSecret"])

    shop.container.reconcile()(SYSTEM, thorough=True)

    assert shop.send("POST", f"/checkout/{cart}/place-order")["order"]["paymentStatus"] == "CAPTURED"
    assert shop.sandbox.books.all("refund") == []
