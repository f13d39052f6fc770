"""Stripe's adapter by the real SDK against the sandbox."""

from collections.abc import Iterator
from typing import ClassVar

import pytest
import requests
import stripe

from adapters.payments.stripe_payments import StripePayments
from bootstrap.sandbox.sandbox import Sandbox
from bootstrap.sandbox.server import start_sandbox
from core.domain.money import Money
from core.domain.payment import PaymentDeclined, PaymentProviderUnavailable, ProviderPayment, SessionStatus
from tests.contracts.payments import PRICE, PaymentProviderContract

VISA = "pm_card_visa"
QUICK = 0.01


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with start_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    running.forget()
    # The library waits half a second before it tries again; a test has no reason to.
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", QUICK)
    monkeypatch.setattr(stripe.HTTPClient, "MAX_DELAY", QUICK)
    return running


def provider(sandbox: Sandbox, **options: object) -> StripePayments:
    return StripePayments(sandbox.key, api_base=sandbox.url, **options)  # type: ignore[arg-type]


def confirm(sandbox: Sandbox, payment: ProviderPayment, card: str = VISA, **more: str) -> requests.Response:
    """As Stripe.js in the buyer's browser: publishable key and client secret, nothing else."""
    return requests.post(
        f"{sandbox.url}/v1/payment_intents/{payment.reference}/confirm",
        data={"payment_method": card, "client_secret": str(payment.data["client_secret"]), **more},
        headers={"Authorization": f"Bearer {sandbox.publishable_key}"},
        timeout=5,
    )


class StripeContract(PaymentProviderContract):
    @pytest.fixture
    def payments(self, sandbox: Sandbox) -> StripePayments:
        self.sandbox = sandbox
        return provider(sandbox, capture_method="automatic" if self.captures_at_once else "manual")

    def buyer_pays(self, payment: ProviderPayment) -> None:
        assert confirm(self.sandbox, payment).status_code == 200


class TestStripeThatCapturesAtOnce(StripeContract):
    captures_at_once = True


class TestStripeThatHolds(StripeContract):
    captures_at_once = False

    def test_canceled_hold_is_gone(self, payments: StripePayments) -> None:
        opened = payments.initiate(PRICE, {}, idempotency_key="k1")
        self.buyer_pays(opened)
        payments.cancel(opened.data, idempotency_key="c1")

        told = payments.retrieve(opened.data)
        assert (told.status, told.captured, told.refunded) == (SessionStatus.CANCELED, 0, 0)
        with pytest.raises(PaymentDeclined):
            payments.capture(opened.data, PRICE, idempotency_key="c2")


@pytest.fixture
def payments(sandbox: Sandbox) -> StripePayments:
    return provider(sandbox)


def opened(payments: StripePayments, **context: object) -> ProviderPayment:
    return payments.initiate(PRICE, {"cart_id": "cart_1", **context}, idempotency_key="open")


class TestWhatStripeIsTold:
    def test_cart_and_session_are_named_and_the_receipt_goes_to_the_buyer(
        self, sandbox: Sandbox, payments: StripePayments
    ) -> None:
        payment = opened(payments, session_id="ps_1", email="ada@example.com", customer_id="cus_1")

        intent = sandbox.books.get("payment_intent", payment.reference)
        assert intent["metadata"] == {"cart_id": "cart_1", "session_id": "ps_1", "customer_id": "cus_1"}
        assert intent["receipt_email"] == "ada@example.com"
        assert intent["customer"] is None
        assert intent["automatic_payment_methods"] == {"enabled": True}
        assert payment.cart_id == "cart_1"
        assert payment.data["client_secret"] == intent["client_secret"]

    def test_keys_are_ours(self, sandbox: Sandbox, payments: StripePayments) -> None:
        opened(payments)

        assert [request.key for request in sandbox.asked("POST", "/v1/payment_intents")] == ["open"]

    def test_refund_carries_our_name_and_is_made_once_even_without_its_key(
        self, sandbox: Sandbox, payments: StripePayments
    ) -> None:
        payment = opened(payments)
        confirm(sandbox, payment)
        first = payments.refund(payment.data, Money(100, "eur"), refund_id="ref_1", idempotency_key="r1")
        again = payments.refund(payment.data, Money(100, "eur"), refund_id="ref_1", idempotency_key="forgotten")

        assert again == first
        assert sandbox.books.get("refund", first)["metadata"] == {"refund_id": "ref_1"}
        assert payments.retrieve(payment.data).refunded == 100


