"""Refunds that went through and came back: money, status and access follow the provider, in any order."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.memory.payments import Fault
from core.domain.actor import SYSTEM, Actor, ActorKind, Role
from core.domain.dispute import DisputeReport, DisputeState
from core.domain.download import DownloadState, Entitlement
from core.domain.mail import DeliveryStatus
from core.domain.order import Order, PaymentStatus
from core.domain.payment import RefundState
from core.use_cases.order.refund_payment import RefundRequest
from tests.paying_shop import PRICE, PayingShop, a_sold_one, tolerantly

ADMIN = Actor(kind=ActorKind.USER, id="usr_1", role=Role.ADMIN)


def order_of(shop: PayingShop) -> Order:
    (order,) = shop.memory.orders.values()
    return order


def access_of(shop: PayingShop) -> Entitlement:
    (entitlement,) = shop.memory.downloads.values()
    return entitlement


def refund(shop: PayingShop, amount: int = PRICE) -> str:
    """The provider's id of it."""
    shop.refund_payment(ADMIN, order_of(shop).id, RefundRequest(amount=amount))
    shop.run_jobs()
    return order_of(shop).refunds[-1].provider_refund_id or ""


def dispute(shop: PayingShop, state: DisputeState, days: int) -> None:
    shop.tell(
        f"dispute {state} {days}",
        DisputeReport(
            provider_id="stripe",
            provider_payment_id=shop.reference,
            provider_dispute_id="dp_1",
            amount=PRICE,
            currency_code="eur",
            state=state,
            reason="fraudulent",
            at=shop.clock.now() + timedelta(days=days),
        ),
    )
    shop.run_jobs()


class TestWhole:
    def test_money_status_and_access_are_as_before_the_refund(self) -> None:
        shop = a_sold_one()
        made = refund(shop)
        assert (order_of(shop).payment_status, access_of(shop).state) == (PaymentStatus.REFUNDED, "revoked")

        shop.payments.refund_fails(shop.reference, made)
        shop.tell_refunds()
        shop.run_jobs()

        order = order_of(shop)
        assert (order.payment_status, order.refunded_total) == (PaymentStatus.CAPTURED, 0)
        assert (order.refundable_amount, order.payments[0].amount_refunded) == (PRICE, 0)
        assert [refund.state for refund in order.refunds] == [RefundState.FAILED]
        assert (access_of(shop).state, access_of(shop).reason) == (DownloadState.GRANTED, None)
        assert [event.NAME for event in shop.memory.events].count("order.refund_failed") == 1

    def test_the_money_can_be_refunded_again(self) -> None:
        shop = a_sold_one()
        shop.payments.refund_fails(shop.reference, refund(shop))
        shop.tell_refunds()
        shop.run_jobs()
        refund(shop)

        order = order_of(shop)
        assert [refund.state for refund in order.refunds] == [RefundState.FAILED, RefundState.SUCCEEDED]
        assert (order.payment_status, access_of(shop).state) == (PaymentStatus.REFUNDED, "revoked")

    def test_news_of_it_may_come_often_and_late(self) -> None:
        shop = a_sold_one()
        shop.payments.refund_fails(shop.reference, refund(shop))
        for _ in range(3):
            shop.tell_refunds()
        shop.run_jobs()

        assert order_of(shop).refunded_total == 0
        assert [event.NAME for event in shop.memory.events].count("order.refund_failed") == 1

    def test_somebody_who_looked_before_it_failed_cannot_make_it_count_again(self) -> None:
        shop = a_sold_one()
        made = refund(shop)
        (earlier,) = shop.payments.refunds({"id": shop.reference})
        shop.payments.refund_fails(shop.reference, made)
        shop.tell_refunds()
        shop.run_jobs()
        shop.handle_refund(SYSTEM, earlier)

        assert [refund.state for refund in order_of(shop).refunds] == [RefundState.FAILED]
        assert access_of(shop).state == "granted"

    def test_failed_refund_from_the_desk_is_kept_without_counting(self) -> None:
        shop = a_sold_one()
        made = shop.payments.refund_outside(shop.reference, PRICE)
        shop.payments.refund_fails(shop.reference, made)
        shop.payments.refund_outside(shop.reference, PRICE)
        shop.tell_refunds()
        shop.run_jobs()

        order = order_of(shop)
        assert [(refund.state, refund.external) for refund in order.refunds] == [
            ("failed", True),
            ("succeeded", True),
        ]
        assert order.refunded_total == PRICE

    def test_reconciler_finds_it_when_nobody_tells(self) -> None:
        shop = a_sold_one()
        shop.payments.refund_fails(shop.reference, refund(shop))
        (finding,) = shop.reconcile_all(SYSTEM, thorough=True)

        assert (finding.what, finding.outcome) == ("refunds", f"0 is refunded, not {PRICE}")
        assert access_of(shop).state == "granted"
        assert shop.reconcile_all(SYSTEM, thorough=True) == []

    def test_periodic_rounds_look_for_it_within_six_hours(self) -> None:
        shop = a_sold_one()
        shop.payments.refund_fails(shop.reference, refund(shop))
        found = []
        for _ in range(6 * 60):
            shop.wait(minutes=1)
            found += shop.reconcile()

        assert [finding.what for finding in found] == ["refunds"]


