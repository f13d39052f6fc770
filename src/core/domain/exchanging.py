"""What an exchange credits for what comes back, and what its cart holds.

The cart counts the returned units below zero at what they cost when they were bought, so that the
difference is its total. Rules: docs/returns.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, replace
from typing import Any

from core.domain.cart import LineItem
from core.domain.lines import Adjustment, Line, ShippingMethod
from core.domain.order import Order, OrderLine
from core.domain.payment import RefundReason
from core.domain.purchase import Purchase
from core.domain.returns import Return, ReturnItem, ReturnStatus
from core.domain.swap import NotSwappable, Swap, SwapClosed, check_swappable
from core.domain.values import Metadata

NewId = Callable[[str], str]
LINE_FIELDS = tuple(field.name for field in fields(Line))


def credited_line(line: OrderLine, quantity: int, new_id: NewId) -> LineItem:
    """These units of a line that was bought, below zero: price, tax rates and their share of the discounts.

    A share of a discount is rounded up, so that all units together never credit more than was paid.
    """
    kept: dict[str, Any] = {name: getattr(line, name) for name in LINE_FIELDS}
    item = LineItem(**{**kept, "id": new_id("item")})
    item.is_return, item.requires_shipping, item.has_shipping = True, False, False
    item.unit_price, item.quantity = -line.unit_price, quantity
    item.tax_lines = tuple(replace(tax, id=new_id("litl")) for tax in line.tax_lines)
    item.adjustments = tuple(
        replace(taken, id=new_id("lia"), amount=-_share(taken, quantity, line.quantity)) for taken in line.adjustments
    )
    return item


def way_back_line(method: ShippingMethod, new_id: NewId) -> LineItem:
    """What bringing it back costs, as a line."""
    return LineItem(
        id=new_id("item"),
        title="Return shipping",
        is_return=True,
        allow_discounts=False,
        has_shipping=True,
        requires_shipping=False,
        unit_price=method.price,
        includes_tax=method.includes_tax,
        quantity=1,
        tax_lines=tuple(replace(tax, id=new_id("litl")) for tax in method.tax_lines),
    )


def additional_lines(items: Iterable[LineItem]) -> list[OrderLine]:
    """What goes out in exchange, as the swap keeps it; lines keep their ids."""
    lines = [OrderLine(**{name: getattr(item, name) for name in LINE_FIELDS}) for item in items if not item.is_return]
    for line in lines:
        line.recompute()
    return lines


def check_credit(bought: Purchase, swap: Swap, returned: Sequence[Return]) -> None:
    """Raises NotSwappable when the shop would credit what it has given back already, or what was not paid.

    returned: what comes back in exchanges of the order, this one's included.
    """
    order = bought.order
    for each in returned:
        if each.swap_id == swap.id:
            for item in each.items:
                line = bought.line(item.item_id)
                if not bought.paid(line):
                    raise NotSwappable(f"The swap that sent {line.title} is not paid for yet")
                if item.quantity > line.quantity - order.refunded_quantity(line.id, promised=True):
                    raise NotSwappable(f"{line.title} was refunded already")
    totals = order.totals
    worth = totals.total + totals.gift_card_total + totals.gift_card_tax_total
    worth += sum(_sent(other) for other in bought.standing)
    refunded = sum(
        refund.amount for refund in order.refunds if refund.counts and refund.reason is not RefundReason.SWAP
    )
    credited = sum(
        _credit(bought, item) for each in returned if each.status is not ReturnStatus.CANCELED for item in each.items
    )
    if credited > worth - refunded:
        raise NotSwappable("The order was refunded already as far as it is worth")


def check_completable(bought: Purchase, swap: Swap, returned: Sequence[Return]) -> None:
    """Raises SwapClosed, OrderCanceledAlready, NotSwappable."""
    if swap.canceled_at is not None:
        raise SwapClosed("Canceled swap cannot be completed")
    own = next((each for each in returned if each.swap_id == swap.id), None)
    if own is None or own.status is ReturnStatus.CANCELED:
        raise SwapClosed("The return of the swap was canceled")
    check_swappable(bought.order)
    check_credit(bought, swap, returned)


def _sent(swap: Swap) -> int:
    """What a swap brought the buyer, shipping included."""
    return sum(line.total for line in swap.additional_items) + sum(way.total for way in swap.shipping_methods)


def _credit(bought: Purchase, item: ReturnItem) -> int:
    line = bought.line(item.item_id)
    return line.total * (item.requested_quantity or item.quantity) // line.quantity


def _share(taken: Adjustment, quantity: int, of: int) -> int:
    return -(-taken.amount * quantity // of)


def reference_of(swap: Swap, order: Order) -> Metadata:
    """What the swap's cart remembers in its metadata, as in Medusa."""
    return {"swap_id": swap.id, "parent_order_id": order.id}
