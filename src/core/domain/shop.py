"""The shop's own settings: the store, its sales channels, shipping profiles and options."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from core.domain.errors import FieldProblem, Invalid, NotAllowed, NotFound
from core.domain.events import Event
from core.domain.values import Metadata


class SalesChannelNotFound(NotFound):
    pass


class ShippingOptionNotFound(NotFound):
    pass


class ShippingRequirementsNotMet(NotAllowed):
    pass


@dataclass(slots=True, kw_only=True)
class Store:
    """One row. currency_codes: what regions may be priced in."""

    id: str
    name: str
    default_currency_code: str
    default_sales_channel_id: str
    currency_codes: tuple[str, ...] = ()
    metadata: Metadata | None = None
    version: int = 0
    events: list[Event] = field(default_factory=list, compare=False, repr=False)


@dataclass(slots=True, kw_only=True)
class SalesChannel:
    """is_disabled: nothing is sold in it at present."""

    id: str
    name: str
    description: str | None = None
    is_disabled: bool = False
    metadata: Metadata | None = None
    deleted_at: datetime | None = None
    version: int = 0
    events: list[Event] = field(default_factory=list, compare=False, repr=False)

    def check(self) -> None:
        """Raises Invalid without a name."""
        if not self.name.strip():
            raise Invalid("name should not be empty", fields=[FieldProblem("name", "should not be empty")])


class ProfileType(StrEnum):
    DEFAULT = "default"
    GIFT_CARD = "gift_card"
    CUSTOM = "custom"


@dataclass(slots=True, kw_only=True)
class ShippingProfile:
    id: str
    name: str
    type: ProfileType
    metadata: Metadata | None = None
    deleted_at: datetime | None = None
    version: int = 0
    events: list[Event] = field(default_factory=list, compare=False, repr=False)


class RequirementType(StrEnum):
    MIN_SUBTOTAL = "min_subtotal"
    MAX_SUBTOTAL = "max_subtotal"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippingRequirement:
    """amount: minor units of the region's currency; bounds are inclusive."""

    id: str
    type: RequirementType
    amount: int


class PriceType(StrEnum):
    FLAT_RATE = "flat_rate"
    CALCULATED = "calculated"


@dataclass(slots=True, kw_only=True)
class ShippingOption:
    """A way to ship in one region, for the goods of one profile. amount: minor units, flat rate,
    with tax in it if ``includes_tax`` says so."""

    id: str
    name: str
    region_id: str
    profile_id: str
    provider_id: str
    price_type: PriceType = PriceType.FLAT_RATE
    amount: int | None = 0
    is_return: bool = False
    admin_only: bool = False
    includes_tax: bool = False
    requirements: tuple[ShippingRequirement, ...] = ()
    data: Metadata = field(default_factory=dict)
    metadata: Metadata | None = None
    deleted_at: datetime | None = None
    version: int = 0
    events: list[Event] = field(default_factory=list, compare=False, repr=False)

    def check(self, subtotal: int) -> None:
        """Raises ShippingRequirementsNotMet unless a cart of this subtotal may use the option."""
        for rule in self.requirements:
            met = subtotal >= rule.amount if rule.type is RequirementType.MIN_SUBTOTAL else subtotal <= rule.amount
            if not met:
                raise ShippingRequirementsNotMet("The Cart does not satisfy the shipping option's requirements")
