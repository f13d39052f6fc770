"""One database transaction, speaking in the port's errors."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from types import TracebackType
from typing import Any

from sqlalchemy import Connection, Engine, Executable, Select
from sqlalchemy.exc import DataError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from adapters.db.commits import MARK, NUMBERED, committed
from adapters.db.direct import Outcome, Values, direct_statements, outcome
from adapters.db.mapping import Row
from adapters.db.spare import reading
from core.domain.errors import ConcurrentUpdate, Invalid, OutcomeUnknown, Unavailable

log = logging.getLogger("perseus.db")
NOTHING: Mapping[str, Any] = {}

# What SQLite says, and PostgreSQL's codes for deadlock, serialisation failure and lock timeout, and for
# prepared statements that have become stale.
_BUSY_TEXTS = ("database is locked", "database table is locked", "database schema is locked")
_BUSY_CODES = frozenset({"40P01", "40001", "55P03", "26000", "0A000"})


class Transaction:
    """Begins with ``open``, ends with ``commit`` or ``close``; whatever was not committed is undone.

    Raises Unavailable when the database cannot be reached or has no room for a writer in time,
    ConcurrentUpdate when another writer got in the way, Invalid when a value is too large for its
    column. IntegrityError passes: what it means depends on what was being written.
    """

    def __init__(self, engine: Engine, *, single: bool = False) -> None:
        self._engine = engine
        self._single = single
        self._direct = direct_statements(engine.dialect)
        self._connection: Connection | None = None
        self._looked_only = True

    def open(self) -> None:
        with translated(opening=True):
            connection = self._engine.connect()
            if self._single:
                self._connection = connection
                return
            try:
                connection.begin()
            except BaseException:
                connection.close()
                raise
        self._connection = connection

    def go_over(self, connection: Connection) -> None:
        """Instead of ``open``: whose connection it is looks after it."""
        self._connection = connection

    def run(self, statement: Executable, parameters: Values | Sequence[Values] = NOTHING) -> Outcome:
        """parameters: of one execution, or of several; those answer no rows."""
        self._looked_only &= isinstance(statement, Select)
        direct = self._direct.known(statement, parameters)
        with translated():
            if direct is not None:
                return direct.outcome(self.connection, parameters)
            return outcome(self.connection.execute(statement, parameters or None))

    def rows(self, statement: Select[Any], parameters: Values = NOTHING) -> list[Row]:
        direct = self._direct.known(statement, parameters)
        with translated():
            if direct is not None:
                return direct.mappings(self.connection, parameters)
            return [dict(row) for row in self.connection.execute(statement, parameters).mappings()]

    def commit(self) -> None:
        """Raises OutcomeUnknown when the connection breaks just here and the database, asked over a new
        one, cannot say what became of it."""
        if self._single:
            with translated():
                self.connection.commit()  # of what SQLAlchemy begins by itself where nobody else commits
            return
        own_mark = self._mark()
        try:
            with translated():
                self.connection.commit()
        except Unavailable as error:
            if own_mark is None or not is_lost(error.__cause__):
                raise
            became = committed(self._engine, own_mark)
            if became is None:
                raise OutcomeUnknown("the database was lost while saving; look before trying again") from error
            if not became:
                raise

    def _mark(self) -> str | None:
        """None when nothing can be lost with the answer to a commit."""
        if self._looked_only or not self.connection.get_execution_options().get(NUMBERED):
            return None
        (row,) = self.rows(MARK)
        number: str | None = row["number"]
        return number

    def close(self) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            try:
                if connection.in_transaction() and not connection.invalidated:
                    connection.rollback()
            except DBAPIError as error:
                log.info("a connection was lost before its transaction was undone, which that does: %s", error)
            finally:
                connection.close()

    @property
    def connection(self) -> Connection:
        if self._connection is None:
            raise RuntimeError("the unit of work is not open")
        return self._connection

    @property
    def dialect(self) -> str:
        return self._engine.dialect.name


@contextmanager
def single(engine: Engine) -> Iterator[Transaction]:
    """For one statement, which is a transaction by itself: nothing has to be begun and committed around it.

    A connection that breaks under it leaves open whether it was done; it answers Unavailable.
    """
    current = Transaction(_committing(engine), single=True)
    current.open()
    try:
        yield current
        current.commit()
    finally:
        current.close()


class looking:  # noqa: N801 - reads as the context manager it is
    """For the reading engine, each of whose statements is a transaction by itself."""

    def __init__(self, engine: Engine) -> None:
        self._current = Transaction(engine, single=True)
        self._reading = reading(engine)

    def __enter__(self) -> Transaction:
        with translated(opening=True):
            self._current.go_over(self._reading.__enter__())
        return self._current

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._reading.__exit__(kind, error, trace)


@lru_cache(maxsize=16)
def _committing(engine: Engine) -> Engine:
    """The engine whose statements commit by themselves. SQLite's do so anyway when nothing was begun."""
    if engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(isolation_level="AUTOCOMMIT")


@contextmanager
def transaction(engine: Engine) -> Iterator[Transaction]:
    """Opened, and committed unless the block raises."""
    current = Transaction(engine)
    current.open()
    try:
        yield current
        current.commit()
    finally:
        current.close()


class translated:  # noqa: N801 - reads as the context manager it is
    """Errors of the driver in the port's words. A class: it is entered for every statement."""

    def __init__(self, *, opening: bool = False) -> None:
        self._opening = opening

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        found = None if error is None else _translation(error, self._opening)
        if found is not None:
            raise found from error


def _translation(error: BaseException, opening: bool) -> Exception | None:
    if isinstance(error, PoolTimeout):
        return Unavailable("the database is busy; try again in a moment")
    if isinstance(error, OperationalError):
        if is_busy(error) and not opening:
            return ConcurrentUpdate("somebody else is saving; try again")
        return Unavailable("the database cannot take this now; try again in a moment")
    if isinstance(error, DataError):
        return Invalid("a value is too large or holds a character that cannot be kept")
    if isinstance(error, DBAPIError):
        if is_busy(error):
            return ConcurrentUpdate("somebody else is saving; try again")
        if is_lost(error):
            return Unavailable("the database was lost; try again in a moment")
    return None


def is_lost(error: BaseException | None) -> bool:
    """Whether the connection is gone."""
    return isinstance(error, DBAPIError) and error.connection_invalidated


def is_busy(error: DBAPIError) -> bool:
    """Whether another transaction was in the way."""
    text = str(error.orig)
    return getattr(error.orig, "sqlstate", None) in _BUSY_CODES or any(busy in text for busy in _BUSY_TEXTS)
