"""Sell somewhere new."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.domain.actor import Actor
from core.domain.events import RegionCreated
from core.domain.region import Region, RegionId
from core.domain.values import Metadata, merge_metadata
from core.use_cases.region.parts import RegionParts
from core.use_cases.replay import replayed
from ports.clock import Ids
from ports.unit_of_work import Begin


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRegion:
    """tax_rate: percent. countries: alpha-2, any case. includes_tax: prices made for the region contain tax."""

    name: str
    currency_code: str
    tax_rate: Decimal
    tax_code: str | None = None
    includes_tax: bool = False
    countries: Sequence[str] = ()
    payment_providers: Sequence[str] = ()
    fulfillment_providers: Sequence[str] = ()
    metadata: Metadata | None = None


class CreateRegion:
    """Answers its id. Raises Invalid, CountryTaken.
    Source: https://docs.medusajs.com/v1/api/admin#regions_postregions."""

    def __init__(self, begin: Begin, parts: RegionParts, ids: Ids) -> None:
        self._begin = begin
        self._parts = parts
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, new: NewRegion) -> str:
        with self._begin(actor, "region.create") as work:
            id = self._ids.new("reg")
            region = Region(
                id=RegionId(id),
                name=new.name,
                currency_code=self._parts.currency(work, new.currency_code),
                tax_rate=new.tax_rate,
                tax_code=new.tax_code,
                includes_tax=new.includes_tax,
                country_codes=self._parts.countries(work, new.countries, id),
                payment_provider_ids=self._parts.payment_providers(new.payment_providers),
                fulfillment_provider_ids=self._parts.fulfillment_providers(new.fulfillment_providers),
                metadata=merge_metadata(None, new.metadata),
            )
            region.events.append(RegionCreated(region_id=id))
            work.regions.add(region)
            work.commit()
        return id
