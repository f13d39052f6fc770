"""Getting goods to people."""

from dataclasses import dataclass
from typing import Protocol

from core.domain.values import Address, Metadata


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """What a provider is asked to send or to take back. reference: the fulfillment's or return's id.

    items: (line id, title, quantity). data: of the shipping method that was chosen. address: the
    buyer's, at which goods arrive or are fetched.
    """

    reference: str
    order_id: str
    items: tuple[tuple[str, str, int], ...]
    address: Address | None
    data: Metadata


class FulfillmentProvider(Protocol):
    """One way of shipping, e.g. ``manual``.

    ``options`` lists what an admin may build shipping options from, ``check_option`` raises Invalid for
    data that no option can be built from; ``validate`` checks and completes the data a buyer sends
    with a chosen option (Invalid when it will not do).
    ``fulfill`` has goods sent, ``take_back`` has them fetched, ``call_off`` stops a fulfillment that was
    not shipped yet; the first two answer the provider's own data to be kept. All three may be
    remote calls, outside units of work, and are repeatable: the reference tells repeats. They raise
    NotAllowed for a definite no and Unavailable to be asked again.
    Source: https://docs.medusajs.com/v1/modules/carts-and-checkout/backend/add-fulfillment-provider
    """

    @property
    def id(self) -> str: ...

    def options(self) -> list[Metadata]: ...

    def check_option(self, data: Metadata) -> None: ...

    def validate(self, option_data: Metadata, data: Metadata) -> Metadata: ...

    def fulfill(self, shipment: Shipment) -> Metadata: ...

    def take_back(self, shipment: Shipment) -> Metadata: ...

    def call_off(self, reference: str, data: Metadata) -> None: ...


class FulfillmentProviders(Protocol):
    """The installed ones; ``manual`` is always there. ``get`` raises NotFound."""

    def get(self, id: str) -> FulfillmentProvider: ...

    def ids(self) -> list[str]: ...
