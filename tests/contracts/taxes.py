"""What every tax provider, and the list of them, promises."""

from decimal import Decimal

import pytest

from core.domain.errors import NotFound
from core.domain.tax import TaxCalculation, TaxedItem, TaxedShipping, TaxRate
from ports.taxes import TaxProvider, TaxProviders

DEFAULT = TaxRate(rate=Decimal(19), name="default", code="de")
REDUCED = TaxRate(rate=Decimal(7), name="reduced", code="de-books")
CITY = TaxRate(rate=Decimal("0.5"), name="city")


class RegionTaxesContract:
    """For providers that follow the region's rule."""

    @pytest.fixture
    def taxes(self) -> TaxProvider:
        raise NotImplementedError

    def calculation(self) -> TaxCalculation:
        return TaxCalculation(
            region_id="reg_1",
            country_code="de",
            default=DEFAULT,
            items=(
                TaxedItem(id="item_1", amount=1_000),
                TaxedItem(id="item_2", amount=1_000, rates=(REDUCED, CITY)),
            ),
            shipping=(TaxedShipping(id="sm_1", amount=500),),
        )

    def test_the_region_rate_is_for_what_has_none_of_its_own(self, taxes: TaxProvider) -> None:
        rates = taxes.rates(self.calculation())

        assert rates["item_1"] == (DEFAULT,)
        assert rates["sm_1"] == (DEFAULT,)

    def test_linked_rates_all_apply_instead(self, taxes: TaxProvider) -> None:
        assert taxes.rates(self.calculation())["item_2"] == (REDUCED, CITY)

    def test_only_what_was_asked_is_answered(self, taxes: TaxProvider) -> None:
        assert taxes.rates(self.calculation()).keys() == {"item_1", "item_2", "sm_1"}


class TaxProvidersContract:
    @pytest.fixture
    def providers(self) -> TaxProviders:
        raise NotImplementedError

    def test_no_provider_named_is_the_system(self, providers: TaxProviders) -> None:
        assert providers.get(None).id == "system"
        assert providers.get("system").is_local

    def test_system_is_listed(self, providers: TaxProviders) -> None:
        assert "system" in providers.ids()

    def test_unknown_provider_is_refused(self, providers: TaxProviders) -> None:
        with pytest.raises(NotFound):
            providers.get("nowhere")
