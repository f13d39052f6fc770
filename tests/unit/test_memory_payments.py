import pytest

from adapters.memory.payments import Fault, InMemoryPayments
from adapters.memory.providers import InMemoryPaymentProviders
from core.domain.money import Money
from core.domain.payment import PaymentDeclined, PaymentProviderUnavailable, SavedMethod, SessionStatus
from tests.contracts.payments import PRICE, PaymentProviderContract, PaymentProvidersContract


class TestInMemoryPayments(PaymentProviderContract):
    @pytest.fixture
    def payments(self) -> InMemoryPayments:
        return InMemoryPayments()

    def test_lost_request_takes_nothing(self, payments: InMemoryPayments) -> None:
        opened = payments.initiate(PRICE, {}, idempotency_key="k1")
        held = payments.authorize(opened.data, PRICE, idempotency_key="k2")
        payments.plan("capture", Fault.LOST_REQUEST)

        with pytest.raises(PaymentProviderUnavailable):
            payments.capture(held.data, PRICE, idempotency_key="k3")

        assert payments.taken == 0
        assert payments.capture(held.data, PRICE, idempotency_key="k3").captured == 1_250

    def test_lost_answer_took_the_money_and_asking_again_tells(self, payments: InMemoryPayments) -> None:
        opened = payments.initiate(PRICE, {}, idempotency_key="k1")
        held = payments.authorize(opened.data, PRICE, idempotency_key="k2")
        payments.plan("capture", Fault.LOST_ANSWER)

        with pytest.raises(PaymentProviderUnavailable):
            payments.capture(held.data, PRICE, idempotency_key="k3")

        assert payments.taken == 1_250
        assert payments.capture(held.data, PRICE, idempotency_key="k3").captured == 1_250
        assert payments.taken == 1_250

    def test_decline_is_the_answer_for_its_key(self, payments: InMemoryPayments) -> None:
        opened = payments.initiate(PRICE, {}, idempotency_key="k1")
        payments.plan("authorize", Fault.DECLINE)
        for _ in range(2):
            with pytest.raises(PaymentDeclined):
                payments.authorize(opened.data, PRICE, idempotency_key="k2")

        held = payments.authorize(opened.data, PRICE, idempotency_key="k3")

        assert held.status is SessionStatus.AUTHORIZED

    def test_buyer_may_have_to_act_first(self, payments: InMemoryPayments) -> None:
        opened = payments.initiate(PRICE, {}, idempotency_key="k1")
        payments.plan("authorize", Fault.REQUIRES_MORE)
        waiting = payments.authorize(opened.data, PRICE, idempotency_key="k2")
        assert waiting.status is SessionStatus.REQUIRES_MORE

        payments.buyer_acts(opened.reference)

        assert payments.retrieve(opened.data).status is SessionStatus.AUTHORIZED

    def test_capturing_at_once_takes_the_money_with_the_authorisation(self) -> None:
        payments = InMemoryPayments("stripe", captures_at_once=True)
        opened = payments.initiate(PRICE, {}, idempotency_key="k1")

        assert payments.authorize(opened.data, PRICE, idempotency_key="k2").captured == 1_250
        assert payments.taken == 1_250

    def test_books_show_what_stayed(self, payments: InMemoryPayments) -> None:
        data = self.captured(payments)
        payments.refund(data, Money(500, "eur"), refund_id="ref_1", idempotency_key="r1")
        payments.refund(data, Money(500, "eur"), refund_id="ref_1", idempotency_key="r1")

        assert payments.taken == 750
        assert payments.calls[-1].method == "refund"

    def test_one_key_for_two_different_calls_is_a_bug(self, payments: InMemoryPayments) -> None:
        opened = payments.initiate(PRICE, {}, idempotency_key="k1")

        with pytest.raises(ValueError, match="was used for"):
            payments.update(opened.data, PRICE, idempotency_key="k1")

    def test_foreign_payment_is_declined(self, payments: InMemoryPayments) -> None:
        with pytest.raises(PaymentDeclined):
            payments.retrieve({"id": "somebody else's"})


class TestInMemoryPaymentsThatCaptureAtOnce(PaymentProviderContract):
    captures_at_once = True

    @pytest.fixture
    def payments(self) -> InMemoryPayments:
        return InMemoryPayments("stripe", captures_at_once=True)

    def test_refund_from_outside_has_no_name_of_ours(self, payments: InMemoryPayments) -> None:
        taken = self.captured(payments)
        payments.refund_outside(str(taken["id"]), 300)

        assert [(each.amount, each.ours) for each in payments.refunds(taken)] == [(300, None)]

    def test_saved_methods_are_the_customers_own(self, payments: InMemoryPayments) -> None:
        payments.saved["cus_1"].append(SavedMethod(provider_id="stripe", data={"id": "pm_1"}))

        assert [method.data for method in payments.saved_methods({"id": "cus_1"})] == [{"id": "pm_1"}]
        assert payments.saved_methods({"id": "cus_2"}) == []


class TestInMemoryPaymentProviders(PaymentProvidersContract):
    @pytest.fixture
    def providers(self) -> InMemoryPaymentProviders:
        return InMemoryPaymentProviders(InMemoryPayments(), InMemoryPayments("stripe"))
