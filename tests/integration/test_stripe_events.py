"""What Stripe's events mean, and to the second how long their signatures hold."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.memory.clock import FrozenClock
from adapters.payments.stripe_events import StripeEvents
from core.domain.dispute import DisputeReport, DisputeState
from core.domain.payment import PaymentMoved, RefundsMoved
from core.domain.webhook_event import EventMismatch, InvalidSignature, MalformedEvent, WebhookEvent, WebhookEventId

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
SECRET = "whsec_one"
RAW = b'{"id": "evt_1", "type": "charge.refunded", "created": 1767268800, "livemode": true}'


def source(**options: Any) -> StripeEvents:
    return StripeEvents([SECRET, "whsec_two"], FrozenClock(NOW), **options)


def header(at: datetime, secret: str = SECRET) -> dict[str, str]:
    stamp = str(int(at.timestamp()))
    return {"stripe-signature": f"t={stamp},v1={_mac(stamp, secret)}"}


def _mac(stamp: str, secret: str) -> str:
    return hmac.new(secret.encode(), stamp.encode() + b"." + RAW, hashlib.sha256).hexdigest()


def an_event(type: str, about: dict[str, Any] | None = None, **more: Any) -> WebhookEvent:
    payload = {"id": "evt_1", "type": type, "data": {"object": about or {}}, **more}
    return WebhookEvent(
        id=WebhookEventId("whe_1"),
        provider="stripe",
        event_id="evt_1",
        type=type,
        payload=payload,
        livemode=more.get("livemode"),
        occurred_at=NOW,
        received_at=NOW,
    )


def an_intent(**more: Any) -> dict[str, Any]:
    return {"id": "pi_1", "amount": 1_100, "currency": "eur", "metadata": {"cart_id": "cart_1"}, **more}


def a_dispute(status: str, **more: Any) -> dict[str, Any]:
    about = {"id": "dp_1", "amount": 500, "currency": "eur", "payment_intent": "pi_1", "reason": "fraudulent"}
    return {**about, "status": status, **more}


class TestSignatures:
    @pytest.mark.parametrize("seconds", [-300, 0, 300])
    def test_they_hold_for_five_minutes_either_way(self, seconds: int) -> None:
        received = source().verify(RAW, header(NOW + timedelta(seconds=seconds)))

        assert (received.event_id, received.type, received.livemode) == ("evt_1", "charge.refunded", True)
        assert received.created_at == datetime(2026, 1, 1, 12, tzinfo=UTC)
        assert received.payload == json.loads(RAW)

    @pytest.mark.parametrize("seconds", [-301, 301])
    def test_and_no_longer(self, seconds: int) -> None:
        with pytest.raises(InvalidSignature):
            source().verify(RAW, header(NOW + timedelta(seconds=seconds)))

    def test_time_cannot_be_swapped(self) -> None:
        old = header(NOW - timedelta(hours=1))["stripe-signature"]
        fresh = f"t={int(NOW.timestamp())}," + old.partition(",")[2]
        with pytest.raises(InvalidSignature):
            source().verify(RAW, {"Stripe-Signature": fresh})

    def test_blank_secrets_sign_nothing(self) -> None:
        for secrets in ([], [""]):
            with pytest.raises(InvalidSignature):
                StripeEvents(secrets, FrozenClock(NOW)).verify(RAW, header(NOW, ""))


class TestMeanings:
    def test_paid_intent_names_its_amount(self) -> None:
        assert source().facts(an_event("payment_intent.succeeded", an_intent())) == (
            PaymentMoved(provider_id="stripe", provider_payment_id="pi_1", amount=1_100, currency_code="eur"),
        )

    @pytest.mark.parametrize(
        "word", ["payment_failed", "canceled", "requires_action", "processing", "amount_capturable_updated"]
    )
    def test_other_news_of_an_intent_only_points_at_it(self, word: str) -> None:
        assert source().facts(an_event(f"payment_intent.{word}", an_intent())) == (
            PaymentMoved(provider_id="stripe", provider_payment_id="pi_1", declined=word == "payment_failed"),
        )

    @pytest.mark.parametrize("metadata", [None, {}, {"session_id": "x"}])
    def test_intents_of_others_mean_nothing(self, metadata: object) -> None:
        assert source().facts(an_event("payment_intent.succeeded", an_intent(metadata=metadata))) == ()

    @pytest.mark.parametrize(
        "type", ["charge.refunded", "charge.refund.updated", "refund.created", "refund.updated", "refund.failed"]
    )
    @pytest.mark.parametrize("intent", ["pi_1", {"id": "pi_1"}])
    def test_refunds_point_at_their_payment(self, type: str, intent: object) -> None:
        assert source().facts(an_event(type, {"payment_intent": intent, "amount_refunded": 9})) == (
            RefundsMoved(provider_id="stripe", provider_payment_id="pi_1"),
        )

    def test_charges_without_an_intent_mean_nothing(self) -> None:
        assert source().facts(an_event("charge.refunded", {"payment_intent": None})) == ()
        assert source().facts(an_event("charge.dispute.created", a_dispute("lost", payment_intent=None))) == ()

    @pytest.mark.parametrize(
        ("status", "state"),
        [
            ("warning_needs_response", DisputeState.INQUIRY),
            ("warning_under_review", DisputeState.INQUIRY),
            ("warning_closed", DisputeState.WON),
            ("needs_response", DisputeState.OPEN),
            ("under_review", DisputeState.OPEN),
            ("won", DisputeState.WON),
            ("lost", DisputeState.LOST),
        ],
    )
    def test_disputes_are_reported_as_they_stand(self, status: str, state: DisputeState) -> None:
        assert source().facts(an_event("charge.dispute.updated", a_dispute(status))) == (
            DisputeReport(
                provider_id="stripe",
                provider_payment_id="pi_1",
                provider_dispute_id="dp_1",
                amount=500,
                currency_code="eur",
                state=state,
                reason="fraudulent",
                at=NOW,
            ),
        )

    @pytest.mark.parametrize("type", ["customer.created", "payment_intent.created", "charge.dispute.odd", ""])
    def test_everything_else_means_nothing(self, type: str) -> None:
        assert source().facts(an_event(type)) == ()

    @pytest.mark.parametrize("livemode", [True, False])
    def test_events_of_the_other_mode_contradict(self, livemode: bool) -> None:
        event = an_event("payment_intent.succeeded", an_intent(), livemode=livemode)

        assert source(livemode=livemode).facts(event)
        assert source(livemode=None).facts(event)
        with pytest.raises(EventMismatch):
            source(livemode=not livemode).facts(event)

    def test_events_of_connected_accounts_contradict(self) -> None:
        with pytest.raises(EventMismatch):
            source().facts(an_event("payment_intent.succeeded", an_intent(), account="acct_9"))

    @pytest.mark.parametrize(
        "event",
        [
            an_event("payment_intent.succeeded", {"metadata": {"cart_id": "cart_1"}}),
            an_event("payment_intent.succeeded", an_intent(amount="1100")),
            an_event("payment_intent.succeeded", an_intent(amount=-1)),
            an_event("payment_intent.succeeded", an_intent(currency=None)),
            an_event("charge.dispute.created", a_dispute("surprising")),
            an_event("charge.dispute.created", a_dispute("won", amount=None)),
            an_event("charge.refunded", data={"object": []}),
            an_event("charge.refunded", data=None),
        ],
    )
    def test_events_that_lack_what_they_promise_are_malformed(self, event: WebhookEvent) -> None:
        with pytest.raises(MalformedEvent):
            source().facts(event)
