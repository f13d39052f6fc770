import pytest

from adapters.memory.providers import (
    InMemoryFulfillment,
    InMemoryFulfillmentProviders,
    InMemoryTaxes,
    InMemoryTaxProviders,
)
from core.domain.errors import Unavailable
from tests.contracts.fulfillments import FulfillmentProviderContract, FulfillmentProvidersContract
from tests.contracts.taxes import RegionTaxesContract, TaxProvidersContract


class TestInMemoryFulfillment(FulfillmentProviderContract):
    @pytest.fixture
    def provider(self) -> InMemoryFulfillment:
        return InMemoryFulfillment()


class TestInMemoryFulfillmentProviders(FulfillmentProvidersContract):
    @pytest.fixture
    def providers(self) -> InMemoryFulfillmentProviders:
        return InMemoryFulfillmentProviders()


class TestInMemoryTaxes(RegionTaxesContract):
    @pytest.fixture
    def taxes(self) -> InMemoryTaxes:
        return InMemoryTaxes()

    def test_it_can_be_out_of_reach(self, taxes: InMemoryTaxes) -> None:
        taxes.down = True

        with pytest.raises(Unavailable):
            taxes.rates(self.calculation())


class TestInMemoryTaxProviders(TaxProvidersContract):
    @pytest.fixture
    def providers(self) -> InMemoryTaxProviders:
        return InMemoryTaxProviders(InMemoryTaxes("remote", is_local=False))
