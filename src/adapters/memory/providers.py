"""Registries of providers for tests, and stand-ins for the tax and shipping providers.

The payment provider has a file of its own (payments.py).
"""

from core.domain.errors import DomainError, Invalid, NotFound, Unavailable
from core.domain.payment import PaymentProviderNotFound
from core.domain.tax import TaxAnswer, TaxCalculation, region_rates
from core.domain.values import Metadata
from ports.fulfillments import FulfillmentProvider, Shipment
from ports.payments import PaymentProvider
from ports.taxes import TaxProvider


class InMemoryTaxes:
    """Answers by the region's rule; not local, so that calling it inside a transaction can be caught.

    down: refuses with Unavailable. asked: every calculation, in order.
    """

    def __init__(self, id: str = "system", *, is_local: bool = True) -> None:
        self._id = id
        self._is_local = is_local
        self.down = False
        self.asked: list[TaxCalculation] = []

    @property
    def id(self) -> str:
        return self._id

    @property
    def is_local(self) -> bool:
        return self._is_local

    def rates(self, calculation: TaxCalculation) -> TaxAnswer:
        if self.down:
            raise Unavailable("the tax service cannot be reached")
        self.asked.append(calculation)
        return region_rates(calculation)


class InMemoryFulfillment:
    """One way to send and one to take back; keeps whatever data it is given.

    asked: (verb, reference) of every call, in order. refusal: raised by the next call, once.
    """

    def __init__(self, id: str = "manual") -> None:
        self._id = id
        self.asked: list[tuple[str, str]] = []
        self.refusal: DomainError | None = None

    @property
    def id(self) -> str:
        return self._id

    def options(self) -> list[Metadata]:
        return [{"id": f"{self._id}-fulfillment"}, {"id": f"{self._id}-fulfillment-return", "is_return": True}]

    def check_option(self, data: Metadata) -> None:
        if data.get("id") == "refused":
            raise Invalid("no shipping option can be built from this")

    def validate(self, option_data: Metadata, data: Metadata) -> Metadata:
        return dict(data)

    def fulfill(self, shipment: Shipment) -> Metadata:
        return self._told("fulfill", shipment.reference)

    def take_back(self, shipment: Shipment) -> Metadata:
        return self._told("take_back", shipment.reference)

    def call_off(self, reference: str, data: Metadata) -> None:
        self._told("call_off", reference)

    def _told(self, verb: str, reference: str) -> Metadata:
        self.asked.append((verb, reference))
        refusal, self.refusal = self.refusal, None
        if refusal is not None:
            raise refusal
        return {}


class InMemoryPaymentProviders:
    """Exactly the providers given; others can come and go."""

    def __init__(self, *providers: PaymentProvider) -> None:
        self._providers = {provider.id: provider for provider in providers}

    def install(self, provider: PaymentProvider) -> None:
        self._providers[provider.id] = provider

    def uninstall(self, id: str) -> None:
        del self._providers[id]

    def get(self, id: str) -> PaymentProvider:
        if id not in self._providers:
            raise PaymentProviderNotFound(f"there is no payment provider {id}")
        return self._providers[id]

    def ids(self) -> list[str]:
        return list(self._providers)


class InMemoryFulfillmentProviders:
    """The providers given, or ``manual`` alone."""

    def __init__(self, *providers: FulfillmentProvider) -> None:
        self._providers = {provider.id: provider for provider in providers or (InMemoryFulfillment(),)}

    def get(self, id: str) -> FulfillmentProvider:
        if id not in self._providers:
            raise NotFound(f"there is no fulfillment provider {id}")
        return self._providers[id]

    def ids(self) -> list[str]:
        return list(self._providers)


class InMemoryTaxProviders:
    """``system`` first, then the providers given."""

    def __init__(self, *others: TaxProvider) -> None:
        self._providers: dict[str, TaxProvider] = {p.id: p for p in (InMemoryTaxes(), *others)}

    def get(self, id: str | None) -> TaxProvider:
        provider = self._providers.get(id or "system")
        if provider is None:
            raise NotFound(f"there is no tax provider {id}")
        return provider

    def ids(self) -> list[str]:
        return list(self._providers)
