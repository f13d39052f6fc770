"""Getting goods to people."""

from typing import Protocol

from core.domain.values import Metadata


class FulfillmentProvider(Protocol):
    """One way of shipping, e.g. ``manual``.

    ``options`` lists what an admin may build shipping options from; ``validate`` checks and
    completes the data a buyer sends with a chosen option (Invalid when it will not do).
    Source: https://docs.medusajs.com/v1/modules/carts-and-checkout/backend/add-fulfillment-provider
    """

    @property
    def id(self) -> str: ...

    def options(self) -> list[Metadata]: ...

    def validate(self, option_data: Metadata, data: Metadata) -> Metadata: ...


class FulfillmentProviders(Protocol):
    """The installed ones; ``manual`` is always there. ``get`` raises NotFound."""

    def get(self, id: str) -> FulfillmentProvider: ...

    def ids(self) -> list[str]: ...
