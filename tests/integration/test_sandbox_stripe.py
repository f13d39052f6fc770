"""The Stripe stand-in, held to what the real SDK expects of the real thing."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests
import stripe

from bootstrap.sandbox.sandbox import WEBHOOK_SECRET, Sandbox
from bootstrap.sandbox.server import start_sandbox

EUR = {"amount": 1_250, "currency": "eur"}


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with start_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox) -> Iterator[Sandbox]:
    running.forget()
    yield running
    running.send_webhooks_to(None)


@pytest.fixture
def api(sandbox: Sandbox) -> Any:
    return client(sandbox).v1


def client(sandbox: Sandbox, key: str | None = None, retries: int = 0) -> stripe.StripeClient:
    return stripe.StripeClient(
        key or sandbox.key,
        base_addresses={"api": sandbox.url},
        max_network_retries=retries,
        http_client=stripe.RequestsClient(timeout=5),
    )


def paid(api: Any, **more: Any) -> Any:
    return api.payment_intents.create({**EUR, "payment_method": "pm_card_visa", "confirm": True, **more})


class Inbox:
    """A webhook endpoint that keeps what it gets; refuses the first ``refuse`` with 500."""

    def __init__(self) -> None:
        self.refuse = 0
        self.received: list[tuple[bytes, str]] = []
        inbox = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = 200
                if inbox.refuse:
                    inbox.refuse -= 1
                    status = 500
                else:
                    inbox.received.append((body, self.headers["Stripe-Signature"]))
                self.send_response(status)
                self.end_headers()

            def log_message(self, *about: object) -> None:
                """Tests say enough."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/webhooks/stripe"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def types(self) -> list[str]:
        return [json.loads(body)["type"] for body, _ in self.received]


@pytest.fixture
def inbox(sandbox: Sandbox) -> Iterator[Inbox]:
    box = Inbox()
    sandbox.send_webhooks_to(box.url)
    yield box
    sandbox.courier.settle()
    box.server.shutdown()
    box.server.server_close()


class TestKeys:
    @pytest.mark.parametrize("key", ["sk_test_wrong", "pk_live_other"])
    def test_wrong_key_is_401(self, sandbox: Sandbox, key: str) -> None:
        with pytest.raises(stripe.AuthenticationError):
            client(sandbox, key).v1.payment_intents.create(EUR)  # type: ignore[arg-type]

    def test_missing_key_is_401(self, sandbox: Sandbox) -> None:
        assert requests.get(f"{sandbox.url}/v1/events", timeout=5).status_code == 401

    def test_browser_may_confirm_with_the_client_secret_and_nothing_else(self, sandbox: Sandbox, api: Any) -> None:
        intent = api.payment_intents.create(EUR)
        browser: Any = client(sandbox, sandbox.publishable_key).v1

        with pytest.raises(stripe.PermissionError):
            browser.refunds.create({"payment_intent": intent.id})
        with pytest.raises(stripe.InvalidRequestError):
            browser.payment_intents.confirm(intent.id, {"client_secret": "guessed", "payment_method": "pm_card_visa"})
        browser.payment_intents.confirm(
            intent.id, {"client_secret": intent.client_secret, "payment_method": "pm_card_visa"}
        )
        assert api.payment_intents.retrieve(intent.id).status == "succeeded"


