"""What every payment provider promises. Data travels as in the shop: each answer's replaces the last."""

from contextlib import suppress

import pytest

from core.domain.errors import Invalid
from core.domain.money import Money
from core.domain.payment import PaymentDeclined, PaymentProviderNotFound, ProviderPayment, SessionStatus
from ports.payments import PaymentProvider, PaymentProviders

PRICE = Money(1_250, "eur")


class PaymentProviderContract:
    """captures_at_once: the buyer's consent takes the money already. keeps_books: the provider
    remembers refunds itself."""

    captures_at_once = False
    keeps_books = True

    @pytest.fixture
    def payments(self) -> PaymentProvider:
        raise NotImplementedError

    def buyer_pays(self, payment: ProviderPayment) -> None:
        """What the buyer does with an opened payment before the shop asks for it; for most, nothing."""

    def test_new_payment_is_pending(self, payments: PaymentProvider) -> None:
        payment = payments.initiate(PRICE, {"cart_id": "cart_1"}, idempotency_key="k1")

        assert (payment.status, payment.amount, payment.currency_code) == (SessionStatus.PENDING, 1_250, "eur")
        assert payment.captured == 0
        assert payment.reference

    def test_each_payment_has_a_reference_of_its_own(self, payments: PaymentProvider) -> None:
        first = payments.initiate(PRICE, {}, idempotency_key="k1")
        second = payments.initiate(PRICE, {}, idempotency_key="k2")

        assert first.reference != second.reference

    def test_same_key_opens_the_same_payment(self, payments: PaymentProvider) -> None:
        first = payments.initiate(PRICE, {}, idempotency_key="k1")

        assert payments.initiate(PRICE, {}, idempotency_key="k1") == first

    def test_amount_can_change_before_authorising(self, payments: PaymentProvider) -> None:
        opened = payments.initiate(PRICE, {}, idempotency_key="k1")
        changed = payments.update(opened.data, Money(2_000, "eur"), idempotency_key="k2")

        assert (changed.reference, changed.amount) == (opened.reference, 2_000)
        assert payments.retrieve(changed.data).amount == 2_000

    def test_what_a_browser_may_set_is_kept_and_moves_no_money(self, payments: PaymentProvider) -> None:
        opened = payments.initiate(PRICE, {}, idempotency_key="k1")
        changes = {**opened.data, "setup_future_usage": "off_session"}
        changed = payments.update_data(opened.data, changes, idempotency_key="k2")

        assert (changed.reference, changed.amount, changed.status) == (opened.reference, 1_250, SessionStatus.PENDING)
        assert changed.data.items() >= {name: opened.data[name] for name in ("id", "status", "amount")}.items()

    def test_a_browser_cannot_lower_the_price(self, payments: PaymentProvider) -> None:
        opened = payments.initiate(PRICE, {}, idempotency_key="k1")
        with suppress(Invalid):
            payments.update_data(opened.data, {"amount": 1, "status": "captured"}, idempotency_key="k2")

        now = payments.retrieve(opened.data)
        assert (now.amount, now.captured, now.status) == (1_250, 0, SessionStatus.PENDING)

    def test_an_authorised_payment_takes_no_more_data(self, payments: PaymentProvider) -> None:
        opened = payments.initiate(PRICE, {}, idempotency_key="k1")
        self.buyer_pays(opened)
        held = payments.authorize(opened.data, PRICE, idempotency_key="k2")
        try:
            after = payments.update_data(held.data, {"setup_future_usage": "off_session"}, idempotency_key="k3")
        except PaymentDeclined:
            return
        assert (after.amount, after.captured) == (held.amount, held.captured)

    def test_authorised_payment_is_authorised_when_asked_again(self, payments: PaymentProvider) -> None:
        opened = payments.initiate(PRICE, {}, idempotency_key="k1")
        self.buyer_pays(opened)
        held = payments.authorize(opened.data, PRICE, idempotency_key="k2")

        assert (held.status, held.amount) == (SessionStatus.AUTHORIZED, 1_250)
        assert held.captured == (1_250 if self.captures_at_once else 0)
        assert held.reference == opened.reference
        assert payments.retrieve(held.data).status is SessionStatus.AUTHORIZED

    def test_authorising_twice_with_one_key_answers_the_same(self, payments: PaymentProvider) -> None:
        opened = payments.initiate(PRICE, {}, idempotency_key="k1")
        self.buyer_pays(opened)
        first = payments.authorize(opened.data, PRICE, idempotency_key="k2")

        assert payments.authorize(opened.data, PRICE, idempotency_key="k2") == first

    def test_authorised_amount_does_not_change_any_more(self, payments: PaymentProvider) -> None:
        opened = payments.initiate(PRICE, {}, idempotency_key="k1")
        self.buyer_pays(opened)
        held = payments.authorize(opened.data, PRICE, idempotency_key="k2")

        with pytest.raises(PaymentDeclined):
            payments.update(held.data, Money(1, "eur"), idempotency_key="k3")

    def test_capturing_takes_the_money_once(self, payments: PaymentProvider) -> None:
        opened = payments.initiate(PRICE, {}, idempotency_key="k1")
        self.buyer_pays(opened)
        held = payments.authorize(opened.data, PRICE, idempotency_key="k2")
        taken = payments.capture(held.data, PRICE, idempotency_key="k3")

        assert taken.captured == 1_250
        assert payments.capture(held.data, PRICE, idempotency_key="k3") == taken
        assert payments.capture(taken.data, PRICE, idempotency_key="k4").captured == 1_250

    def test_refund_with_one_key_is_one_refund(self, payments: PaymentProvider) -> None:
        taken = self.captured(payments)
        first = payments.refund(taken, Money(500, "eur"), refund_id="ref_1", idempotency_key="r1")

        assert payments.refund(taken, Money(500, "eur"), refund_id="ref_1", idempotency_key="r1") == first
        assert payments.refund(taken, Money(500, "eur"), refund_id="ref_2", idempotency_key="r2") != first

    def test_more_than_was_captured_is_not_given_back(self, payments: PaymentProvider) -> None:
        taken = self.captured(payments)

        with pytest.raises(PaymentDeclined):
            payments.refund(taken, Money(1_251, "eur"), refund_id="ref_1", idempotency_key="r1")

    def test_cancelling_twice_is_fine(self, payments: PaymentProvider) -> None:
        opened = payments.initiate(PRICE, {}, idempotency_key="k1")
        payments.cancel(opened.data, idempotency_key="c1")
        payments.cancel(opened.data, idempotency_key="c2")

    def test_captured_payment_is_not_cancelled(self, payments: PaymentProvider) -> None:
        taken = self.captured(payments)

        with pytest.raises(PaymentDeclined):
            payments.cancel(taken, idempotency_key="c1")

    def test_refunds_are_told_with_our_names(self, payments: PaymentProvider) -> None:
        taken = self.captured(payments)
        assert payments.refunds(taken) == []

        first = payments.refund(taken, Money(500, "eur"), refund_id="ref_1", idempotency_key="r1")
        second = payments.refund(taken, Money(750, "eur"), refund_id="ref_2", idempotency_key="r2")
        told = payments.refunds({"id": taken["id"]})

        if self.keeps_books:
            assert [(each.provider_refund_id, each.ours, each.amount) for each in told] == [
                (first, "ref_1", 500),
                (second, "ref_2", 750),
            ]
            assert {each.provider_payment_id for each in told} == {taken["id"]}
            assert {(each.provider_id, each.currency_code, each.succeeded) for each in told} == {
                (payments.id, "eur", True)
            }
            assert (payments.retrieve(taken).captured, payments.retrieve(taken).refunded) == (1_250, 1_250)

    def test_buyer_who_left_nothing_has_no_saved_methods(self, payments: PaymentProvider) -> None:
        assert payments.saved_methods({"id": "cus_1", "email": "ada@example.com"}) == []

    def captured(self, payments: PaymentProvider) -> dict[str, object]:
        opened = payments.initiate(PRICE, {}, idempotency_key="k1")
        self.buyer_pays(opened)
        held = payments.authorize(opened.data, PRICE, idempotency_key="k2")
        return payments.capture(held.data, PRICE, idempotency_key="k3").data


class PaymentProvidersContract:
    @pytest.fixture
    def providers(self) -> PaymentProviders:
        """With ``manual`` installed, and nothing called ``nowhere``."""
        raise NotImplementedError

    def test_manual_is_there(self, providers: PaymentProviders) -> None:
        assert "manual" in providers.ids()
        assert providers.get("manual").id == "manual"

    def test_every_listed_provider_can_be_had(self, providers: PaymentProviders) -> None:
        assert [providers.get(id).id for id in providers.ids()] == providers.ids()

    def test_unknown_provider_is_refused(self, providers: PaymentProviders) -> None:
        with pytest.raises(PaymentProviderNotFound):
            providers.get("nowhere")
