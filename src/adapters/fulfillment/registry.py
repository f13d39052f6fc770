"""The installed ways of shipping."""

from adapters.fulfillment.manual import ManualFulfillment
from core.domain.errors import NotFound
from ports.fulfillments import FulfillmentProvider


class InstalledFulfillmentProviders:
    """``manual`` and whatever else is given."""

    def __init__(self, *others: FulfillmentProvider) -> None:
        manual = ManualFulfillment()
        self._providers: dict[str, FulfillmentProvider] = {manual.id: manual}
        self._providers |= {provider.id: provider for provider in others}

    def get(self, id: str) -> FulfillmentProvider:
        provider = self._providers.get(id)
        if provider is None:
            raise NotFound(f"there is no fulfillment provider {id}")
        return provider

    def ids(self) -> list[str]:
        return list(self._providers)