class TestWhatStripeSays:
    @pytest.mark.parametrize(
        ("card", "status"),
        [
            ("pm_card_threeDSecure2Required", SessionStatus.REQUIRES_MORE),
            ("pm_sandbox_processing", SessionStatus.PENDING),
            ("pm_card_chargeDeclined", SessionStatus.PENDING),
        ],
    )
    def test_unfinished_payment_is_told_as_it_is(
        self, sandbox: Sandbox, payments: StripePayments, card: str, status: SessionStatus
    ) -> None:
        payment = opened(payments)
        confirm(sandbox, payment, card)

        told = payments.authorize(payment.data, PRICE, idempotency_key="a1")
        assert (told.status, told.captured) == (status, 0)

    def test_page_of_the_bank_is_told_while_the_buyer_has_to_go_there(
        self, sandbox: Sandbox, payments: StripePayments
    ) -> None:
        payment = opened(payments)
        confirm(sandbox, payment, "pm_card_threeDSecure2Required", return_url="https://shop.test/back")

        told = payments.retrieve(payment.data)
        with sandbox.at_the_desk() as api:
            api.intents.finish(payment.reference, succeed=True)

        assert str(told.data["redirect_url"]).startswith("https://")
        assert "redirect_url" not in payment.data
        assert "redirect_url" not in payments.retrieve(payment.data).data

    def test_payment_counts_once_the_bank_is_content(self, sandbox: Sandbox, payments: StripePayments) -> None:
        payment = opened(payments)
        confirm(sandbox, payment, "pm_card_threeDSecure2Required")
        with sandbox.at_the_desk() as api:
            api.intents.finish(payment.reference, succeed=True)

        told = payments.authorize(payment.data, PRICE, idempotency_key="a1")
        assert (told.status, told.captured) == (SessionStatus.AUTHORIZED, 1_250)

    def test_declined_card_says_why_in_the_data(self, sandbox: Sandbox, payments: StripePayments) -> None:
        payment = opened(payments)
        answer = confirm(sandbox, payment, "pm_card_visa_chargeDeclinedInsufficientFunds")

        assert answer.status_code == 402
        assert payments.retrieve(payment.data).data["last_payment_error"] == {
            "code": "card_declined",
            "decline_code": "insufficient_funds",
            "message": "Your card has insufficient funds.",
        }

    def test_what_the_client_claims_is_not_believed(self, payments: StripePayments) -> None:
        payment = opened(payments)
        claimed = {**payment.data, "status": "succeeded", "amount_received": 1_250}

        assert payments.authorize(claimed, PRICE, idempotency_key="a1").status is SessionStatus.PENDING

    def test_refund_made_in_the_dashboard_is_told_without_our_name(
        self, sandbox: Sandbox, payments: StripePayments
    ) -> None:
        payment = opened(payments)
        confirm(sandbox, payment)
        with sandbox.at_the_desk() as api:
            refund = api.charges.refund({"payment_intent": payment.reference, "amount": "300"})
            api.charges.fail_refund(refund["id"])
            api.charges.refund({"payment_intent": payment.reference, "amount": "200"})

        told = [(report.amount, report.ours, report.succeeded) for report in payments.refunds(payment.data)]
        assert told == [(300, None, False), (200, None, True)]
        assert payments.retrieve(payment.data).refunded == 200

    @pytest.mark.parametrize("data", [{}, {"id": 7}, {"id": ""}, {"id": "pi_nobody"}, {"id": "../v1/customers"}])
    def test_foreign_payment_is_declined(self, payments: StripePayments, data: dict[str, object]) -> None:
        with pytest.raises(PaymentDeclined):
            payments.retrieve(data)

    def test_amount_below_the_least_is_declined(self, payments: StripePayments) -> None:
        with pytest.raises(PaymentDeclined, match="too small"):
            payments.initiate(Money(10, "eur"), {}, idempotency_key="k1")

    def test_many_refunds_are_all_told(self, sandbox: Sandbox, payments: StripePayments) -> None:
        payment = opened(payments)
        confirm(sandbox, payment)
        with sandbox.at_the_desk() as api:
            for _ in range(105):
                api.charges.refund({"payment_intent": payment.reference, "amount": "1"})

        assert len(payments.refunds(payment.data)) == 105


