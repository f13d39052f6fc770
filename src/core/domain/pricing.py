"""Which price a buyer pays. The one price function for catalogue reads, carts and completion.

The rule is Medusa v1's price selection strategy
(https://docs.medusajs.com/v1/modules/price-lists/price-selection-strategy).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


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


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyAmount:
    """A price of a variant. amount: minor units of ``currency_code``.

    region_id narrows it to one region; quantities bound it on both sides, None is open.
    """

    id: str
    currency_code: str
    amount: int
    region_id: str | None = None
    min_quantity: int | None = None
    max_quantity: int | None = None
    price_list: PriceListTerms | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceContext:
    """Who asks, where and when. quantity None: a catalogue page, no line yet."""

    currency_code: str | None
    region_id: str | None = None
    quantity: int | None = None
    group_ids: frozenset[str] = field(default_factory=frozenset)
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """original: the plain price; calculated: what is paid; both minor units or None.

    calculated_type: "default", or the type of the price list that gave the price.
    """

    original: int | None = None
    calculated: int | None = None
    calculated_type: str | None = None


def select_price(prices: Iterable[MoneyAmount], context: PriceContext) -> Price:
    """The lowest of all prices that apply; the original is the unlisted one, region before currency."""
    candidates = [price for price in prices if _applies(price, context)]
    plain = [p for p in candidates if p.price_list is None and p.min_quantity is None and p.max_quantity is None]
    in_region = [p for p in plain if p.region_id is not None]
    original = min((p.amount for p in in_region or plain), default=None)
    lowest = min(candidates, key=lambda p: (p.amount, p.price_list is not None), default=None)
    if lowest is None:
        return Price(original=original)
    kind = "default" if lowest.price_list is None else lowest.price_list.type.value
    return Price(original=original, calculated=lowest.amount, calculated_type=kind)


def _applies(price: MoneyAmount, context: PriceContext) -> bool:
    if price.region_id is not None:
        here = context.region_id is not None and price.region_id == context.region_id
    else:
        here = context.currency_code is not None and price.currency_code == context.currency_code
    listed = price.price_list is None or price.price_list.holds(context.now, context.group_ids)
    return here and listed and _quantity_fits(price, context.quantity)


def _quantity_fits(price: MoneyAmount, quantity: int | None) -> bool:
    if quantity is None:
        return price.min_quantity is None
    above = price.min_quantity is None or price.min_quantity <= quantity
    below = price.max_quantity is None or quantity <= price.max_quantity
    return above and below
