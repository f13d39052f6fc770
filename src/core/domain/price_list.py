"""Lists of prices for a time and for some customers, beside the variants' own prices."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from core.domain.errors import FieldProblem, Invalid, NotFound
from core.domain.events import Event
from core.domain.pricing import MoneyAmount, PriceListTerms, PriceListType

PRICES_MAX = 50_000


class PriceListNotFound(NotFound):
    pass


class ListedPriceNotFound(NotFound):
    """The list has no such price; another one may."""


class PriceListStatus(StrEnum):
    ACTIVE = "active"
    DRAFT = "draft"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPrice:
    """A variant's price in a list; fields as of ``MoneyAmount``."""

    id: str
    variant_id: str
    currency_code: str
    amount: int
    region_id: str | None = None
    min_quantity: int | None = None
    max_quantity: int | None = None

    @property
    def scope(self) -> tuple[str, str, str | None, int | None, int | None]:
        """What it is the price of; a list holds one price per scope."""
        return self.variant_id, self.currency_code, self.region_id, self.min_quantity, self.max_quantity


@dataclass(slots=True, kw_only=True)
class PriceList:
    """Aggregate root over its prices. group_ids: customer groups it is for, none is everybody.

    includes_tax: its prices contain the tax of wherever they are paid.
    """

    id: str
    name: str
    description: str
    type: PriceListType = PriceListType.SALE
    status: PriceListStatus = PriceListStatus.DRAFT
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    includes_tax: bool = False
    group_ids: tuple[str, ...] = ()
    prices: tuple[ListedPrice, ...] = ()
    deleted_at: datetime | None = None
    version: int = 0
    events: list[Event] = field(default_factory=list, compare=False, repr=False)

    def __post_init__(self) -> None:
        self.check()

    def check(self) -> None:
        """Raises Invalid when the list contradicts itself. Called on load and before each save."""
        if not self.name.strip():
            raise Invalid("a price list needs a name", fields=[FieldProblem("name", "must not be empty")])
        if self.starts_at is not None and self.ends_at is not None and self.ends_at <= self.starts_at:
            raise Invalid("ends_at must lie behind starts_at", fields=[FieldProblem("ends_at", "too early")])
        if len(self.prices) > PRICES_MAX:
            raise Invalid(f"a price list holds at most {PRICES_MAX} prices")

    @property
    def terms(self) -> PriceListTerms:
        return PriceListTerms(
            id=self.id,
            type=self.type,
            active=self.status is PriceListStatus.ACTIVE,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            group_ids=frozenset(self.group_ids),
        )

    def put(self, prices: Iterable[ListedPrice]) -> None:
        """Add prices. One with the id or for the same thing as a present one takes its place; of two for
        the same thing the later one counts."""
        merged = {price.id: price for price in self.prices}
        by_scope = {price.scope: price.id for price in self.prices}
        for price in prices:
            earlier = by_scope.get(price.scope)
            if earlier is not None and earlier != price.id:
                merged.pop(earlier, None)
            if price.id in merged:
                by_scope.pop(merged[price.id].scope, None)
            merged[price.id] = price
            by_scope[price.scope] = price.id
        self.prices = tuple(merged.values())
        self.check()

    def drop(self, wanted: Callable[[ListedPrice], bool]) -> list[str]:
        """Take out the prices for which this holds; their ids."""
        dropped = [price.id for price in self.prices if wanted(price)]
        self._keep(dropped)
        return dropped

    def delete(self, now: datetime) -> None:
        """Its prices are gone at once; lines sold at them keep what they copied."""
        self.prices = ()
        self.group_ids = ()
        self.deleted_at = now

    def amounts(self, variant_id: str) -> list[MoneyAmount]:
        """Its prices of a variant, the way ``select_price`` looks at them."""
        return [
            MoneyAmount(
                id=price.id,
                currency_code=price.currency_code,
                amount=price.amount,
                region_id=price.region_id,
                min_quantity=price.min_quantity,
                max_quantity=price.max_quantity,
                price_list=self.terms,
                tax_included=self.includes_tax,
            )
            for price in self.prices
            if price.variant_id == variant_id
        ]

    def _keep(self, dropped: Collection[str]) -> None:
        gone = set(dropped)
        self.prices = tuple(price for price in self.prices if price.id not in gone)
