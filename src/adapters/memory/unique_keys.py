"""The shop's unique keys, checked where no database does it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from core.domain.dispute import Dispute
from core.domain.order import Order
from core.domain.payment import Payment, Refund
from core.domain.payment_collection import CollectionSession, PaymentCollection
from core.domain.product import Product, Variant
from ports.unique_keys import UNIQUE_KEYS, UniqueKey

# Parts of aggregates that carry keys of their own: where they are found.
_PARTS: Mapping[type[Any], tuple[type[Any], Callable[[Any], Iterable[Any]]]] = {
    Payment: (Order, lambda order: order.payments),
    Refund: (Order, lambda order: order.refunds),
    Dispute: (Order, lambda order: order.disputes),
    CollectionSession: (PaymentCollection, lambda collection: collection.payment_sessions),
    Variant: (Product, lambda product: product.variants),
}


def check_unique(root: type[Any], rows: Iterable[Any]) -> None:
    """Raises the error of the first key that two of these aggregates share."""
    everything = list(rows)
    for key in UNIQUE_KEYS:
        home, parts = _PARTS.get(key.entity, (key.entity, lambda row: (row,)))
        if home is root:
            _check(key, [part for row in everything for part in parts(row)])


def _check(key: UniqueKey, holders: Iterable[Any]) -> None:
    taken: set[object] = set()
    for holder in holders:
        if key.when(holder):
            for value in _values(key, holder):
                if value in taken:
                    raise key.error(key.message)
                taken.add(value)


def _values(key: UniqueKey, holder: Any) -> Iterator[object]:
    values = tuple(getattr(holder, name) for name in key.fields)
    if key.each:
        yield from values[0]
    elif None not in values:
        yield values
