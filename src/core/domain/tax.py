"""Which tax applies. Rates are percent; several rates on one line add up."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxLine:
    """One rate on one line. code: as on invoices, unique within the line."""

    id: str
    rate: Decimal
    name: str
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxRate:
    rate: Decimal
    name: str
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxedItem:
    """amount: minor units after discount. rates: those linked to its product or product type."""

    id: str
    amount: int
    product_id: str | None = None
    rates: tuple[TaxRate, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxedShipping:
    id: str
    amount: int
    option_id: str | None = None
    rates: tuple[TaxRate, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxCalculation:
    """What a tax provider is asked. default: the region's own rate."""

    region_id: str
    country_code: str | None
    default: TaxRate
    items: tuple[TaxedItem, ...]
    shipping: tuple[TaxedShipping, ...]


TaxAnswer = Mapping[str, tuple[TaxRate, ...]]
"""Rates by id of the item or shipping method asked about."""


def region_rates(calculation: TaxCalculation) -> TaxAnswer:
    """Medusa's built-in rule: the linked rates all apply; without any, the region's default does."""
    asked: tuple[TaxedItem | TaxedShipping, ...] = (*calculation.items, *calculation.shipping)
    return {entry.id: entry.rates or (calculation.default,) for entry in asked}
