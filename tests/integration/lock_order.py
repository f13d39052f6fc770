"""Watches in which order transactions lock rows: docs/databases.md says which order holds.

Two that lock the same rows crosswise wait for each other until the database ends one of them. That shows in tests
only by luck; a transaction that locks against the order shows it each time, and on SQLite too, which locks no rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from sqlalchemy import Executable, Select, Update

from adapters.db.transaction import NOTHING, Transaction
from adapters.db.unit_of_work import SqlUnitOfWork

OF_ORDERS = ("swaps", "returns", "order_edits", "payment_collections", "downloads")
LAYERS: tuple[tuple[str, ...], ...] = (
    ("carts",),
    ("orders",),
    OF_ORDERS,
    ("customers",),
    ("mailbox_proofs",),
    ("discounts",),
    ("gift_cards",),
    ("product_variants",),
    ("product_files",),
    ("payment_attempts",),
)
RANKS = {table: rank for rank, tables in enumerate(LAYERS) for table in tables}
ONE_BY_ONE = ("carts", "orders", "product_variants")  # in ascending order of their ids
NAMED = {"product_variants": "variant_id", "downloads": "of_download"}
"""The parameter of conditional writes that says which row is written."""


class Held:
    """What one transaction has locked so far."""

    def __init__(self) -> None:
        self._rows: set[tuple[str, str]] = set()
        self._highest: dict[str, str] = {}  # id by table

    def take(self, table: str, id: str) -> str | None:
        """What is wrong with locking this row now."""
        if table not in RANKS or (table, id) in self._rows:
            return None
        wrong = self._problem(table, id)
        self._rows.add((table, id))
        self._highest[table] = max(id, self._highest.get(table, ""))
        return wrong

    def _problem(self, table: str, id: str) -> str | None:
        if table in OF_ORDERS and "orders" in self._highest:
            return None  # whoever wants it has to have the order first
        rank = RANKS[table]
        later = [held for held in self._highest if RANKS[held] > rank]
        if later:
            return f"{table} after {', '.join(later)}"
        if table in OF_ORDERS and any(held in OF_ORDERS for held in self._highest):
            return f"{table} beside {', '.join(self._highest)} without their order"
        if table in ONE_BY_ONE and id < self._highest.get(table, ""):
            return f"{table} {id} after {self._highest[table]}"
        return None


class Watch:
    """found: what was locked against the order, with the action that did."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def note(self, transaction: Transaction, table: str, id: str) -> None:
        state = transaction.__dict__
        if state.get("committing") or str(state.get("action", "test")).startswith("test"):
            return  # what is written at commit was locked before or is new; tests look at whatever they like
        wrong = state.setdefault("held", Held()).take(table, id)
        if wrong is not None:
            self.found.append(f"{state['action']}: {wrong}")


@contextmanager
def watching() -> Iterator[Watch]:
    """Of all units of work of this process while it lasts."""
    watch = Watch()
    rows, run, opened = Transaction.rows, Transaction.run, Transaction.open
    created, commit = SqlUnitOfWork.__init__, SqlUnitOfWork.commit

    def watched_rows(self: Transaction, statement: Select[Any], parameters: Any = NOTHING) -> Any:
        found = rows(self, statement, parameters)
        if statement._for_update_arg is not None and not statement._for_update_arg.read:
            table = getattr(statement.get_final_froms()[0], "name", "")
            for row in found:
                watch.note(self, table, str(row["id"]))
        return found

    def watched_run(self: Transaction, statement: Executable, parameters: Any = NOTHING) -> Any:
        if isinstance(statement, Update) and not isinstance(parameters, Sequence):
            table = str(getattr(statement.table, "name", ""))
            watch.note(self, table, str(parameters.get(NAMED.get(table, ""), "")))
        return run(self, statement, parameters)

    def watched_open(self: Transaction) -> None:
        self.__dict__.pop("held", None)
        opened(self)

    def watched_creation(self: SqlUnitOfWork, *parts: Any) -> None:
        created(self, *parts)
        self._transaction.__dict__["action"] = parts[-1]

    def watched_commit(self: SqlUnitOfWork) -> None:
        self._transaction.__dict__["committing"] = True
        try:
            commit(self)
        finally:
            self._transaction.__dict__["committing"] = False

    with (
        patch.object(Transaction, "rows", watched_rows),
        patch.object(Transaction, "run", watched_run),
        patch.object(Transaction, "open", watched_open),
        patch.object(SqlUnitOfWork, "__init__", watched_creation),
        patch.object(SqlUnitOfWork, "commit", watched_commit),
    ):
        yield watch