class TestPaymentIntents:
    def test_paid_at_once(self, api: Any) -> None:
        intent = paid(api, metadata={"cart_id": "cart_1"})
        charge = api.charges.retrieve(intent.latest_charge)

        assert (intent.status, intent.amount_received) == ("succeeded", 1_250)
        assert (charge.amount_captured, charge.amount_refunded, charge.refunded) == (1_250, 0, False)
        assert charge.metadata.to_dict() == {"cart_id": "cart_1"}

    def test_held_then_captured_in_part(self, api: Any) -> None:
        intent = paid(api, capture_method="manual")
        assert (intent.status, intent.amount_capturable, intent.amount_received) == ("requires_capture", 1_250, 0)

        with pytest.raises(stripe.InvalidRequestError):
            api.payment_intents.capture(intent.id, {"amount_to_capture": 1_251})
        captured = api.payment_intents.capture(intent.id, {"amount_to_capture": 1_000})
        assert (captured.status, captured.amount_received) == ("succeeded", 1_000)

    @pytest.mark.parametrize(
        ("card", "code", "decline_code"),
        [
            ("pm_card_chargeDeclined", "card_declined", "generic_decline"),
            ("pm_card_visa_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
            ("pm_card_chargeDeclinedExpiredCard", "expired_card", "expired_card"),
        ],
    )
    def test_declined_card_is_402_and_can_be_replaced(
        self, api: Any, card: str, code: str, decline_code: str
    ) -> None:
        intent = api.payment_intents.create(EUR)
        with pytest.raises(stripe.CardError) as refusal:
            api.payment_intents.confirm(intent.id, {"payment_method": card})

        assert (refusal.value.http_status, refusal.value.code) == (402, code)
        assert refusal.value.error.decline_code == decline_code
        after = api.payment_intents.retrieve(intent.id)
        assert (after.status, after.last_payment_error.code) == ("requires_payment_method", code)
        assert api.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"}).status == "succeeded"

    @pytest.mark.parametrize(("succeed", "status"), [(True, "succeeded"), (False, "requires_payment_method")])
    def test_bank_asks_the_buyer(self, sandbox: Sandbox, api: Any, succeed: bool, status: str) -> None:
        intent = paid(api, payment_method="pm_card_threeDSecure2Required")
        assert (intent.status, intent.next_action.type) == ("requires_action", "use_stripe_sdk")

        finish = f"{sandbox.url}/_sandbox/payment_intents/{intent.id}/finish"
        assert requests.post(finish, json={"succeed": succeed}, timeout=5).status_code == 200
        assert api.payment_intents.retrieve(intent.id).status == status

    def test_canceled_intent_stays_canceled(self, api: Any) -> None:
        intent = api.payment_intents.create(EUR)
        api.payment_intents.cancel(intent.id)

        for act in (api.payment_intents.cancel, api.payment_intents.capture):
            with pytest.raises(stripe.InvalidRequestError) as refusal:
                act(intent.id)
            assert refusal.value.code == "payment_intent_unexpected_state"

    def test_amount_of_a_paid_intent_cannot_change_but_its_metadata_can(self, api: Any) -> None:
        intent = paid(api)
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            api.payment_intents.update(intent.id, {"amount": 2_000})

        assert refusal.value.code == "payment_intent_unexpected_state"
        assert api.payment_intents.update(intent.id, {"metadata": {"a": "b"}}).metadata.to_dict() == {"a": "b"}

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"amount": 49}, "amount_too_small"),
            ({"amount": 100_000_000}, "amount_too_large"),
            ({"amount": -1}, "parameter_invalid_integer"),
            ({"amont": 5}, "parameter_unknown"),
            ({"payment_method": "pm_nobody"}, "resource_missing"),
        ],
    )
    def test_nonsense_is_refused(self, api: Any, change: dict[str, Any], code: str) -> None:
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            api.payment_intents.create({**EUR, **change})
        assert refusal.value.code == code

    def test_unknown_intent_is_404(self, api: Any) -> None:
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            api.payment_intents.retrieve("pi_nobody")
        assert (refusal.value.http_status, refusal.value.code) == (404, "resource_missing")


