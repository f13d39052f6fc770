"""Opening the database: one engine for writing, one for reading.

SQLite takes one writer at a time. Writers of this process queue for a single connection; writers of
other processes are kept out by ``BEGIN IMMEDIATE``, which waits up to the busy timeout. Readers run
beside them on the write-ahead log, each statement by itself.

PostgreSQL takes many writers; those that want the same rows queue for them, each up to the lock
timeout. Readers never wait: each of their statements is a transaction by itself that takes no locks
and may not write, so the reading engine could as well be a replica.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Any

import orjson
from sqlalchemy import URL, Connection, Engine, Integer, create_engine, event, make_url
from sqlalchemy.dialects.postgresql.psycopg import PGCompiler_psycopg
from sqlalchemy.pool import QueuePool

from adapters.db.alive import RECYCLE_S, watch
from adapters.db.commits import NUMBERED
from adapters.db.prepared import Text
from adapters.db.spare import SPARE, let_go
from adapters.db.types import JsonText

BUSY_TIMEOUT_MS = 5_000
READERS = 16
SWITCH_PAUSE_S = 0.02
# A checkout alone uses more different statements than drivers keep by themselves, so each would be thrown
# out by the others and be parsed and planned every time.
STATEMENTS_PREPARED = 2_000
SMALL_LETTERS = "small_letters"  # a function of our connections: SQLite's own lower() knows A to Z only

# PostgreSQL, per engine and process. Connections are opened when first needed.
CONNECTIONS = 5
CONNECTIONS_MORE = 15  # while it is busy
CONNECT_TIMEOUT_S = 5
LOCK_TIMEOUT_MS = 3_000
STATEMENT_TIMEOUT_MS = 10_000
IDLE_TIMEOUT_MS = 30_000  # a unit of work that went to sleep gives its locks back


@dataclass(frozen=True, slots=True)
class Engines:
    """write: for units of work, jobs and idempotency keys. read: for everything that only looks."""

    write: Engine
    read: Engine

    def dispose(self) -> None:
        self.write.dispose()
        let_go(self.read)
        self.read.dispose()


def open_engines(url: str, *, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> Engines:
    """Engines for a URL such as ``postgresql://shop:secret@db.internal/shop``,
    ``sqlite:////var/lib/shop/shop.db`` or ``sqlite://`` (in memory: both engines share the one
    connection that holds the data).

    busy_timeout_ms: how long a writer waits for another one; on PostgreSQL never more than 3 s.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        return _postgresql(parsed.set(drivername="postgresql+psycopg"), min(busy_timeout_ms, LOCK_TIMEOUT_MS))
    write = _sqlite(url, busy_timeout_ms, size=1)
    _begin_immediately(write)
    if parsed.database in (None, "", ":memory:"):
        return Engines(write=write, read=write.execution_options(reading=True))
    read = _sqlite(url, busy_timeout_ms, size=READERS + SPARE)
    event.listen(read, "connect", _refuse_writes)
    return Engines(write=write, read=read)


def write_engine(url: str) -> Engine:
    """Only the writing one, for commands that do nothing else."""
    return open_engines(url).write


