"""Events in, from the signature to the replay, and the search for what no event told."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from adapters.memory.payments import Fault
from core.domain.actor import ANONYMOUS, Actor, ActorKind
from core.domain.mail import DeliveryStatus
from core.domain.payment import AttemptState, PaymentMoved
from core.domain.webhook_event import InvalidSignature, MalformedEvent, WebhookStatus
from core.use_cases.order.refund_payment import RefundRequest
from core.use_cases.reconcile.reconcile import window
from tests.paying_shop import PayingShop, a_sold_one, assert_sold_once, tolerantly

ADMIN = Actor(kind=ActorKind.USER, id="usr_1")


class TestReceiving:
    @pytest.mark.parametrize("headers", [{}, {"Signature": ""}, {"Signature": "forged"}])
    def test_what_is_not_genuine_leaves_nothing_behind(self, headers: dict[str, str]) -> None:
        shop = PayingShop()
        jobs = len(shop.memory.jobs)

        with pytest.raises(InvalidSignature):
            shop.receive(ANONYMOUS, "stripe", b'{"id": "evt_1", "type": "paid"}', headers)

        assert (shop.memory.webhook_events, len(shop.memory.jobs)) == ({}, jobs)

    def test_signature_is_looked_at_before_the_body(self) -> None:
        shop = PayingShop()
        with pytest.raises(InvalidSignature):
            shop.receive(ANONYMOUS, "stripe", b"{", {})
        with pytest.raises(MalformedEvent):
            shop.receive(ANONYMOUS, "stripe", b"{", {"signature": "genuine"})

    def test_event_is_stored_once(self) -> None:
        shop = PayingShop()

        assert shop.tell("new", id="evt_1") == shop.tell("new", id="evt_1")
        shop.run_jobs()
        (event,) = shop.memory.webhook_events.values()
        assert (event.status, event.attempts) == (WebhookStatus.IGNORED, 1)

    def test_bug_marks_the_event_failed_and_a_replay_has_it_done(self) -> None:
        shop = PayingShop()
        shop.buyer_pays()
        event = shop.tell("odd", type("Unheard", (PaymentMoved,), {})(provider_id="stripe", provider_payment_id="x"))
        shop.run_jobs()
        assert shop.memory.webhook_events[event].status is WebhookStatus.FAILED
        assert (shop.memory.webhook_events[event].last_error or "").startswith("KeyError")

        shop.source.meanings["odd"] = PaymentMoved(provider_id="stripe", provider_payment_id=shop.reference)
        shop.replay(ADMIN, event)
        shop.run_jobs()

        assert shop.memory.webhook_events[event].status is WebhookStatus.PROCESSED
        assert [row.action for row in shop.memory.audit_log] == ["webhook.replay"]
        assert_sold_once(shop)

    def test_unreachable_provider_is_asked_again(self) -> None:
        shop = PayingShop()
        shop.buyer_pays()
        shop.payments.plan("retrieve", *[Fault.LOST_REQUEST] * 3)
        event = shop.tell_paid()
        shop.run_jobs()
        assert shop.memory.webhook_events[event].status is WebhookStatus.RECEIVED
        shop.wait(minutes=10)
        shop.run_jobs()
        shop.wait(minutes=10)
        shop.run_jobs()
        shop.wait(minutes=10)
        shop.run_jobs()

        assert shop.memory.webhook_events[event].status is WebhookStatus.PROCESSED
        assert_sold_once(shop)


class TestReconciling:
    def test_lost_mail_job_is_queued_again(self) -> None:
        shop = PayingShop()
        shop.buyer_pays()
        shop.browser_completes()
        while not shop.memory.mails:
            shop.run_a_job()
        for job in [job for job in shop.memory.jobs.values() if job.kind == "deliver_mail"]:
            del shop.memory.jobs[job.id]
        shop.wait(minutes=6)
        outcomes = [(finding.what, finding.outcome) for finding in shop.reconcile()]
        assert outcomes == [("mail", "queued again")]
        assert shop.reconcile() == []
        shop.run_jobs()

        assert [mail.status for mail in shop.memory.mails.values()] == [DeliveryStatus.SENT]

    def test_attempt_whose_outcome_was_unknown_is_settled(self) -> None:
        shop = PayingShop()
        shop.payments.plan("retrieve", Fault.LOST_ANSWER)
        tolerantly(shop.browser_completes)
        assert [attempt.state for attempt in shop.memory.attempts.values()] == [AttemptState.STARTED]
        shop.wait(minutes=2)
        (finding,) = shop.reconcile()

        assert (finding.what, finding.outcome) == ("attempt", "given_up")
        shop.buyer_pays()
        shop.calm_down()
        assert_sold_once(shop)

    def test_what_cannot_be_settled_is_told_and_does_not_stop_the_rest(self) -> None:
        shop = PayingShop()
        shop.buyer_pays()
        shop.payments.plan("retrieve", Fault.LOST_REQUEST)
        (finding,) = shop.reconcile()

        assert (finding.settled, finding.outcome.startswith("UPSTREAM_UNAVAILABLE")) == (False, True)
        shop.calm_down()
        assert_sold_once(shop)

    def test_lost_refund_is_made_with_the_same_key(self) -> None:
        shop = a_sold_one()
        (order_id,) = shop.memory.orders
        shop.payments.plan("refund", Fault.LOST_ANSWER)
        shop.refund_payment(ADMIN, order_id, RefundRequest(amount=400))
        shop.wait(minutes=2)
        (finding,) = shop.reconcile()

        assert (finding.what, finding.outcome) == ("refund", "refunded")
        assert shop.payments.accounts[shop.reference].refunded == 400
        assert shop.memory.orders[order_id].refunded_total == 400

    def test_older_payments_are_asked_about_less_often(self) -> None:
        shop = PayingShop()
        start = shop.clock.now()
        asked = Counter(window(start + timedelta(minutes=minute)) for minute in range(24 * 60))

        assert asked == {timedelta(minutes=30): 24 * 58, timedelta(days=1): 44, timedelta(days=7): 4}