class TestRefunds:
    def test_part_then_rest_then_nothing(self, api: Any) -> None:
        intent = paid(api)
        api.refunds.create({"payment_intent": intent.id, "amount": 250, "metadata": {"refund_id": "ref_1"}})
        charge = api.charges.retrieve(intent.latest_charge)
        assert (charge.amount_refunded, charge.refunded) == (250, False)

        with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded"):
            api.refunds.create({"payment_intent": intent.id, "amount": 1_001})
        assert api.refunds.create({"charge": intent.latest_charge}).amount == 1_000
        assert api.charges.retrieve(intent.latest_charge).refunded
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            api.refunds.create({"payment_intent": intent.id})
        assert refusal.value.code == "charge_already_refunded"

    def test_list_is_of_one_payment_and_pages(self, api: Any) -> None:
        first, second = paid(api), paid(api)
        made = [api.refunds.create({"payment_intent": first.id, "amount": 100}).id for _ in range(3)]
        api.refunds.create({"payment_intent": second.id})

        page = api.refunds.list({"payment_intent": first.id, "limit": 2})
        assert ([refund.id for refund in page.data], page.has_more) == ([made[2], made[1]], True)
        assert [refund.id for refund in page.auto_paging_iter()] == made[::-1]

    def test_refund_may_fail_later(self, sandbox: Sandbox, api: Any) -> None:
        intent = paid(api)
        refund = api.refunds.create({"payment_intent": intent.id})
        requests.post(f"{sandbox.url}/_sandbox/refunds/{refund.id}/fail", timeout=5)

        assert api.refunds.retrieve(refund.id).status == "failed"
        assert api.charges.retrieve(intent.latest_charge).amount_refunded == 0

    def test_unpaid_intent_has_nothing_to_refund(self, api: Any) -> None:
        with pytest.raises(stripe.InvalidRequestError):
            api.refunds.create({"payment_intent": api.payment_intents.create(EUR).id})


class TestDisputes:
    @pytest.mark.parametrize("status", ["won", "lost"])
    def test_dispute_is_opened_and_closed(self, sandbox: Sandbox, api: Any, status: str) -> None:
        intent = paid(api)
        made = requests.post(f"{sandbox.url}/_sandbox/disputes", json={"payment_intent": intent.id}, timeout=5).json()
        assert api.charges.retrieve(intent.latest_charge).disputed

        closing = f"{sandbox.url}/_sandbox/disputes/{made['id']}/close"
        assert requests.post(closing, json={"status": status}, timeout=5).json()["status"] == status
        assert requests.post(closing, json={"status": status}, timeout=5).status_code == 400
        assert [event["data"]["object"]["status"] for event in sandbox.events("charge.dispute.closed")] == [status]

    def test_card_that_is_disputed_at_once(self, sandbox: Sandbox, api: Any) -> None:
        intent = paid(api, payment_method="pm_card_createDispute")

        assert api.disputes.list({"payment_intent": intent.id}).data[0].status == "needs_response"


class TestEvents:
    def test_each_step_is_an_event_of_this_api_version(self, sandbox: Sandbox, api: Any) -> None:
        intent = paid(api)
        api.refunds.create({"payment_intent": intent.id})

        assert [event["type"] for event in sandbox.events()] == [
            "payment_intent.created",
            "charge.succeeded",
            "payment_intent.succeeded",
            "refund.created",
            "charge.refunded",
        ]
        assert {event["api_version"] for event in sandbox.events()} == {stripe.api_version}

    def test_event_shows_the_object_as_it_was(self, sandbox: Sandbox, api: Any) -> None:
        paid(api)

        assert sandbox.events("payment_intent.created")[0]["data"]["object"]["status"] == "requires_payment_method"

    def test_list_is_newest_first_and_filters(self, api: Any) -> None:
        paid(api)
        page = api.events.list({"limit": 2})

        assert [event.type for event in page.data] == ["payment_intent.succeeded", "charge.succeeded"]
        assert page.has_more
        assert [event.type for event in api.events.list({"types": ["charge.succeeded"]}).data] == ["charge.succeeded"]
        assert api.events.retrieve(page.data[0].id).type == "payment_intent.succeeded"


