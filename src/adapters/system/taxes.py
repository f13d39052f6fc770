"""The built-in tax provider, and the list of installed ones."""

from core.domain.errors import NotFound
from core.domain.tax import TaxAnswer, TaxCalculation, region_rates
from ports.taxes import TaxProvider

SYSTEM = "system"


class SystemTaxProvider:
    """Medusa's rule: the rates linked to a product, its type or the option, else the region's."""

    id = SYSTEM
    is_local = True

    def rates(self, calculation: TaxCalculation) -> TaxAnswer:
        return region_rates(calculation)


class InstalledTaxProviders:
    """``system`` and whatever else is given."""

    def __init__(self, *others: TaxProvider) -> None:
        self._providers: dict[str, TaxProvider] = {SYSTEM: SystemTaxProvider()}
        self._providers |= {provider.id: provider for provider in others}

    def get(self, id: str | None) -> TaxProvider:
        provider = self._providers.get(id or SYSTEM)
        if provider is None:
            raise NotFound(f"there is no tax provider {id}")
        return provider

    def ids(self) -> list[str]:
        return list(self._providers)
