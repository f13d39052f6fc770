"""One moment of the database, to be read part by part."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Column, Engine, Select, text

from adapters.db.mapping import Row
from adapters.db.transaction import Transaction, transaction

BATCH = 200
PATIENCE_MS = 600_000  # for one statement on PostgreSQL; a check may take its time


@contextmanager
def snapshot(engine: Engine) -> Iterator[Transaction]:
    """A transaction that sees nothing of what is committed after its first statement, and keeps nobody
    waiting. engine: the one for reading. Raises Unavailable."""
    if engine.dialect.name == "sqlite":
        with transaction(engine) as work:
            # On a connection that opens no transactions of its own each statement has its own moment.
            if not work.connection.get_execution_options().get("reading"):
                work.run(text("BEGIN"))
            yield work
        return
    with transaction(engine.execution_options(isolation_level="REPEATABLE READ")) as work:
        work.run(text(f"SET LOCAL statement_timeout = {PATIENCE_MS}"))
        work.run(text(f"SET LOCAL idle_in_transaction_session_timeout = {PATIENCE_MS}"))
        yield work


def pages(work: Transaction, statement: Select[tuple[object, ...]], key: Column[str]) -> Iterator[list[Row]]:
    """The rows of a statement in the order of a unique text column, a part at a time."""
    last = ""
    while rows := work.rows(statement.where(key > last).order_by(key).limit(BATCH)):
        yield rows
        last = rows[-1][key.name]
