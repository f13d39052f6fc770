"""psycopg's connection, which also runs statements that come again without a cursor.

A cursor takes a statement's text apart, converts its values and waits in Python for the answer, each time
anew; for small statements that is five times what asking libpq costs, which ``psycopg.pq`` gives as it is.
Values are turned by psycopg's own adapters either way.

While libpq waits, other threads run; a signal is looked at when the answer is there, which the statement
timeout of each connection bounds.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import InFailedSqlTransaction, error_from_result
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

STATEMENTS_PREPARED = 2_000
PREPARED_AT = 3  # the use at which a statement is prepared: before, it is not known to come again
# The server's codes for a prepared statement that it does not know, because somebody had it forget all, and
# for one that answers otherwise since the tables were changed.
STALE = ("26000", "0A000")

_DONE = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)
_IDLE = TransactionStatus.IDLE
_UNDONE = b"ROLLBACK"
_AUTOMATIC = (PyFormat.AUTO,)


class StraightConnection(psycopg.Connection[tuple[Any, ...]]):
    """As psycopg's, but commits and rollbacks ask libpq at once as well. A rollback so leaves prepared
    statements alone, which psycopg would have the server forget."""

    _straight: Straight | None = None

    @property
    def straight(self) -> Straight:
        """Not made before it is needed: what values are turned with is set up once the connection is open."""
        if self._straight is None:
            self._straight = Straight(self)
        return self._straight

    def commit(self) -> None:
        """Raises InFailedSqlTransaction where a statement had failed, to which the server says ``ROLLBACK`` and
        nothing else."""
        if self.pgconn.transaction_status != _IDLE and told(self.pgconn, b"COMMIT").command_status == _UNDONE:
            raise InFailedSqlTransaction("nothing was saved: a statement before had failed")

    def begin(self) -> None:
        """As the first statement of a cursor would."""
        level = self.isolation_level
        how = b"" if level is None else b" ISOLATION LEVEL " + level.name.replace("_", " ").encode()
        told(self.pgconn, b"BEGIN" + how)

    def rollback(self) -> None:
        if self.pgconn.transaction_status != _IDLE:
            told(self.pgconn, b"ROLLBACK")

    def close(self) -> None:
        self._straight = None  # which points back here
        super().close()


class Straight:
    """The statements of one connection."""

    def __init__(self, connection: StraightConnection) -> None:
        self._connection = connection
        self._line = connection.pgconn
        self._turning = Transformer(connection)
        self._uses: dict[tuple[bytes, tuple[int, ...]], int] = {}
        self._kept: OrderedDict[tuple[bytes, tuple[int, ...]], bytes] = OrderedDict()
        self._last = 0

    def run(self, sql: bytes, values: Sequence[Any]) -> tuple[list[tuple[Any, ...]], int]:
        """Its rows, and how many it has found or changed. sql: with ``$1``, ``$2``, ... for the values.

        Begins a transaction like a cursor would. Raises psycopg's errors.
        """
        line, turning = self._line, self._turning
        if not self._connection.autocommit and line.transaction_status == _IDLE:
            self._connection.begin()
        given: Any = turning.dump_sequence(values, _AUTOMATIC * len(values))
        types = turning.types or ()
        name = self._kept.get((sql, types)) or self._name(sql, types)
        if name:
            result = line.exec_prepared(name, given, turning.formats)
        else:
            result = line.exec_params(sql, given, types, turning.formats)
        if result.status not in _DONE:
            error = error_of(line, result)
            if not name or error.sqlstate not in STALE:
                raise error
            self._kept.clear()
            if line.transaction_status != _IDLE:  # it cannot go on; the whole of it has to be done again
                raise error
            return self.run(sql, values)  # which is not prepared yet
        turning.set_pgresult(result)
        return turning.load_rows(0, result.ntuples, tuple), result.command_tuples or 0

    def _name(self, sql: bytes, types: tuple[int, ...]) -> bytes | None:
        """Under which the server has it from now on; None as long as it came too seldom."""
        form = sql, types
        uses = self._uses.get(form, 0) + 1
        if uses < PREPARED_AT:
            if len(self._uses) >= STATEMENTS_PREPARED:
                self._uses.clear()
            self._uses[form] = uses
            return None
        self._uses.pop(form, None)
        if len(self._kept) >= STATEMENTS_PREPARED:
            told(self._line, b"DEALLOCATE " + self._kept.popitem(last=False)[1])
        self._last += 1
        name = b"kept_%d" % self._last
        result = self._line.prepare(name, sql, types)
        if result.status not in _DONE:
            raise error_of(self._line, result)
        self._kept[form] = name
        return name


def told(line: PGconn, command: bytes) -> PGresult:
    result = line.exec_(command)
    if result.status not in _DONE:
        raise error_of(line, result)
    return result


def error_of(line: PGconn, result: PGresult) -> psycopg.Error:
    if line.status == ConnStatus.BAD:
        return psycopg.OperationalError(result.get_error_message())
    return error_from_result(result)