class TestCurrencies:
    @pytest.mark.parametrize(
        ("ours", "theirs"),
        [
            (Money(1_250, "eur"), 1_250),
            (Money(500, "jpy"), 500),
            (Money(5, "isk"), 500),
            (Money(1_200, "mga"), 12),
            (Money(5_120, "kwd"), 5_120),
        ],
    )
    def test_amounts_are_converted_exactly_both_ways(
        self, sandbox: Sandbox, payments: StripePayments, ours: Money, theirs: int
    ) -> None:
        payment = payments.initiate(ours, {}, idempotency_key=ours.currency)

        assert sandbox.books.get("payment_intent", payment.reference)["amount"] == theirs
        assert (payment.amount, payment.currency_code) == (ours.amount, ours.currency)

    @pytest.mark.parametrize(
        "money", [Money(5_124, "kwd"), Money(1_250, "mga"), Money(5_000, "ugx"), Money(5_000, "lyd")]
    )
    def test_what_cannot_be_said_exactly_is_declined(
        self, sandbox: Sandbox, payments: StripePayments, money: Money
    ) -> None:
        with pytest.raises(PaymentDeclined):
            payments.initiate(money, {}, idempotency_key="k1")

        assert sandbox.requests == []


class TestTrouble:
    @pytest.mark.parametrize("kind", ["500", "drop_before", "drop_after"])
    def test_one_failure_is_repeated_with_the_same_key(
        self, sandbox: Sandbox, payments: StripePayments, kind: str
    ) -> None:
        sandbox.plan(kind, method="POST")
        payment = opened(payments)

        assert [request.key for request in sandbox.asked("POST", "/v1/payment_intents")] == ["open", "open"]
        assert [intent["id"] for intent in sandbox.books.all("payment_intent")] == [payment.reference]

    @pytest.mark.parametrize("kind", ["500", "429", "drop_before", "drop_after"])
    def test_lasting_trouble_leaves_the_outcome_unknown(self, sandbox: Sandbox, kind: str) -> None:
        sandbox.plan(kind, times=10)
        with pytest.raises(PaymentProviderUnavailable):
            opened(provider(sandbox))

    def test_answer_lost_for_good_is_found_again_with_the_key(self, sandbox: Sandbox) -> None:
        sandbox.plan("drop_after", method="POST")
        with pytest.raises(PaymentProviderUnavailable):
            opened(provider(sandbox, retries=0))

        payment = opened(provider(sandbox, retries=0))
        assert [intent["id"] for intent in sandbox.books.all("payment_intent")] == [payment.reference]

    def test_wrong_key_is_no_decline(self, sandbox: Sandbox) -> None:
        with pytest.raises(PaymentProviderUnavailable, match="key"):
            opened(StripePayments("sk_test_wrong", api_base=sandbox.url))

    def test_one_key_for_two_requests_is_not_taken_for_a_decline(self, payments: StripePayments) -> None:
        opened(payments)
        with pytest.raises(PaymentProviderUnavailable):
            payments.initiate(Money(999, "eur"), {"cart_id": "cart_1"}, idempotency_key="open")

    def test_nobody_listening_is_unavailable(self) -> None:
        with pytest.raises(PaymentProviderUnavailable):
            opened(StripePayments("sk_test", api_base="http://127.0.0.1:9", retries=0))


class TestSavedMethods:
    ADA: ClassVar = {"id": "cus_1", "email": "ada@example.com"}

    def pay(self, sandbox: Sandbox, payments: StripePayments, **more: str) -> ProviderPayment:
        payment = opened(payments, customer_id="cus_1", email="ada@example.com", account_email="ada@example.com")
        confirm(sandbox, payment, **more)
        return payment

    def test_card_is_kept_only_when_the_buyer_agreed(self, sandbox: Sandbox, payments: StripePayments) -> None:
        self.pay(sandbox, payments)

        assert payments.saved_methods(self.ADA) == []

    def test_kept_card_is_listed_without_secrets(self, sandbox: Sandbox, payments: StripePayments) -> None:
        self.pay(sandbox, payments, setup_future_usage="on_session")
        (method,) = payments.saved_methods(self.ADA)

        assert method.provider_id == "stripe"
        assert method.data["card"] == {
            "brand": "visa",
            "last4": "4242",
            "exp_month": 12,
            "exp_year": 2034,
            "funding": "credit",
        }

    def test_same_address_is_not_the_same_customer(self, sandbox: Sandbox, payments: StripePayments) -> None:
        self.pay(sandbox, payments, setup_future_usage="on_session")

        assert payments.saved_methods({"id": "cus_2", "email": "ada@example.com"}) == []

    def test_customer_is_made_once(self, sandbox: Sandbox, payments: StripePayments) -> None:
        for key in ("k1", "k2"):
            payments.initiate(
                PRICE, {"customer_id": "cus_1", "account_email": "ada@example.com"}, idempotency_key=key
            )

        assert len(sandbox.books.all("customer")) == 1
        assert len({intent["customer"] for intent in sandbox.books.all("payment_intent")}) == 1
