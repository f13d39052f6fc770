"""Lines and shipping methods, as carts and orders hold them."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.domain.tax import TaxLine
from core.domain.totals import LineTotals, ShippingTotals, line_totals, shipping_totals
from core.domain.values import Metadata


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """A discount's share of one line. amount: minor units, positive but for returned goods in swap carts.
    discount_id None: manual."""

    id: str
    description: str
    amount: int
    discount_id: str | None = None
    metadata: Metadata | None = None


@dataclass(slots=True, kw_only=True)
class Line:
    """What a cart line and an order line have in common.

    unit_price: minor units, with tax in it if ``includes_tax`` says so. requires_shipping: copied from
    the variant when added; False and no gift card makes the line digital. The totals are stored with the
    line (``recompute``) so that reads do no money arithmetic.
    """

    id: str
    title: str
    description: str | None = None
    thumbnail: str | None = None
    variant_id: str | None = None
    product_id: str | None = None
    profile_id: str | None = None
    is_giftcard: bool = False
    is_return: bool = False
    should_merge: bool = True
    allow_discounts: bool = True
    has_shipping: bool = False
    requires_shipping: bool = True
    unit_price: int
    includes_tax: bool = False
    quantity: int
    metadata: Metadata | None = None
    tax_lines: tuple[TaxLine, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    subtotal: int = 0
    discount_total: int = 0
    tax_total: int = 0
    total: int = 0
    original_tax_total: int = 0
    original_total: int = 0

    @property
    def is_digital(self) -> bool:
        return not self.requires_shipping and not self.is_giftcard

    @property
    def discount(self) -> int:
        taken, worth = sum(adjustment.amount for adjustment in self.adjustments), self.net
        # Lines of swap carts that stand for returned goods have both below zero.
        return max(0, min(taken, worth)) if worth >= 0 else max(taken, worth)

    @property
    def net(self) -> int:
        """What it is worth without tax, before discount."""
        rates = [line.rate for line in self.tax_lines] if self.includes_tax else []
        return line_totals(self.unit_price, self.quantity, 0, rates, includes_tax=self.includes_tax).subtotal

    def totals(self, *, taxed: bool = True) -> LineTotals:
        rates = [line.rate for line in self.tax_lines] if taxed else []
        return line_totals(self.unit_price, self.quantity, self.discount, rates, includes_tax=self.includes_tax)

    def recompute(self, *, taxed: bool = True) -> LineTotals:
        """Store what ``totals`` says."""
        totals = self.totals(taxed=taxed)
        self.subtotal = totals.subtotal
        self.discount_total = totals.discount_total
        self.tax_total = totals.tax_total
        self.total = totals.total
        self.original_tax_total = totals.original_tax_total
        self.original_total = totals.original_total
        return totals


@dataclass(slots=True, kw_only=True)
class ShippingMethod:
    """A chosen shipping option with its price at that moment, minor units; ``includes_tax``: tax in it.

    waived: what a free-shipping discount took off the price.
    """

    id: str
    shipping_option_id: str
    name: str
    profile_id: str
    price: int
    includes_tax: bool = False
    waived: int = 0
    data: Metadata = field(default_factory=dict)
    tax_lines: tuple[TaxLine, ...] = ()
    subtotal: int = 0
    tax_total: int = 0
    total: int = 0
    original_tax_total: int = 0
    original_total: int = 0

    def ship_free(self, free: bool) -> None:
        """Waive the price, or charge it again."""
        whole = self.price + self.waived
        self.price, self.waived = (0, whole) if free else (whole, 0)

    def totals(self, *, taxed: bool = True) -> ShippingTotals:
        rates = [line.rate for line in self.tax_lines] if taxed else []
        return shipping_totals(self.price, rates, includes_tax=self.includes_tax)

    def recompute(self, *, taxed: bool = True) -> ShippingTotals:
        totals = self.totals(taxed=taxed)
        self.subtotal = totals.subtotal
        self.tax_total = totals.tax_total
        self.total = totals.total
        self.original_tax_total = totals.original_tax_total
        self.original_total = totals.original_total
        return totals
