"""Whoever tells it, however often and in whatever order: the same sale comes of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.memory.payments import Fault
from core.domain.actor import ANONYMOUS, SYSTEM, Actor, ActorKind
from core.domain.order import PaymentStatus
from core.domain.payment import DECLINES_MAX, AttemptState, PaymentMoved, RefundsMoved, SessionStatus
from core.domain.webhook_event import WebhookStatus
from core.use_cases.cart.abandoning import AbandonSessions
from core.use_cases.cart.remove_payment import RemovePayment
from core.use_cases.cart.update_cart import CartChanges
from core.use_cases.order.refund_payment import RefundRequest
from tests.paying_shop import PRICE, PayingShop, a_sold_one, assert_sold_once, tolerantly

ADMIN = Actor(kind=ActorKind.USER, id="usr_1")


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
EACH_TWICE = ("browser", "browser", "webhook", "same webhook", "same webhook", "reconciler", "reconciler")


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

    @settings(max_examples=500, deadline=None)
    @given(order=st.permutations([*EACH_TWICE, "job", "job"]))
    def test_each_order_of_browser_webhook_and_reconciler_each_twice_is_one_sale(self, order: list[str]) -> None:
        """And nothing is left for a later minute to heal."""
        shop = PayingShop()
        shop.buyer_pays()
        for name in order:
            tolerantly(lambda name=name: ACTS[name](shop))  # type: ignore[misc]
        shop.run_jobs()

        assert_sold_once(shop)
        assert shop.reconcile() == []

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


class TestGivenUpPayments:
    def give_up(self, shop: PayingShop) -> None:
        RemovePayment(shop.begin, AbandonSessions(shop.clock, shop.ids))(ANONYMOUS, shop.cart_id, "stripe")

    def test_one_that_can_still_be_paid_is_taken_up_again(self) -> None:
        shop = PayingShop()
        self.give_up(shop)
        shop.start_payment(ANONYMOUS, shop.cart_id)
        (session,) = shop.memory.carts[shop.cart_id].payment_sessions
        assert (session.data["id"], session.stale) == (shop.reference, False)
        shop.run_jobs()
        assert shop.payments.accounts[shop.reference].status is SessionStatus.PENDING
        shop.buyer_pays()
        shop.tell_paid()
        shop.run_jobs()

        assert list(shop.payments.accounts) == [shop.reference]
        assert_sold_once(shop)

    def test_it_follows_what_the_cart_costs_by_now(self) -> None:
        shop = PayingShop()
        self.give_up(shop)
        shop.add_line(ANONYMOUS, shop.cart_id, "variant_1", 1, None)
        shop.start_payment(ANONYMOUS, shop.cart_id)

        (session,) = shop.memory.carts[shop.cart_id].payment_sessions
        assert (session.data["id"], session.amount) == (shop.reference, 2 * PRICE)
        assert shop.payments.accounts[shop.reference].amount == 2 * PRICE

    def test_one_that_was_released_is_not(self) -> None:
        shop = PayingShop()
        self.give_up(shop)
        shop.run_jobs()
        shop.start_payment(ANONYMOUS, shop.cart_id)

        assert len(shop.payments.accounts) == 2

    def test_one_that_was_paid_meanwhile_goes_back(self) -> None:
        shop = PayingShop()
        self.give_up(shop)
        shop.buyer_pays()
        shop.start_payment(ANONYMOUS, shop.cart_id)
        shop.run_jobs()

        account = shop.payments.accounts[shop.reference]
        assert account.captured == account.refunded == PRICE
        assert len(shop.payments.accounts) == 2


class TestDeclines:
    def decline(self, shop: PayingShop) -> None:
        fact = PaymentMoved(provider_id="stripe", provider_payment_id=shop.reference, declined=True)
        shop.tell("declined", fact)
        shop.run_jobs()

    def test_somebody_who_tries_out_cards_loses_the_session(self) -> None:
        shop = PayingShop()
        for _ in range(DECLINES_MAX - 1):
            self.decline(shop)
        (session,) = shop.memory.carts[shop.cart_id].payment_sessions
        assert session.declines == DECLINES_MAX - 1
        self.decline(shop)

        assert shop.memory.carts[shop.cart_id].payment_sessions == []
        assert shop.payments.accounts[shop.reference].status is SessionStatus.CANCELED
        self.decline(shop)

    def test_buyer_whose_other_card_is_taken_gets_the_order(self) -> None:
        shop = PayingShop()
        for _ in range(3):
            self.decline(shop)
        shop.buyer_pays()
        shop.tell_paid()
        shop.run_jobs()

        assert_sold_once(shop)

    def test_payment_can_be_begun_anew_afterwards(self) -> None:
        shop = PayingShop()
        for _ in range(DECLINES_MAX):
            self.decline(shop)
        shop.start_payment(ANONYMOUS, shop.cart_id)
        (session,) = shop.memory.carts[shop.cart_id].payment_sessions
        assert (session.declines, session.data["id"] != shop.reference) == (0, True)
        shop.reference = str(session.data["id"])
        shop.buyer_pays()
        shop.tell_paid()
        shop.run_jobs()

        assert len(shop.memory.orders) == 1


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
    @settings(max_examples=100, deadline=None)
    @given(
        acts=st.lists(
            st.sampled_from(["ours", "by hand", "news", "job", "reconciler", "lost answer"]), min_size=1, max_size=8
        )
    )
    def test_each_refund_counts_once_whoever_makes_and_tells_it(self, acts: list[str]) -> None:
        shop = a_sold_one()
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


def test_a_cart_changed_for_nothing_keeps_its_payment() -> None:
    shop = PayingShop()
    shop.update_cart(ANONYMOUS, shop.cart_id, CartChanges(email="bob@example.com"))
    shop.buyer_pays()
    shop.tell_paid()
    shop.run_jobs()

    assert_sold_once(shop)