def _sqlite(url: str, busy_timeout_ms: int, *, size: int) -> Engine:
    engine = create_engine(
        url,
        poolclass=QueuePool,
        hide_parameters=True,  # errors end up in logs, and parameters are people's data
        pool_size=size,
        max_overflow=0,
        pool_use_lifo=True,  # the one used last has what it needs at hand
        pool_timeout=busy_timeout_ms / 1000,
        connect_args={
            "check_same_thread": False,
            "timeout": busy_timeout_ms / 1000,
            "isolation_level": None,  # sqlite3 must not open transactions of its own, BEGIN is ours
            "cached_statements": STATEMENTS_PREPARED,
        },
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        connection.execute(f"PRAGMA busy_timeout = {busy_timeout_ms}").close()
        _write_ahead(connection, busy_timeout_ms)
        for pragma in ("synchronous = NORMAL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}").close()
        bring_functions(connection)

    return engine


def _write_ahead(connection: Any, busy_timeout_ms: int) -> None:
    """Of a new file's first connections one makes the switch, and SQLite lets none of them wait for the others."""
    deadline = monotonic() + busy_timeout_ms / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").close()
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or monotonic() >= deadline:
                raise
        sleep(SWITCH_PAUSE_S)


def bring_functions(connection: Any) -> None:
    """Those that our statements call and SQLite does not have. connection: the driver's."""
    connection.create_function(SMALL_LETTERS, 1, _in_small_letters, deterministic=True)


def _in_small_letters(text: Any) -> Any:
    return text.lower() if isinstance(text, str) else text


def _begin_immediately(engine: Engine) -> None:
    begin = Text("BEGIN IMMEDIATE", (), engine.dialect, positional=True)

    @event.listens_for(engine, "begin")
    def begin_immediate(connection: Connection) -> None:
        if not connection.get_execution_options().get("reading"):
            begin.run(connection, (), returns=False)


def _refuse_writes(connection: Any, _: object) -> None:
    connection.execute("PRAGMA query_only = ON").close()


# With a network that swallows everything, unless the URL says otherwise: libpq's, in seconds, the last in
# milliseconds. A connection that was idle is known to be dead within half a minute, one with a question sooner.
_PATIENCE: Mapping[str, int] = {
    "connect_timeout": CONNECT_TIMEOUT_S,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}


def _postgresql(url: URL, lock_timeout_ms: int) -> Engines:
    limits: dict[str, str | int] = {
        "lock_timeout": lock_timeout_ms,
        "statement_timeout": STATEMENT_TIMEOUT_MS,
        "idle_in_transaction_session_timeout": IDLE_TIMEOUT_MS,
        "timezone": "UTC",
    }
    write = _pooled(url, limits, execution_options={NUMBERED: True})
    read = _pooled(url, {**limits, "default_transaction_read_only": "on"}, isolation_level="AUTOCOMMIT")
    read.dialect.statement_compiler = _WithoutLocks
    return Engines(write=write, read=read)


def _pooled(url: URL, parameters: Mapping[str, str | int], **more: Any) -> Engine:
    """parameters: set for every connection once it is open, rather than sent with its start: there
    they would replace ``options`` of the URL, such as a search path."""
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=CONNECTIONS,
        max_overflow=CONNECTIONS_MORE,
        pool_use_lifo=True,
        pool_timeout=BUSY_TIMEOUT_MS / 1000,
        pool_recycle=RECYCLE_S,
        json_serializer=_written,
        json_deserializer=orjson.loads,
        connect_args={"application_name": "perseus"}
        | {name: value for name, value in _PATIENCE.items() if name not in url.query},
        **more,
    )
    watch(engine)
    # So that any number may be asked for; storing one that is too large is refused.
    engine.dialect.colspecs = {**engine.dialect.colspecs, Integer: _Whole}
    calls = ", ".join("set_config(%s, %s, false)" for _ in parameters)
    values = [str(part) for pair in parameters.items() for part in pair]

    from adapters.db.straight import STATEMENTS_PREPARED, StraightConnection

    @event.listens_for(engine, "do_connect")
    def connect(_: object, __: object, given: Sequence[Any], named: Mapping[str, Any]) -> Any:
        return StraightConnection.connect(*given, **named)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        connection.execute(f"SELECT {calls}", values).close()
        connection.commit()
        connection.prepared_max = STATEMENTS_PREPARED

    return engine


class _Whole(Integer):
    """Numbers sent as large as they are, not cast to the size of the column they are compared with."""

    render_bind_cast = False


class _WithoutLocks(PGCompiler_psycopg):
    """Statements that lock rows where they may be written only look at them here."""

    def for_update_clause(self, select: Any, **keywords: Any) -> str:
        return ""


def _written(value: Any) -> str:
    return value if isinstance(value, JsonText) else orjson.dumps(value).decode()
