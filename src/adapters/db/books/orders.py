"""Orders as the books hold them: the aggregate, its copied columns, what it gives access to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import Table, bindparam, select

from adapters.db.books.snapshot import pages
from adapters.db.collections.downloads import ENTITLEMENT
from adapters.db.collections.orders import ORDER
from adapters.db.collections.returns import SWAP
from adapters.db.mapping import Row
from adapters.db.tables import downloads, orders, product_files, swaps
from adapters.db.transaction import Transaction
from core.domain.download import Entitlement
from core.domain.errors import DomainError
from core.domain.order import Order, OrderLine
from core.domain.product_file import FileState
from core.domain.purchase import Purchase
from core.domain.swap import Swap
from ports.books import CopiedColumns, FileOnSale, OrderRecord

_COPIED = tuple(field.name for field in fields(CopiedColumns))
_UNREADABLE = (DomainError, ValueError, TypeError, LookupError)


def _of(table: Table, column: str) -> Any:
    return select(table).where(table.c[column].in_(bindparam("ids", expanding=True))).order_by(table.c.id)


_ENTITLEMENTS = _of(downloads, "order_id")
_SWAPS = _of(swaps, "order_id")
_FILES = _of(product_files, "product_id").where(product_files.c.state == FileState.READY.value)


def order_records(work: Transaction) -> Iterator[OrderRecord]:
    for rows in pages(work, select(orders), orders.c.id):
        built = _built(work, rows)
        entitlements = _entitlements(work, [row["id"] for row in rows])
        exchanges = _swaps(work, [row["id"] for row in rows])
        lines = [line for order, _ in built if order is not None for line in _lines(order, exchanges)]
        files = _files(work, lines)
        for row, (order, trouble) in zip(rows, built, strict=True):
            products = {line.product_id for line in _lines(order, exchanges)} if order is not None else set()
            yield OrderRecord(
                id=row["id"],
                order=order,
                trouble=trouble,
                copied=CopiedColumns(**{name: row[name] for name in _COPIED}),
                swaps=tuple(exchanges.get(row["id"], ())),
                entitlements=tuple(entitlements.get(row["id"], ())),
                files=tuple(file for file in files if file.product_id in products),
            )


def _built(work: Transaction, rows: Sequence[Row]) -> list[tuple[Order | None, str | None]]:
    """All at once; one by one when some of them make no order."""
    try:
        return [(order, None) for order in ORDER.build(work.rows, rows, {})]
    except _UNREADABLE as error:
        if len(rows) == 1:
            return [(None, f"{type(error).__name__}: {error}")]
    return [_built(work, [row])[0] for row in rows]


def _entitlements(work: Transaction, order_ids: Sequence[str]) -> dict[str, list[Entitlement]]:
    rows = work.rows(_ENTITLEMENTS, {"ids": order_ids})
    found: dict[str, list[Entitlement]] = {}
    for entitlement in ENTITLEMENT.build(work.rows, rows, {}):
        found.setdefault(entitlement.order_id, []).append(entitlement)
    return found


def _swaps(work: Transaction, order_ids: Sequence[str]) -> dict[str, list[Swap]]:
    found: dict[str, list[Swap]] = {}
    for swap in SWAP.build(work.rows, work.rows(_SWAPS, {"ids": order_ids}), {}):
        found.setdefault(swap.order_id, []).append(swap)
    return found


def _lines(order: Order, exchanges: Mapping[str, Sequence[Swap]]) -> list[OrderLine]:
    return Purchase(order, exchanges.get(order.id, ())).lines


def _files(work: Transaction, lines: Sequence[OrderLine]) -> list[FileOnSale]:
    products = sorted({line.product_id for line in lines if line.product_id})
    if not products:
        return []
    return [
        FileOnSale(
            id=row["id"],
            chain_id=row["chain_id"],
            product_id=row["product_id"],
            variant_id=row["variant_id"],
            created_at=row["created_at"],
            since=row["updated_at"],
        )
        for row in work.rows(_FILES, {"ids": products})
    ]
