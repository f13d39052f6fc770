"""Which price a buyer pays. The one price function for catalogue reads, carts and completion.

The rule is Medusa v1's price selection strategy
(https://docs.medusajs.com/v1/modules/price-lists/price-selection-strategy).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from core.domain.money import rounded_percent


class PriceListType(StrEnum):
    SALE = "sale"
    OVERRIDE = "override"


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceListTerms:
    """When and for whom the prices of a list hold. No groups: everybody."""

    id: str
    type: PriceListType
    active: bool
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    group_ids: frozenset[str] = frozenset()

    def holds(self, now: datetime, groups: frozenset[str]) -> bool:
        started = self.starts_at is None or self.starts_at < now
        running = self.ends_at is None or now < self.ends_at
        return self.active and started and running and (not self.group_ids or bool(self.group_ids & groups))

    def next_change(self, now: datetime) -> datetime | None:
        """When it next starts or ends. In the moment it starts it does not hold yet, so that it is to come still."""
        if not self.active:
            return None
        starting = self.starts_at is not None and self.starts_at >= now
        ending = self.ends_at is not None and self.ends_at > now
        return self.starts_at if starting else self.ends_at if ending else None


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyAmount:
    """A price of a variant. amount: minor units of ``currency_code``.

    region_id narrows it to one region; quantities bound it on both sides, None is open.
    tax_included: the tax of wherever it is paid is in it; follows from its list, region and currency.
    """

    id: str
    currency_code: str
    amount: int
    region_id: str | None = None
    min_quantity: int | None = None
    max_quantity: int | None = None
    price_list: PriceListTerms | None = None
    tax_included: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceContext:
    """Who asks, where and when. quantity None: a catalogue page, no line yet.

    tax_rate: percent, all rates together; without it prices with and without tax compare as they are.
    """

    currency_code: str | None
    region_id: str | None = None
    quantity: int | None = None
    group_ids: frozenset[str] = field(default_factory=frozenset)
    now: datetime
    tax_rate: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """original: the plain price; calculated: what is paid; both minor units or None.

    calculated_type: "default", or the type of the price list that gave the price. Each of the two may
    include tax.
    """

    original: int | None = None
    calculated: int | None = None
    calculated_type: str | None = None
    original_includes_tax: bool = False
    calculated_includes_tax: bool = False


def select_price(prices: Iterable[MoneyAmount], context: PriceContext) -> Price:
    """The lowest of all prices that apply; the original is the unlisted one, region before currency.

    Prices with and without tax are compared by what is paid in the end; of equal ones an unlisted one wins.
    """
    candidates = [price for price in prices if _applies(price, context)]
    plain = [p for p in candidates if p.price_list is None and p.min_quantity is None and p.max_quantity is None]
    in_region = [p for p in plain if p.region_id is not None]
    original = min(in_region or plain, key=lambda p: _paid(p, context), default=None)
    lowest = min(candidates, key=lambda p: (_paid(p, context), p.price_list is not None), default=None)
    return Price(
        original=None if original is None else original.amount,
        original_includes_tax=original is not None and original.tax_included,
        calculated=None if lowest is None else lowest.amount,
        calculated_includes_tax=lowest is not None and lowest.tax_included,
        calculated_type=None if lowest is None else _type(lowest),
    )


def _type(price: MoneyAmount) -> str:
    return "default" if price.price_list is None else price.price_list.type.value


def _paid(price: MoneyAmount, context: PriceContext) -> int:
    if price.tax_included or context.tax_rate is None:
        return price.amount
    return price.amount + rounded_percent(price.amount, context.tax_rate)


def _applies(price: MoneyAmount, context: PriceContext) -> bool:
    # A region's price made before the region's currency was changed is none in the new one.
    known = context.currency_code is not None and price.currency_code == context.currency_code
    here = known and (price.region_id is None or price.region_id == context.region_id)
    listed = price.price_list is None or price.price_list.holds(context.now, context.group_ids)
    return here and listed and _quantity_fits(price, context.quantity)


def _quantity_fits(price: MoneyAmount, quantity: int | None) -> bool:
    if quantity is None:
        return price.min_quantity is None
    above = price.min_quantity is None or price.min_quantity <= quantity
    below = price.max_quantity is None or quantity <= price.max_quantity
    return above and below
