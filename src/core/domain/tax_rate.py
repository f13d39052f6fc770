"""Tax rates of some goods or shipping options in a region, instead of the region's own rate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from core.domain.errors import FieldProblem, Invalid, NotFound
from core.domain.events import Event
from core.domain.tax import TaxRate
from core.domain.values import Metadata


class TaxRateNotFound(NotFound):
    pass


@dataclass(slots=True, kw_only=True)
class LinkedTaxRate:
    """Aggregate root. rate: percent. It taxes the products, the products of the types and the shipping
    options it is linked to, in its region."""

    id: str
    region_id: str
    name: str
    code: str | None = None
    rate: Decimal = Decimal(0)
    product_ids: tuple[str, ...] = ()
    product_type_ids: tuple[str, ...] = ()
    shipping_option_ids: tuple[str, ...] = ()
    metadata: Metadata | None = None
    deleted_at: datetime | None = None
    version: int = 0
    events: list[Event] = field(default_factory=list, compare=False, repr=False)

    def __post_init__(self) -> None:
        self.check()

    def check(self) -> None:
        """Raises Invalid for a rate that is no percentage. Called on load and before each save."""
        if not 0 <= self.rate <= 100:
            problem = "a tax rate is a percentage between 0 and 100"
            raise Invalid(problem, fields=[FieldProblem("rate", problem)])

    @property
    def applied(self) -> TaxRate:
        return TaxRate(rate=self.rate, name=self.name, code=self.code)

    def delete(self, now: datetime) -> None:
        """Goods are taxed at other rates from now on; lines sold at it keep what they copied."""
        self.product_ids = self.product_type_ids = self.shipping_option_ids = ()
        self.deleted_at = now


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedRates:
    """Which rates hold for which products and shipping options of one region, oldest rate first. What is
    missing is taxed at the region's own rate."""

    products: Mapping[str, tuple[TaxRate, ...]] = field(default_factory=dict)
    shipping: Mapping[str, tuple[TaxRate, ...]] = field(default_factory=dict)

    def of_product(self, id: str | None) -> tuple[TaxRate, ...]:
        return self.products.get(id or "", ())

    def of_shipping(self, option_id: str) -> tuple[TaxRate, ...]:
        return self.shipping.get(option_id, ())
