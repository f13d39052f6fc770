"""The installed payment providers."""

from adapters.payments.manual import ManualPayments
from core.domain.payment import PaymentProviderNotFound
from ports.payments import PaymentProvider


class InstalledPaymentProviders:
    """``manual`` and whatever else is given; a given provider takes the place of its namesake."""

    def __init__(self, *others: PaymentProvider) -> None:
        manual = ManualPayments()
        self._providers: dict[str, PaymentProvider] = {manual.id: manual}
        self._providers |= {provider.id: provider for provider in others}

    def get(self, id: str) -> PaymentProvider:
        provider = self._providers.get(id)
        if provider is None:
            raise PaymentProviderNotFound(f"there is no payment provider {id}")
        return provider

    def ids(self) -> list[str]:
        return list(self._providers)
