"""Change where and how the shop sells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.domain.actor import Actor
from core.domain.events import RegionUpdated
from core.domain.region import CurrencyFixed, Region
from core.domain.values import Metadata, merge_metadata
from core.use_cases.region.parts import RegionParts
from core.use_cases.replay import replayed
from ports.unit_of_work import Begin, UnitOfWork

PLAIN = frozenset({"name", "tax_rate", "tax_code", "gift_cards_taxable", "automatic_taxes", "includes_tax"})
_NULLABLE = frozenset({"tax_code"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionChanges:
    """plain: by names of ``PLAIN``. Lists that are given replace; None leaves a thing as it is.

    tax_provider_id: counts if ``sets_tax_provider``; None is the shop's own.
    """

    plain: Mapping[str, object] = field(default_factory=dict)
    currency_code: str | None = None
    sets_tax_provider: bool = False
    tax_provider_id: str | None = None
    countries: Sequence[str] | None = None
    payment_providers: Sequence[str] | None = None
    fulfillment_providers: Sequence[str] | None = None
    metadata: Metadata | None = None


class UpdateRegion:
    """Open carts follow when they are looked at, into another currency too. Raises RegionNotFound, Invalid,
    CountryTaken, and CurrencyFixed while gift cards of the region hold money.

    Source: https://docs.medusajs.com/v1/api/admin#regions_postregionsregion."""

    def __init__(self, begin: Begin, parts: RegionParts) -> None:
        self._begin = begin
        self._parts = parts

    @replayed
    def __call__(self, actor: Actor, id: str, changes: RegionChanges) -> None:
        with self._begin(actor, "region.update") as work:
            region = work.regions.get(id)
            for name in PLAIN & changes.plain.keys():
                if changes.plain[name] is not None or name in _NULLABLE:
                    setattr(region, name, changes.plain[name])
            self._put_parts(work, region, changes)
            region.metadata = merge_metadata(region.metadata, changes.metadata)
            region.check()
            region.events.append(RegionUpdated(region_id=id))
            work.commit()

    def _put_parts(self, work: UnitOfWork, region: Region, changes: RegionChanges) -> None:
        if changes.currency_code is not None:
            wanted = self._parts.currency(work, changes.currency_code)
            if wanted != region.currency_code:
                _check_unused(work, region)
            region.currency_code = wanted
        if changes.sets_tax_provider:
            region.tax_provider_id = self._parts.tax_provider(changes.tax_provider_id)
        if changes.countries is not None:
            region.country_codes = self._parts.countries(work, changes.countries, region.id)
        if changes.payment_providers is not None:
            region.payment_provider_ids = self._parts.payment_providers(changes.payment_providers)
        if changes.fulfillment_providers is not None:
            region.fulfillment_provider_ids = self._parts.fulfillment_providers(changes.fulfillment_providers)


def _check_unused(work: UnitOfWork, region: Region) -> None:
    if work.gift_cards.any_held_in(region.id):
        raise CurrencyFixed(
            "gift cards of this region hold money of its currency; make another region and move its countries there"
        )


class AddToRegion:
    """One more country or provider; one that is there already is fine. part: ``country_codes``,
    ``payment_provider_ids`` or ``fulfillment_provider_ids``. Raises RegionNotFound, Invalid, CountryTaken,
    NotFound for a provider that is not installed."""

    def __init__(self, begin: Begin, parts: RegionParts) -> None:
        self._begin = begin
        self._parts = parts

    @replayed
    def __call__(self, actor: Actor, id: str, part: str, value: str) -> None:
        with self._begin(actor, "region.update") as work:
            region = work.regions.get(id)
            before = getattr(region, part)
            self._parts.add(work, region, part, value)
            if getattr(region, part) != before:
                region.events.append(RegionUpdated(region_id=id))
                work.commit()


class TakeFromRegion:
    """One country or provider less; one that is not there is fine. Raises RegionNotFound."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    @replayed
    def __call__(self, actor: Actor, id: str, part: str, value: str) -> None:
        with self._begin(actor, "region.update") as work:
            region = work.regions.get(id)
            before = getattr(region, part)
            setattr(region, part, tuple(known for known in before if known != value))
            if getattr(region, part) != before:
                region.events.append(RegionUpdated(region_id=id))
                work.commit()
