"""Where the shop sells, in which currency, with which providers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import NewType

from core.domain.errors import Duplicate, FieldProblem, Invalid, NotAllowed, NotFound
from core.domain.events import Event, RegionDeleted
from core.domain.values import Metadata

RegionId = NewType("RegionId", str)


class RegionNotFound(NotFound):
    pass


class CountryTaken(Duplicate):
    """A country belongs to one region at most."""

    code = "COUNTRY_TAKEN"


class CurrencyFixed(NotAllowed):
    """Gift cards are money of their region's currency."""

    code = "REGION_CURRENCY_FIXED"


@dataclass(slots=True, kw_only=True)
class Region:
    """tax_rate: percent, the default for everything without a rate of its own.

    tax_provider_id: None is the built-in ``system`` provider. includes_tax: prices made for this region
    contain its tax. country_codes: lower-case alpha-2;
    a country belongs to one region at most.
    """

    id: RegionId
    name: str
    currency_code: str
    tax_rate: Decimal = Decimal(0)
    tax_code: str | None = None
    gift_cards_taxable: bool = True
    automatic_taxes: bool = True
    tax_provider_id: str | None = None
    includes_tax: bool = False
    country_codes: tuple[str, ...] = ()
    payment_provider_ids: tuple[str, ...] = ("manual",)
    fulfillment_provider_ids: tuple[str, ...] = ("manual",)
    metadata: Metadata | None = None
    deleted_at: datetime | None = None
    version: int = 0
    events: list[Event] = field(default_factory=list, compare=False, repr=False)

    def __post_init__(self) -> None:
        self.check()

    def check(self) -> None:
        """Raises Invalid. Called on load and before each save by staff."""
        if not self.name.strip():
            raise Invalid("name should not be empty", fields=[FieldProblem("name", "should not be empty")])
        if not 0 <= self.tax_rate <= 100:
            raise Invalid("a tax rate is a percentage between 0 and 100")

    def delete(self, now: datetime) -> None:
        """Its countries are free for others; orders and carts keep showing it."""
        self.deleted_at = now
        self.country_codes = ()
        self.events.append(RegionDeleted(region_id=self.id))
