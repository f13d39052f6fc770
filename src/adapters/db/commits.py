"""What became of a commit whose answer was lost.

A connection that breaks at COMMIT leaves open whether the server got the word. PostgreSQL remembers
the outcome of recent transactions by their numbers, so the number is noted before the commit and asked
about over a new connection. SQLite has no connection to lose.
"""

from __future__ import annotations

from time import monotonic, sleep
from typing import Any

from sqlalchemy import Engine, Select, literal_column, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

PATIENCE_S = 2.0
# Engines whose transactions have such numbers carry this option.
NUMBERED = "commits_are_numbered"

# By what to recognise the present transaction later; no value when it has written nothing.
MARK: Select[Any] = select(literal_column("pg_current_xact_id_if_assigned()::text").label("number"))
_OUTCOME = text("SELECT pg_xact_status(CAST(:number AS xid8))")


def committed(engine: Engine, number: str) -> bool | None:
    """Whether the transaction was kept; None when that cannot be learnt in a moment."""
    deadline = monotonic() + PATIENCE_S
    while True:
        outcome = _outcome(engine, number)
        if outcome in ("committed", "aborted"):
            return outcome == "committed"
        if monotonic() > deadline:
            return None
        sleep(0.05)  # the server is still at it, or still coming back


def _outcome(engine: Engine, number: str) -> str | None:
    try:
        with engine.connect() as connection:
            outcome: str | None = connection.execute(_OUTCOME, {"number": number}).scalar_one()
            return outcome
    except (DBAPIError, PoolTimeout):
        return None
