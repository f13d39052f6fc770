"""What became of a commit whose answer was lost.

A connection that breaks at COMMIT leaves open whether the server got the word. PostgreSQL remembers
the outcome of recent transactions by their numbers, so the number is noted before the commit and asked
about over a new connection. SQLite has no connection to lose.
"""

from __future__ import annotations

from time import monotonic, sleep

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

PATIENCE_S = 2.0
# Engines whose transactions have such numbers carry this option.
NUMBERED = "commits_are_numbered"

_NUMBER = text("SELECT pg_current_xact_id_if_assigned()::text")
_OUTCOME = text("SELECT pg_xact_status(CAST(:number AS xid8))")


def mark(connection: Connection) -> str | None:
    """By what to recognise this transaction later; None when it has written nothing or cannot be lost."""
    if not connection.get_execution_options().get(NUMBERED):
        return None
    number: str | None = connection.execute(_NUMBER).scalar_one()
    return number


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
