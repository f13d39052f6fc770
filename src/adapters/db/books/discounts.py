"""Discounts as the books hold them: what they count, beside the uses written down and the orders that stand."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select

from adapters.db.books.snapshot import pages
from adapters.db.tables import discount_uses, discounts, order_discounts, orders
from adapters.db.transaction import Transaction
from core.domain.order import OrderStatus
from ports.books import DiscountRecord

_USES = select(func.count()).select_from(discount_uses).where(discount_uses.c.discount_id == discounts.c.id)
_ORDERS = (
    select(func.count())
    .select_from(order_discounts)
    .join(orders, orders.c.id == order_discounts.c.order_id)
    .where(order_discounts.c.discount_id == discounts.c.id, orders.c.status != OrderStatus.CANCELED.value)
)
_DISCOUNTS = select(
    discounts.c.id,
    discounts.c.code,
    discounts.c.usage_count.label("counted"),
    _USES.scalar_subquery().label("uses"),
    _ORDERS.scalar_subquery().label("orders"),
)


def discount_records(work: Transaction) -> Iterator[DiscountRecord]:
    for rows in pages(work, _DISCOUNTS, discounts.c.id):
        for row in rows:
            yield DiscountRecord(**row)
