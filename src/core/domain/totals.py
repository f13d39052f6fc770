"""Subtotal, discount, tax and total: pure functions in Medusa's vocabulary.

Amounts are int minor units, rates percent as Decimal. Tax is added on top, or lies in prices that include
it, and is rounded half up per line and tax line, after discount. Rules: docs/money.md.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from core.domain.money import half_up, percent_of, rounded, rounded_percent


@dataclass(frozen=True, slots=True, kw_only=True)
class LineTotals:
    subtotal: int = 0
    discount_total: int = 0
    tax_total: int = 0
    total: int = 0
    original_tax_total: int = 0
    original_total: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippingTotals:
    subtotal: int = 0
    tax_total: int = 0
    total: int = 0
    original_tax_total: int = 0
    original_total: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Of a cart or an order. total = subtotal - discount + shipping + tax - gift cards."""

    subtotal: int = 0
    discount_total: int = 0
    shipping_total: int = 0
    item_tax_total: int = 0
    shipping_tax_total: int = 0
    tax_total: int = 0
    gift_card_total: int = 0
    gift_card_tax_total: int = 0
    total: int = 0


def included_tax(price: int, rates: Sequence[Decimal]) -> int:
    """The tax that lies in one price which includes it: all rates together, rounded once."""
    above, below = sum(rates, start=Decimal(0)).as_integer_ratio()
    return rounded(price * above, 100 * below + above)


def line_totals(
    unit_price: int, quantity: int, discount: int, rates: Sequence[Decimal], *, includes_tax: bool = False
) -> LineTotals:
    """Totals of one line. ``discount`` is the sum of its adjustments, already whole minor units.

    includes_tax: of the unit price. Then the undiscounted line costs exactly unit price times quantity; its
    tax is worked out per unit and rate, and the subtotal is what is left without it.
    """
    net = (unit_price - included_tax(unit_price, rates) if includes_tax else unit_price) * quantity
    original_tax = sum(rounded_percent(net, rate) for rate in rates)
    subtotal = unit_price * quantity - original_tax if includes_tax else net
    # Units are rounded before they are counted, so the net price may lie a little beside the subtotal, by
    # which the discount is bounded.
    taxable = _less(net, discount) if discount != subtotal else 0
    tax = sum(rounded_percent(taxable, rate) for rate in rates)
    return LineTotals(
        subtotal=subtotal,
        discount_total=discount,
        tax_total=tax,
        total=subtotal - discount + tax,
        original_tax_total=original_tax,
        original_total=subtotal + original_tax,
    )


def shipping_totals(price: int, rates: Sequence[Decimal], *, includes_tax: bool = False) -> ShippingTotals:
    """Totals of one shipping method: its tax is summed over the rates before rounding.

    includes_tax: each rate's share is worked out as if it were the only one, as in Medusa; together they are
    never more than the price.
    """
    if includes_tax:
        shares = (Fraction(price) * Fraction(rate) / (100 + Fraction(rate)) for rate in rates)
        tax = min(half_up(sum(shares, start=Fraction(0))), price)
    else:
        tax = half_up(sum((percent_of(price, rate) for rate in rates), start=Fraction(0)))
    subtotal = price - tax if includes_tax else price
    return ShippingTotals(
        subtotal=subtotal,
        tax_total=tax,
        total=subtotal + tax,
        original_tax_total=tax,
        original_total=subtotal + tax,
    )


def add_up(
    lines: Iterable[LineTotals],
    methods: Iterable[ShippingTotals],
    *,
    gift_card_total: int = 0,
    gift_card_tax_total: int = 0,
) -> Totals:
    """Totals of the whole."""
    lines, methods = list(lines), list(methods)
    subtotal = sum(line.subtotal for line in lines)
    discount = sum(line.discount_total for line in lines)
    shipping = sum(method.subtotal for method in methods)
    item_tax = sum(line.tax_total for line in lines)
    shipping_tax = sum(method.tax_total for method in methods)
    tax = item_tax + shipping_tax
    return Totals(
        subtotal=subtotal,
        discount_total=discount,
        shipping_total=shipping,
        item_tax_total=item_tax,
        shipping_tax_total=shipping_tax,
        tax_total=tax,
        gift_card_total=gift_card_total,
        gift_card_tax_total=gift_card_tax_total,
        total=subtotal - discount + shipping + tax - gift_card_total - gift_card_tax_total,
    )


def refundable(
    unit_price: int,
    quantity: int,
    returned: int,
    discount: int,
    rates: Sequence[Decimal],
    *,
    includes_tax: bool = False,
) -> int:
    """What giving back the units of a line that have not been returned yet is worth, tax included.

    Medusa's rule: the discount is taken per unit, rounded, and tax is rounded per rate.
    """
    left = quantity - returned
    unit_net = unit_price - included_tax(unit_price, rates) if includes_tax else unit_price
    net = _less(unit_net, rounded(discount, quantity)) * left
    return net + sum(rounded_percent(net, rate) for rate in rates)


def _less(worth: int, off: int) -> int:
    """What is left; taking more off than there is leaves nothing. Returned goods have both below zero."""
    return max(worth - off, 0) if worth >= 0 else min(worth - off, 0)
