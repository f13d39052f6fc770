"""What counts as not final, whatever keeps it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.domain.mail import DeliveryStatus
from core.domain.payment import AttemptState, RefundState
from ports.unfinished import OpenPayment, OpenRefund, RefundedPayment, SentMail, Unfinished
from tests.contracts import full_records as full
from tests.contracts import full_sales as sales
from tests.contracts.shop import Shop

LONG_AGO = full.NOON - timedelta(days=365)


class UnfinishedContract:
    @pytest.fixture
    def shop(self) -> Shop:
        """A shop as it is right after it was set up."""
        raise NotImplementedError

    @pytest.fixture
    def unfinished(self, shop: Shop) -> Unfinished:
        raise NotImplementedError

    @pytest.fixture
    def furnished(self, shop: Shop) -> Shop:
        shop.furnish()
        return shop

    def test_open_payments_are_those_of_carts_that_nobody_finished(
        self, furnished: Shop, unfinished: Unfinished
    ) -> None:
        free = {"channel_id": None, "items": [], "order_id": None, "completed_at": None}
        unchosen = sales.a_cart("cart_4", attempt_id=None, **free)  # type: ignore[arg-type]
        unchosen.payment_sessions[0].is_selected = False
        unbegun = sales.a_cart("cart_5", attempt_id=None, **free)  # type: ignore[arg-type]
        unbegun.payment_sessions[0].is_initiated = False
        for cart in (
            sales.a_cart("cart_1", channel_id=None, items=[], attempt_id=None),
            sales.a_cart("cart_2", attempt_id="patt_1", **free),  # type: ignore[arg-type]
            sales.a_cart("cart_3", attempt_id=None, **free),  # type: ignore[arg-type]
            unchosen,
            unbegun,
        ):
            furnished.save(lambda work, cart=cart: work.carts.add(cart))

        found = unfinished.payments(LONG_AGO)

        assert found == [OpenPayment(cart_id="cart_3", provider_id="stripe", data={"client_secret": "x"})]

    def test_open_payments_of_edits_are_those_that_nobody_settled(
        self, furnished: Shop, unfinished: Unfinished
    ) -> None:
        done: dict[str, object] = {"items": [], "changes": [], "confirmed_at": None, "declined_at": None}
        open_ = {**done, "canceled_at": None}
        furnished.save(
            lambda work: work.carts.add(sales.a_cart(channel_id=None, items=[], order_id="order_1")),
            lambda work: work.orders.add(sales.an_order(channel_id=None)),
            lambda work: work.payment_collections.add(sales.a_collection(payments=[])),
            lambda work: work.payment_collections.add(sales.a_collection("paycol_2", payments=[])),
            lambda work: work.order_edits.add(sales.an_edit(**open_)),
            lambda work: work.order_edits.add(sales.an_edit("oe_2", payment_collection_id="paycol_2", **done)),
        )

        found = unfinished.payments(LONG_AGO)

        assert found == [OpenPayment(collection_id="paycol_1", provider_id="stripe", data={"client_secret": "x"})]

    def test_attempts_are_those_that_run_or_owe(self, furnished: Shop, unfinished: Unfinished) -> None:
        furnished.save(lambda work: work.carts.add(sales.a_cart(channel_id=None, items=[])))
        for number, state in enumerate(AttemptState):
            attempt = sales.an_attempt(f"patt_{state}")
            attempt.state, attempt.provider_payment_id = state, f"pi_{number}"
            furnished.save(lambda work, attempt=attempt: work.attempts.add(attempt))

        assert unfinished.attempts(full.NOON) == ["patt_refund_due", "patt_started"]
        assert unfinished.attempts(full.NOON - timedelta(seconds=1)) == []

    def test_refunds_and_captures_are_those_without_an_answer(self, furnished: Shop, unfinished: Unfinished) -> None:
        order = sales.an_order(channel_id=None, cart_id=None)
        furnished.save(lambda work: work.orders.add(order))
        assert unfinished.refunds(full.later(days=9)) == []
        assert unfinished.captures(full.later(days=9)) == []

        with furnished.open() as work:
            kept = work.orders.get(order.id)
            kept.capture_error = None
            kept.payments[0].captured_at = kept.payments[0].canceled_at = None
            kept.refunds[0].state = RefundState.PENDING
            work.commit()

        assert unfinished.refunds(full.later(days=9)) == [OpenRefund(order_id="order_1", refund_id="ref_order_1")]
        assert unfinished.refunds(full.NOON) == []
        assert unfinished.captures(full.later(days=9)) == ["order_1"]
        assert unfinished.captures(full.NOON) == []

    def test_mails_are_those_that_nobody_is_going_to_send(self, shop: Shop, unfinished: Unfinished) -> None:
        lost = sales.a_mail("mail_1", status=DeliveryStatus.QUEUED)
        waiting = sales.a_mail("mail_2", status=DeliveryStatus.QUEUED, revision="2")
        sent = sales.a_mail("mail_3", status=DeliveryStatus.SENT, revision="3")
        shop.save(*(lambda work, mail=mail: work.mails.add(mail) for mail in (lost, waiting, sent)))
        with shop.open() as work:
            work.schedule("deliver_mail", {"mail_id": "mail_2"}, dedupe_key="x")
            work.commit()

        assert unfinished.mails(full.NOON) == ["mail_1"]
        assert unfinished.mails(full.NOON - timedelta(seconds=1)) == []

    def test_refunded_payments_are_those_whose_refund_went_through_since(
        self, furnished: Shop, unfinished: Unfinished
    ) -> None:
        order = sales.an_order(channel_id=None, cart_id=None)
        furnished.save(lambda work: work.orders.add(order))
        with furnished.open() as work:
            refund = work.orders.get(order.id).refunds[0]
            refund.state, refund.settled_at = RefundState.SUCCEEDED, full.NOON
            payment = work.orders.get(order.id).payment(refund.payment_id)
            payment.provider_payment_id = "pi_7"
            provider_id = payment.provider_id
            work.commit()

        assert unfinished.refunded(full.NOON) == [
            RefundedPayment(order_id="order_1", provider_id=provider_id, provider_payment_id="pi_7")
        ]
        assert unfinished.refunded(full.later(seconds=1)) == []
        with furnished.open() as work:
            work.orders.get(order.id).refunds[0].state = RefundState.FAILED
            work.commit()
        assert unfinished.refunded(LONG_AGO) == []

    def test_sent_mails_are_those_nobody_has_told_more_of(self, shop: Shop, unfinished: Unfinished) -> None:
        for number, status in enumerate(DeliveryStatus):
            mail = sales.a_mail(f"mail_{status}", status=status, revision=str(number))
            mail.provider_message_id, mail.sent_at = f"message-{status}", full.NOON
            shop.save(lambda work, mail=mail: work.mails.add(mail))
        unknown = sales.a_mail("mail_unknown", status=DeliveryStatus.SENT, revision="unknown")
        unknown.provider_message_id = None
        shop.save(lambda work: work.mails.add(unknown))

        assert unfinished.sent(full.NOON, full.later(seconds=1)) == [
            SentMail(mail_id="mail_sent", message_id="message-sent")
        ]
        assert unfinished.sent(full.later(seconds=1), full.later(days=1)) == []
        assert unfinished.sent(LONG_AGO, full.NOON) == []