class TestIdempotency:
    def test_key_replays_its_answer(self, sandbox: Sandbox, api: Any) -> None:
        first = api.payment_intents.create(EUR, {"idempotency_key": "k1"})
        again = api.payment_intents.create(EUR, {"idempotency_key": "k1"})

        assert again.id == first.id
        assert again.last_response.headers["Idempotent-Replayed"] == "true"
        assert [request.replayed for request in sandbox.requests] == [False, True]

    def test_key_with_other_parameters_is_an_error(self, api: Any) -> None:
        api.payment_intents.create(EUR, {"idempotency_key": "k1"})
        with pytest.raises(stripe.IdempotencyError):
            api.payment_intents.create({**EUR, "amount": 999}, {"idempotency_key": "k1"})

    def test_declines_are_replayed_too(self, sandbox: Sandbox, api: Any) -> None:
        intent = api.payment_intents.create(EUR)
        for _ in range(2):
            with pytest.raises(stripe.CardError):
                api.payment_intents.confirm(
                    intent.id, {"payment_method": "pm_card_chargeDeclined"}, {"idempotency_key": "k1"}
                )
        assert len(sandbox.books.all("charge")) == 1

    def test_key_in_use_is_409(self, sandbox: Sandbox, api: Any) -> None:
        sandbox.plan("slow", method="POST", seconds=0.4)
        with ThreadPoolExecutor(2) as both:
            slow = both.submit(api.payment_intents.create, EUR, {"idempotency_key": "k1"})
            deadline = time.monotonic() + 5
            while not sandbox.replays.busy("k1") and time.monotonic() < deadline:
                time.sleep(0.01)
            with pytest.raises(stripe.APIError) as refusal:
                client(sandbox).v1.payment_intents.create(EUR, {"idempotency_key": "k1"})  # type: ignore[arg-type]
            assert refusal.value.http_status == 409
            assert slow.result().id

    def test_two_at_once_make_one_intent(self, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0.05)
        retrying: Any = client(sandbox, retries=5).v1
        with ThreadPoolExecutor(8) as crowd:
            made = crowd.map(lambda _: retrying.payment_intents.create(EUR, {"idempotency_key": "k1"}).id, range(8))
            assert len(set(made)) == 1
        assert len(sandbox.books.all("payment_intent")) == 1


class TestFaults:
    def test_nothing_happens_before_the_commit(self, sandbox: Sandbox, api: Any) -> None:
        for kind in ("500", "429", "drop_before"):
            sandbox.plan(kind)
            with pytest.raises(stripe.StripeError):
                api.payment_intents.create(EUR)
        assert sandbox.books.all("payment_intent") == []

    def test_answer_is_lost_after_the_commit(self, sandbox: Sandbox, api: Any) -> None:
        sandbox.plan("drop_after")
        with pytest.raises(stripe.APIConnectionError):
            api.payment_intents.create(EUR, {"idempotency_key": "k1"})

        (intent,) = sandbox.books.all("payment_intent")
        assert api.payment_intents.create(EUR, {"idempotency_key": "k1"}).id == intent["id"]

    def test_rate_limit_says_when_to_come_again(self, sandbox: Sandbox) -> None:
        requests.post(f"{sandbox.url}/_sandbox/faults", json={"kind": "429", "seconds": 3}, timeout=5)
        answer = requests.get(
            f"{sandbox.url}/v1/events", headers={"Authorization": f"Bearer {sandbox.key}"}, timeout=5
        )
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3")

    def test_fault_waits_for_its_request(self, sandbox: Sandbox, api: Any) -> None:
        sandbox.plan("500", path="/v1/payment_intents/*/confirm")
        intent = api.payment_intents.create(EUR)
        with pytest.raises(stripe.APIError):
            api.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
        assert api.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"}).status == "succeeded"

    def test_unknown_knobs_are_refused(self, sandbox: Sandbox) -> None:
        for body in ({"kind": "earthquake"}, {"kind": "500", "colour": "red"}):
            assert requests.post(f"{sandbox.url}/_sandbox/faults", json=body, timeout=5).status_code == 400


