"""How much a discount takes off each line: pure arithmetic in whole minor units.

Every share is between 0 and its line's amount. A percentage rounds half up line by line; a fixed
amount off the total is shared by largest remainder, so that the shares add up to it exactly.
Rules: docs/discounts.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.domain.discount import Allocation, DiscountType
from core.domain.money import allocate, rounded_percent


@dataclass(frozen=True, slots=True)
class Reduced:
    """A line the discount applies to. amount: what it is worth without tax."""

    amount: int
    quantity: int


def share_out(type: DiscountType, value: int, allocation: Allocation | None, lines: Sequence[Reduced]) -> list[int]:
    """What comes off each of these lines, in their order. value: percent, or minor units."""
    amounts = [max(line.amount, 0) for line in lines]
    if type is DiscountType.FREE_SHIPPING or not lines:
        return [0] * len(lines)
    if type is DiscountType.PERCENTAGE:
        off = [rounded_percent(amount, Decimal(value)) for amount in amounts]
    elif allocation is Allocation.ITEM:
        off = [value * line.quantity for line in lines]
    else:
        whole = sum(amounts)
        off = allocate(min(value, whole), amounts) if whole else [0] * len(lines)
    return [min(share, amount) for share, amount in zip(off, amounts, strict=True)]
