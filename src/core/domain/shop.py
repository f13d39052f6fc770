"""The shop's own settings: the store, its sales channels, shipping profiles and options."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from core.domain.errors import Duplicate, FieldProblem, Invalid, NotAllowed, NotFound
from core.domain.events import Event
from core.domain.values import Metadata


class SalesChannelNotFound(NotFound):
    pass


class ShippingOptionNotFound(NotFound):
    pass


class ShippingProfileNotFound(NotFound):
    pass


class CurrencyAdded(Duplicate):
    """The shop sells in this currency already."""

    code = "CURRENCY_ADDED"


class DefaultCurrencyKept(NotAllowed):
    """A shop always sells in its default currency."""

    code = "DEFAULT_CURRENCY"


class ProfileInUse(NotAllowed):
    """New products fall back on this profile."""

    code = "DEFAULT_PROFILE"


class ShippingRequirementsNotMet(NotAllowed):
    pass


@dataclass(slots=True, kw_only=True)
class Store:
    """One row. currency_codes: what regions may be priced in. The templates are for links in mails of v1's
    clients; this shop only keeps them."""

    id: str
    name: str
    default_currency_code: str
    default_sales_channel_id: str
    currency_codes: tuple[str, ...] = ()
    swap_link_template: str | None = None
    payment_link_template: str | None = None
    invite_link_template: str | None = None
    metadata: Metadata | None = None
    version: int = 0
    events: list[Event] = field(default_factory=list, compare=False, repr=False)

    def add_currency(self, code: str) -> None:
        """Raises CurrencyAdded."""
        if code in self.currency_codes:
            raise CurrencyAdded("Currency already added")
        self.currency_codes = (*self.currency_codes, code)

    def remove_currency(self, code: str) -> None:
        """One that is not there is gone already. Raises DefaultCurrencyKept."""
        self.set_currencies(tuple(known for known in self.currency_codes if known != code))

    def set_currencies(self, codes: tuple[str, ...], default: str | None = None) -> None:
        """What the shop sells in, and by default in. Raises DefaultCurrencyKept, Invalid."""
        if default is not None and default not in codes:
            raise Invalid(f"Store does not have currency: {default}")
        if default is None and self.default_currency_code not in codes:
            raise DefaultCurrencyKept(
                "You are not allowed to remove default currency from store currencies without replacing it as well"
            )
        self.currency_codes = tuple(dict.fromkeys(codes))
        self.default_currency_code = default or self.default_currency_code


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

    def check(self) -> None:
        """Raises Invalid without a name."""
        if not self.name.strip():
            raise Invalid("name should not be empty", fields=[FieldProblem("name", "should not be empty")])


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

    def check_terms(self) -> None:
        """Raises Invalid when the option contradicts itself."""
        if not self.name.strip():
            raise Invalid("name should not be empty", fields=[FieldProblem("name", "should not be empty")])
        if self.price_type is PriceType.FLAT_RATE and (self.amount is None or self.amount < 0):
            raise Invalid("Shipping options of type `flat_rate` must have an `amount`")
        bounds = {rule.type: rule.amount for rule in self.requirements}
        if len(bounds) < len(self.requirements):
            raise Invalid("Only one requirement of each type is allowed")
        least, most = bounds.get(RequirementType.MIN_SUBTOTAL), bounds.get(RequirementType.MAX_SUBTOTAL)
        if least is not None and most is not None and most <= least:
            raise Invalid("Max. subtotal must be greater than Min. subtotal")

    def check(self, subtotal: int) -> None:
        """Raises ShippingRequirementsNotMet unless a cart of this subtotal may use the option."""
        for rule in self.requirements:
            met = subtotal >= rule.amount if rule.type is RequirementType.MIN_SUBTOTAL else subtotal <= rule.amount
            if not met:
                raise ShippingRequirementsNotMet("The Cart does not satisfy the shipping option's requirements")