class TestWebhooks:
    def construct(self, sandbox: Sandbox, got: tuple[bytes, str]) -> stripe.Event:
        return client(sandbox).construct_event(got[0], got[1], WEBHOOK_SECRET)

    def test_events_arrive_signed_and_in_order(self, sandbox: Sandbox, api: Any, inbox: Inbox) -> None:
        paid(api)
        assert sandbox.courier.settle()

        assert inbox.types == ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]
        assert [self.construct(sandbox, got).type for got in inbox.received] == inbox.types

    def test_twice(self, sandbox: Sandbox, api: Any, inbox: Inbox) -> None:
        sandbox.deliver(copies=2)
        api.payment_intents.create(EUR)
        assert sandbox.courier.settle()

        assert inbox.types == ["payment_intent.created"] * 2
        assert inbox.received[0][0] == inbox.received[1][0]

    def test_late_and_in_reverse(self, sandbox: Sandbox, api: Any, inbox: Inbox) -> None:
        sandbox.deliver(held=True)
        paid(api)
        assert sandbox.courier.settle()
        assert inbox.types == []

        assert sandbox.courier.flush(reverse=True, only=["payment_intent.created", "payment_intent.succeeded"]) == 2
        assert sandbox.courier.settle()
        assert inbox.types == ["payment_intent.succeeded", "payment_intent.created"]

    @pytest.mark.parametrize("manner", [{"tampered": True}, {"old": True}, {"secret": "whsec_other"}])
    def test_what_must_be_refused_is_refused_by_the_sdk(
        self, sandbox: Sandbox, api: Any, inbox: Inbox, manner: dict[str, Any]
    ) -> None:
        sandbox.deliver(**manner)
        api.payment_intents.create(EUR)
        assert sandbox.courier.settle()

        with pytest.raises(stripe.SignatureVerificationError):
            self.construct(sandbox, inbox.received[0])

    def test_refused_event_comes_again(self, sandbox: Sandbox, api: Any, inbox: Inbox) -> None:
        inbox.refuse = 1
        api.payment_intents.create(EUR)
        assert sandbox.courier.settle()

        assert inbox.types == ["payment_intent.created"]
        statuses = [
            entry["status"] for entry in requests.get(f"{sandbox.url}/_sandbox/deliveries", timeout=5).json()["data"]
        ]
        assert statuses[-2:] == [500, 200]

    def test_one_event_can_be_sent_again(self, sandbox: Sandbox, api: Any, inbox: Inbox) -> None:
        api.payment_intents.create(EUR)
        (event,) = sandbox.events()
        requests.post(f"{sandbox.url}/_sandbox/events/{event['id']}/resend", json={}, timeout=5)
        assert sandbox.courier.settle()

        assert inbox.types == ["payment_intent.created"] * 2


class TestCustomers:
    def test_ways_to_pay_belong_to_one_customer(self, api: Any) -> None:
        ada = api.customers.create({"email": "ada@example.com", "metadata": {"customer_id": "cus_1"}})
        other = api.customers.create({"email": "ada@example.com"})
        method = api.payment_methods.attach("pm_card_visa", {"customer": ada.id})

        assert [each.id for each in api.payment_methods.list({"customer": ada.id}).data] == [method.id]
        assert [each.id for each in api.customers.payment_methods.list(ada.id).data] == [method.id]
        assert api.payment_methods.list({"customer": other.id}).data == []
        assert {each.id for each in api.customers.list({"email": "ada@example.com"}).data} == {ada.id, other.id}
        api.payment_methods.detach(method.id)
        assert api.payment_methods.list({"customer": ada.id}).data == []


def test_command_serves_until_stopped() -> None:
    command = [sys.executable, "-m", "bootstrap.cli", "sandbox-stripe", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        url = line.split()[3].rstrip(".")
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                assert requests.get(f"{url}/_sandbox/health", timeout=2).json() == {"status": "ok"}
                break
            except requests.ConnectionError:
                time.sleep(0.05)
        process.terminate()
        process.communicate(timeout=10)
