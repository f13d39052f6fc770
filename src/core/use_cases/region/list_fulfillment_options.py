"""What shipping options in a region can be built from."""

from dataclasses import dataclass

from core.domain.actor import Actor
from core.domain.values import Metadata
from ports.fulfillments import FulfillmentProviders
from ports.unit_of_work import Begin


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderOptions:
    provider_id: str
    options: tuple[Metadata, ...]


class ListFulfillmentOptions:
    """By provider of the region that is installed, in the region's order. Raises RegionNotFound."""

    def __init__(self, look: Begin, fulfillments: FulfillmentProviders) -> None:
        self._look = look
        self._fulfillments = fulfillments

    def __call__(self, actor: Actor, region_id: str) -> list[ProviderOptions]:
        with self._look(actor, "region.look") as work:
            ids = work.regions.get(region_id).fulfillment_provider_ids
        installed = set(self._fulfillments.ids())
        return [
            ProviderOptions(provider_id=id, options=tuple(self._fulfillments.get(id).options()))
            for id in ids
            if id in installed
        ]