class TestAccess:
    def test_units_given_back_in_vain_come_back_with_their_downloads(self) -> None:
        access = an_access(quantity=3, per_unit=5, limit=17)
        access.refunded(left=1, everything=False)
        assert (access.quantity, access.download_limit) == (1, 7)
        access.refunded(left=3, everything=False)

        assert (access.state, access.quantity, access.download_limit) == ("granted", 3, 17)

    def test_what_an_admin_withheld_before_stays_withheld(self) -> None:
        access = an_access()
        access.change(
            state=DownloadState.REVOKED,
            limit=None,
            limit_given=False,
            expires_at=None,
            expires_given=False,
            reason="shared in public",
        )
        access.refunded(left=0, everything=True)
        access.refunded(left=1, everything=False)

        assert (access.state, access.reason) == ("revoked", "shared in public")

    def test_words_of_an_admin_are_not_taken_for_a_refund(self) -> None:
        access = an_access()
        access.change(
            state=DownloadState.REVOKED,
            limit=None,
            limit_given=False,
            expires_at=None,
            expires_given=False,
            reason="refunded",
        )
        access.refunded(left=1, everything=False)

        assert (access.state, access.reason) == ("revoked", "admin: refunded")

    @pytest.mark.parametrize(("verdict", "state"), [(DisputeState.OPEN, "suspended"), (DisputeState.LOST, "revoked")])
    def test_dispute_still_stands_when_a_refund_comes_back(self, verdict: DisputeState, state: str) -> None:
        shop = a_sold_one()
        made = refund(shop)
        dispute(shop, verdict, 0)
        shop.payments.refund_fails(shop.reference, made)
        shop.tell_refunds()
        shop.run_jobs()

        assert access_of(shop).state == state
        dispute(shop, DisputeState.WON, 1)
        assert access_of(shop).state == "granted"


@settings(max_examples=150, deadline=None)
@given(
    acts=st.lists(
        st.sampled_from(["ours", "by hand", "fails", "news", "job", "reconciler", "lost answer", "open", "won"]),
        max_size=10,
    )
)
def test_books_and_access_end_as_the_provider_has_them(acts: list[str]) -> None:
    shop = a_sold_one()
    account = shop.payments.accounts[shop.reference]
    disputed = False
    for day, act in enumerate(acts):
        if act == "ours":
            tolerantly(lambda: shop.refund_payment(ADMIN, order_of(shop).id, RefundRequest(amount=500)))
        elif act == "by hand" and account.captured - account.refunded >= 500:
            shop.payments.refund_outside(shop.reference, 500)
        elif act == "fails":
            standing = [id for id in account.refunds if id not in account.failed]
            if standing:
                shop.payments.refund_fails(shop.reference, standing[-1])
        elif act == "lost answer":
            shop.payments.plan("refund", Fault.LOST_ANSWER)
        elif act == "news":
            shop.tell_refunds()
        elif act == "job":
            shop.run_a_job()
        elif act == "reconciler":
            shop.reconcile_all(SYSTEM, thorough=True)
        elif act in ("open", "won") and not (act == "won" and not disputed):
            dispute(shop, DisputeState(act), day)
            disputed = act == "open" or disputed
    shop.tell_refunds()
    shop.calm_down(hours=3)
    shop.tell_refunds()
    shop.run_jobs()

    # The oracle knows the provider's account and the disputes told, and nothing of the shop.
    verdicts = [act for act in acts if act in ("open", "won")]
    while verdicts and verdicts[0] == "won":
        verdicts.pop(0)
    suspended = bool(verdicts) and "won" not in verdicts
    gone = account.refunded == PRICE
    assert order_of(shop).refunded_total == account.refunded == order_of(shop).payments[0].amount_refunded
    assert access_of(shop).state == ("revoked" if gone else "suspended" if suspended else "granted")


class TestMailsThatNobodyTellsOf:
    def test_mail_is_asked_about_at_its_ages_and_no_more_often(self) -> None:
        shop = a_sold_one()
        for _ in range(24 * 60 + 30):
            shop.wait(minutes=1)
            shop.reconcile()

        assert shop.mailer.asked == ["message-1"] * 4

    def test_what_became_of_it_is_kept_and_it_is_not_asked_about_again(self) -> None:
        shop = a_sold_one()
        shop.mailer.became["message-1"] = DeliveryStatus.BOUNCED
        shop.wait(minutes=20)
        (finding,) = shop.reconcile_all(SYSTEM, thorough=True)

        assert (finding.what, finding.outcome) == ("mail", "bounced")
        assert [mail.status for mail in shop.memory.mails.values()] == [DeliveryStatus.BOUNCED]
        assert shop.reconcile_all(SYSTEM, thorough=True) == []
        assert shop.mailer.asked == ["message-1"]

    def test_service_that_is_down_is_told_and_harms_nothing(self) -> None:
        shop = a_sold_one()
        shop.mailer.down = True
        shop.wait(minutes=20)
        (finding,) = shop.reconcile_all(SYSTEM, thorough=True)

        assert (finding.what, finding.settled) == ("mail", False)
        assert [mail.status for mail in shop.memory.mails.values()] == [DeliveryStatus.SENT]


def an_access(*, quantity: int = 1, per_unit: int | None = 2, limit: int | None = 2) -> Entitlement:
    (entitlement,) = a_sold_one().memory.downloads.values()
    entitlement.quantity, entitlement.per_unit, entitlement.download_limit = quantity, per_unit, limit
    return entitlement
