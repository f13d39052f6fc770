import pytest

from adapters.fulfillment.manual import ManualFulfillment
from adapters.fulfillment.registry import InstalledFulfillmentProviders
from adapters.memory.payments import InMemoryPayments
from adapters.payments.manual import ManualPayments
from adapters.payments.registry import InstalledPaymentProviders
from adapters.system.taxes import InstalledTaxProviders, SystemTaxProvider
from tests.contracts.fulfillments import FulfillmentProviderContract, FulfillmentProvidersContract
from tests.contracts.payments import PRICE, PaymentProviderContract, PaymentProvidersContract
from tests.contracts.taxes import RegionTaxesContract, TaxProvidersContract


class TestManualPayments(PaymentProviderContract):
    keeps_books = False

    @pytest.fixture
    def payments(self) -> ManualPayments:
        return ManualPayments()

    def test_it_remembers_nothing_and_still_answers_the_same(self) -> None:
        first = ManualPayments().initiate(PRICE, {"cart_id": "cart_1"}, idempotency_key="k1")

        assert ManualPayments().initiate(PRICE, {"cart_id": "cart_1"}, idempotency_key="k1") == first

    def test_damaged_data_is_no_crash(self, payments: ManualPayments) -> None:
        held = payments.authorize({"id": 7, "amount": "x"}, PRICE, idempotency_key="k1")

        assert (held.amount, held.currency_code) == (1_250, "eur")


class TestInstalledPaymentProviders(PaymentProvidersContract):
    @pytest.fixture
    def providers(self) -> InstalledPaymentProviders:
        return InstalledPaymentProviders(InMemoryPayments("stripe"))


class TestManualFulfillment(FulfillmentProviderContract):
    @pytest.fixture
    def provider(self) -> ManualFulfillment:
        return ManualFulfillment()


class TestInstalledFulfillmentProviders(FulfillmentProvidersContract):
    @pytest.fixture
    def providers(self) -> InstalledFulfillmentProviders:
        return InstalledFulfillmentProviders()


class TestSystemTaxProvider(RegionTaxesContract):
    @pytest.fixture
    def taxes(self) -> SystemTaxProvider:
        return SystemTaxProvider()


class TestInstalledTaxProviders(TaxProvidersContract):
    @pytest.fixture
    def providers(self) -> InstalledTaxProviders:
        return InstalledTaxProviders()
