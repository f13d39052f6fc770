"""Whoever tells it, however often and in whatever order: the same sale comes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.memory.payments import Fault
from core.domain.actor import ANONYMOUS, SYSTEM, Actor, ActorKind
from core.domain.dispute import DisputeReport, DisputeState
from core.domain.errors import DomainError
from core.domain.mail import DeliveryStatus, OrderLetter
from core.domain.order import PaymentStatus
from core.domain.payment import AttemptState, PaymentMoved, RefundsMoved, SessionStatus
from core.domain.webhook_event import InvalidSignature, MalformedEvent, WebhookStatus
from core.use_cases.cart.update_cart import CartChanges
from core.use_cases.download.granting import grant_downloads
from core.use_cases.order.refund_payment import RefundRequest
from core.use_cases.reconcile.reconcile import window
from tests.machines.sale import a_file
from tests.paying_shop import POLICY, PRICE, PayingShop

ADMIN = Actor(kind=ActorKind.USER, id="usr_1")


def tolerantly(act: Callable[[], object]) -> None:
    """Callers meet refusals (a cart being completed, a provider out of reach); they try again or not."""
    with suppress(DomainError):
        act()


ACTS: dict[str, Callable[[PayingShop], object]] = {
    "browser": lambda shop: shop.browser_completes(),
    "webhook": lambda shop: shop.tell_paid(),
    "same webhook": lambda shop: shop.tell_paid("evt_same"),
    "reconciler": lambda shop: shop.reconcile(),
    "job": lambda shop: shop.run_a_job(),
    "refund news": lambda shop: shop.tell_refunds(),
    "minute": lambda shop: shop.wait(minutes=1),
    "outage": lambda shop: shop.payments.plan("retrieve", Fault.LOST_ANSWER),
}
acts = st.sampled_from(sorted(ACTS))


def assert_sold_once(shop: PayingShop) -> None:
    (order,) = shop.memory.orders.values()
    (payment,) = order.payments
    account = shop.payments.accounts[shop.reference]
    assert (order.payment_status, payment.provider_payment_id) == (PaymentStatus.CAPTURED, shop.reference)
    assert (account.captured, account.refunded) == (PRICE, 0)
    assert shop.memory.carts[shop.cart_id].order_id == order.id
    assert [type(letter) for letter in shop.mailer.letters] == [OrderLetter]
    (entitlement,) = shop.memory.downloads.values()
    assert (entitlement.state, entitlement.order_id) == ("granted", order.id)
    states = Counter(attempt.state for attempt in shop.memory.attempts.values())
    assert states.pop(AttemptState.PLACED) == 1
    assert set(states) <= {AttemptState.GIVEN_UP}


class TestOneSale:
    @settings(max_examples=500, deadline=None)
    @given(
        before=st.lists(acts, max_size=3),
        after=st.lists(acts, min_size=1, max_size=8),
        inside=st.lists(acts, max_size=2),
    )
    def test_every_order_of_events_ends_in_one_order_one_mail_and_one_set_of_links(
        self, before: list[str], after: list[str], inside: list[str]
    ) -> None:
        shop = PayingShop()
        for name in before:
            tolerantly(lambda name=name: ACTS[name](shop))  # type: ignore[misc]
        shop.buyer_pays()
        # While one caller waits for the provider, others go all the way.
        shop.payments.meanwhile = [lambda name=name: tolerantly(lambda: ACTS[name](shop)) for name in inside]  # type: ignore[misc]
        for name in after:
            tolerantly(lambda name=name: ACTS[name](shop))  # type: ignore[misc]
        shop.calm_down()

        assert_sold_once(shop)

    @settings(max_examples=100, deadline=None)
    @given(after=st.permutations(["browser", "webhook", "reconciler", "same webhook", "same webhook", "job"]))
    def test_a_search_without_webhooks_or_browser_finds_the_same(self, after: list[str]) -> None:
        shop = PayingShop()
        shop.buyer_pays()
        for name in after[:3]:
            tolerantly(lambda name=name: ACTS[name](shop))  # type: ignore[misc]
        shop.calm_down()

        assert_sold_once(shop)

    def test_the_webhook_alone_is_enough(self) -> None:
        shop = PayingShop()
        shop.buyer_pays()
        shop.tell_paid()
        shop.run_jobs()

        assert_sold_once(shop)

    def test_the_reconciler_alone_is_enough(self) -> None:
        shop = PayingShop()
        shop.buyer_pays()
        (finding,) = shop.reconcile()
        shop.run_jobs()

        assert (finding.what, finding.outcome, finding.settled) == ("payment", "ordered", True)
        assert_sold_once(shop)
        assert shop.reconcile() == []


class TestMoneyThatCannotBecomeAnOrder:
    def returned(self, shop: PayingShop) -> None:
        shop.calm_down()
        account = shop.payments.accounts[shop.reference]
        assert account.captured == account.refunded == PRICE
        assert shop.memory.orders == {}
        assert [a.state for a in shop.memory.attempts.values() if a.provider_payment_id] == [AttemptState.REFUNDED]
        assert shop.unfinished.attempts(shop.clock.now()) == []

    def test_cart_without_an_address_to_write_to_gives_the_money_back(self) -> None:
        shop = PayingShop()
        with shop.begin(SYSTEM, "test") as work:
            work.carts.get(shop.cart_id).email = None
            work.commit()
        shop.buyer_pays()
        for _ in range(2):
            shop.tell_paid()
        shop.reconcile()

        self.returned(shop)

    def test_cart_edited_after_it_was_paid_for_gives_the_money_back(self) -> None:
        shop = PayingShop()
        shop.buyer_pays()
        shop.add_line(ANONYMOUS, shop.cart_id, "variant_1", 1, None)
        shop.tell_paid()

        self.returned(shop)

    def test_payment_of_another_amount_is_parked_and_given_back(self) -> None:
        shop = PayingShop()
        shop.payments.accounts[shop.reference].amount = 1
        shop.payments.buyer_acts(shop.reference)
        event = shop.tell_paid()
        shop.run_jobs()

        stored = shop.memory.webhook_events[event]
        assert stored.status is WebhookStatus.PARKED
        assert (stored.last_error or "").startswith("PAYMENT_MISMATCH")
        shop.calm_down()
        assert shop.memory.orders == {}
        assert shop.payments.taken == 0

    def test_second_payment_for_a_cart_that_has_its_order_goes_back(self) -> None:
        shop = PayingShop()
        first = shop.reference
        shop.buyer_pays()
        shop.browser_completes()
        shop.payments.accounts["stripe_99"] = type(shop.payments.accounts[first])(
            reference="stripe_99",
            currency="eur",
            amount=PRICE,
            status=SessionStatus.AUTHORIZED,
            captured=PRICE,
            cart_id=shop.cart_id,
        )
        shop.tell("second", PaymentMoved(provider_id="stripe", provider_payment_id="stripe_99"))
        shop.calm_down()

        assert shop.payments.accounts["stripe_99"].refunded == PRICE
        assert shop.payments.accounts[first].refunded == 0
        assert len(shop.memory.orders) == 1

    def test_payment_of_somebody_else_is_left_alone(self) -> None:
        shop = PayingShop()
        account = shop.payments.accounts[shop.reference]
        account.cart_id = None
        with shop.begin(SYSTEM, "test") as work:
            work.carts.get(shop.cart_id).payment_sessions.clear()
            work.commit()
        shop.buyer_pays()
        event = shop.tell_paid()
        shop.calm_down()

        assert shop.memory.webhook_events[event].status is WebhookStatus.PROCESSED
        assert account.refunded == 0


class TestStatuses:
    def test_canceled_payment_fails_the_session_and_can_be_begun_again(self) -> None:
        shop = PayingShop()
        shop.payments.buyer_fails(shop.reference)
        shop.tell_paid()
        shop.run_jobs()

        session = shop.memory.carts[shop.cart_id].payment_sessions[0]
        assert session.status is SessionStatus.CANCELED
        shop.start_payment(ANONYMOUS, shop.cart_id)
        assert shop.memory.carts[shop.cart_id].payment_sessions[0].data["id"] != shop.reference

    def test_late_news_of_an_earlier_status_changes_nothing(self) -> None:
        shop = PayingShop()
        shop.buyer_pays()
        shop.browser_completes()
        shop.run_jobs()
        shop.tell_paid()
        shop.run_jobs()

        assert_sold_once(shop)

    def test_event_that_contradicts_the_provider_is_parked(self) -> None:
        shop = PayingShop()
        shop.buyer_pays()
        fact = PaymentMoved(
            provider_id="stripe", provider_payment_id=shop.reference, amount=PRICE + 1, currency_code="eur"
        )
        event = shop.tell("odd", fact)
        shop.run_jobs()

        stored = shop.memory.webhook_events[event]
        assert (stored.status, shop.memory.orders) == (WebhookStatus.PARKED, {})
        assert (stored.last_error or "").startswith("EVENT_MISMATCH")


class TestHeldMoney:
    """Authorised in the browser, taken later."""

    def ordered(self) -> PayingShop:
        shop = PayingShop(captures_at_once=False)
        shop.buyer_pays()
        shop.browser_completes()
        (order,) = shop.memory.orders.values()
        assert order.payment_status is PaymentStatus.AWAITING
        return shop

    @pytest.mark.parametrize("by", ["webhook", "reconciler"])
    def test_capture_whose_answer_was_lost_is_recorded(self, by: str) -> None:
        shop = self.ordered()
        shop.payments.plan("capture", Fault.LOST_ANSWER)
        while not shop.payments.taken:
            shop.run_a_job()
        assert shop.memory.downloads == {}
        shop.payments.plan("capture", *[Fault.LOST_REQUEST] * (1 if by == "webhook" else 0))
        if by == "webhook":
            shop.tell_paid()
        else:
            shop.wait(minutes=2)
            shop.reconcile()
        shop.run_jobs()

        assert_sold_once(shop)

    def test_authorisation_that_was_canceled_at_the_provider_needs_somebody(self) -> None:
        shop = self.ordered()
        shop.payments.buyer_fails(shop.reference)
        shop.tell_paid()
        shop.run_jobs()

        (order,) = shop.memory.orders.values()
        assert (order.payment_status, order.paid_total) == (PaymentStatus.REQUIRES_ACTION, 0)
        assert shop.memory.downloads == {}

    def test_authorisation_of_a_cart_that_cannot_become_an_order_is_released(self) -> None:
        shop = PayingShop(captures_at_once=False)
        with shop.begin(SYSTEM, "test") as work:
            work.carts.get(shop.cart_id).email = None
            work.commit()
        shop.buyer_pays()
        shop.tell_paid()
        shop.calm_down()

        assert shop.payments.accounts[shop.reference].status is SessionStatus.CANCELED
        assert (shop.payments.taken, shop.memory.orders) == (0, {})


class TestRefunds:
    def sold(self) -> PayingShop:
        shop = PayingShop()
        shop.buyer_pays()
        shop.browser_completes()
        shop.run_jobs()
        return shop

    @settings(max_examples=100, deadline=None)
    @given(
        acts=st.lists(
            st.sampled_from(["ours", "by hand", "news", "job", "reconciler", "lost answer"]), min_size=1, max_size=8
        )
    )
    def test_each_refund_counts_once_whoever_makes_and_tells_it(self, acts: list[str]) -> None:
        shop = self.sold()
        (order_id,) = shop.memory.orders
        account = shop.payments.accounts[shop.reference]
        for act in acts:
            if act == "ours":
                tolerantly(lambda: shop.refund_payment(ADMIN, order_id, RefundRequest(amount=300)))
            elif act == "by hand" and account.captured - account.refunded >= 200:
                shop.payments.refund_outside(shop.reference, 200)
            elif act == "lost answer":
                shop.payments.plan("refund", Fault.LOST_ANSWER)
            elif act == "news":
                shop.tell_refunds()
            elif act == "job":
                shop.run_a_job()
            elif act == "reconciler":
                shop.reconcile()
        shop.tell_refunds()
        shop.calm_down(hours=3)
        shop.tell_refunds()
        shop.run_jobs()

        assert shop.memory.orders[order_id].refunded_total == account.refunded
        revoked = [entitlement.state == "revoked" for entitlement in shop.memory.downloads.values()]
        assert revoked == [account.refunded == PRICE]

    def test_refund_of_a_payment_without_an_order_waits_for_three_days(self) -> None:
        shop = PayingShop()
        event = shop.tell("early", RefundsMoved(provider_id="stripe", provider_payment_id="stripe_404"))
        shop.run_jobs()
        stored = shop.memory.webhook_events[event]
        assert (stored.status, stored.attempts) == (WebhookStatus.PARKED, 1)
        assert (stored.last_error or "").startswith("EVENT_EARLY")

        shop.calm_down(hours=100)

        stored = shop.memory.webhook_events[event]
        assert stored.status is WebhookStatus.PARKED
        assert stored.attempts > 8
        assert [job.kind for job in shop.memory.jobs.values() if job.state == "ready"] == []

    def test_refund_told_before_its_order_is_taken_note_of_after_it(self) -> None:
        shop = PayingShop()
        shop.buyer_pays()
        shop.payments.refund_outside(shop.reference, 200)
        event = shop.tell_refunds()
        shop.run_a_job()
        assert shop.memory.webhook_events[event].status is WebhookStatus.PARKED
        shop.browser_completes()
        shop.calm_down()

        assert shop.memory.webhook_events[event].status is WebhookStatus.PROCESSED
        (order,) = shop.memory.orders.values()
        assert order.refunded_total == 200


MOMENTS = [timedelta(hours=hour) for hour in range(3)]
reports = st.tuples(st.sampled_from(list(DisputeState)), st.sampled_from(MOMENTS))


class TestDisputes:
    def sold(self) -> PayingShop:
        return TestRefunds().sold()

    def report(self, shop: PayingShop, state: DisputeState, after: timedelta = MOMENTS[0], id: str = "dp_1") -> None:
        self.dispute = DisputeReport(
            provider_id="stripe",
            provider_payment_id=shop.reference,
            provider_dispute_id=id,
            amount=PRICE,
            currency_code="eur",
            state=state,
            reason="fraudulent",
            at=shop.clock.now().replace(hour=0) + after,
        )
        shop.handle_dispute(SYSTEM, self.dispute)

    def access(self, shop: PayingShop) -> tuple[str, str | None]:
        (entitlement,) = shop.memory.downloads.values()
        return entitlement.state, entitlement.reason

    def test_opened_suspends_won_restores(self) -> None:
        shop = self.sold()
        self.report(shop, DisputeState.INQUIRY)
        assert self.access(shop) == ("granted", None)
        self.report(shop, DisputeState.OPEN, MOMENTS[1])
        assert self.access(shop) == ("suspended", "dispute")
        self.report(shop, DisputeState.WON, MOMENTS[2])
        assert self.access(shop) == ("granted", None)
        (order,) = shop.memory.orders.values()
        (dispute,) = order.disputes
        assert (dispute.state, dispute.closed_at is not None, dispute.amount) == (DisputeState.WON, True, PRICE)

    def test_lost_revokes_for_good(self) -> None:
        shop = self.sold()
        self.report(shop, DisputeState.LOST, MOMENTS[1])
        self.report(shop, DisputeState.OPEN, MOMENTS[2])

        assert self.access(shop) == ("revoked", "dispute_lost")

    @settings(max_examples=100, deadline=None)
    @given(told=st.lists(reports, min_size=1, max_size=5), data=st.data())
    def test_every_order_of_reports_ends_the_same(
        self, told: list[tuple[DisputeState, timedelta]], data: st.DataObject
    ) -> None:
        ends = set()
        for order_of_reports in (told, data.draw(st.permutations(told)), [*reversed(told), *told]):
            shop = self.sold()
            for state, after in order_of_reports:
                self.report(shop, state, after)
            (order,) = shop.memory.orders.values()
            ends.add((order.disputes[0].state, self.access(shop)))

        assert len(ends) == 1
        verdicts = [(after, state) for state, after in told if state in (DisputeState.WON, DisputeState.LOST)]
        ((state, (access, _)),) = ends
        if verdicts:
            last = max(after for after, _ in verdicts)
            lost = (last, DisputeState.LOST) in verdicts
            assert state is (DisputeState.LOST if lost else DisputeState.WON)
            assert access == ("revoked" if lost else "granted")
        else:
            assert access == ("suspended" if (DisputeState.OPEN in dict(told)) else "granted")

    def test_one_open_dispute_among_won_ones_keeps_access_suspended(self) -> None:
        shop = self.sold()
        self.report(shop, DisputeState.OPEN, id="dp_1")
        self.report(shop, DisputeState.OPEN, id="dp_2")
        self.report(shop, DisputeState.WON, MOMENTS[1], id="dp_1")
        assert self.access(shop) == ("suspended", "dispute")
        self.report(shop, DisputeState.WON, MOMENTS[1], id="dp_2")
        assert self.access(shop) == ("granted", None)

    def test_what_was_refunded_meanwhile_does_not_come_back(self) -> None:
        shop = self.sold()
        (order_id,) = shop.memory.orders
        self.report(shop, DisputeState.OPEN)
        shop.refund_payment(ADMIN, order_id, RefundRequest(amount=PRICE))
        self.report(shop, DisputeState.WON, MOMENTS[1])

        assert self.access(shop) == ("revoked", "refunded")

    def test_an_admins_suspension_outlives_the_dispute(self) -> None:
        shop = self.sold()
        (id,) = shop.memory.downloads
        with shop.begin(SYSTEM, "test") as work:
            entitlement = work.downloads.get(id)
            entitlement.state, entitlement.reason = type(entitlement.state).SUSPENDED, "admin"
            work.commit()
        self.report(shop, DisputeState.OPEN)
        self.report(shop, DisputeState.WON, MOMENTS[1])

        assert self.access(shop) == ("suspended", "admin")

    def test_what_becomes_ready_during_a_dispute_is_granted_when_it_is_won(self) -> None:
        shop = self.sold()
        (order_id,) = shop.memory.orders
        with shop.begin(SYSTEM, "test") as work:
            work.files.add(a_file("pfile_2", "prod_1"))
            work.commit()
        self.report(shop, DisputeState.OPEN)
        with shop.begin(SYSTEM, "test") as work:
            assert grant_downloads(work, work.orders.get(order_id), POLICY, shop.clock.now(), shop.ids) == 0
        self.report(shop, DisputeState.WON, MOMENTS[1])

        assert [entitlement.state for entitlement in shop.memory.downloads.values()] == ["granted", "granted"]

    def test_dispute_told_before_its_order_follows_it(self) -> None:
        shop = PayingShop()
        self.dispute = DisputeReport(
            provider_id="stripe",
            provider_payment_id=shop.reference,
            provider_dispute_id="dp_1",
            amount=PRICE,
            currency_code="eur",
            state=DisputeState.OPEN,
            reason=None,
            at=shop.clock.now(),
        )
        event = shop.tell("disputed", self.dispute)
        shop.run_jobs()
        assert shop.memory.webhook_events[event].status is WebhookStatus.PARKED
        shop.buyer_pays()
        shop.browser_completes()
        shop.calm_down()

        assert self.access(shop) == ("suspended", "dispute")


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
        shop = TestRefunds().sold()
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


def test_a_cart_changed_for_nothing_keeps_its_payment() -> None:
    shop = PayingShop()
    shop.update_cart(ANONYMOUS, shop.cart_id, CartChanges(email="bob@example.com"))
    shop.buyer_pays()
    shop.tell_paid()
    shop.run_jobs()

    assert_sold_once(shop)
