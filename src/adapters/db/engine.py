"""Opening the database: one engine for writing, one for reading.

SQLite takes one writer at a time. Writers of this process queue for a single connection; writers of
other processes are kept out by ``BEGIN IMMEDIATE``, which waits up to the busy timeout. Readers run
beside them on the write-ahead log, each statement by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.pool import QueuePool

BUSY_TIMEOUT_MS = 5_000
READERS = 16


@dataclass(frozen=True, slots=True)
class Engines:
    """write: for units of work, jobs and idempotency keys. read: for everything that only looks."""

    write: Engine
    read: Engine

    def dispose(self) -> None:
        self.write.dispose()
        self.read.dispose()


def open_engines(url: str, *, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> Engines:
    """Engines for a SQLAlchemy URL such as ``sqlite:////var/lib/shop/shop.db`` or ``sqlite://``
    (in memory: both engines share the one connection that holds the data)."""
    if make_url(url).get_backend_name() != "sqlite":
        return Engines(
            write=create_engine(url, pool_pre_ping=True),
            read=create_engine(url, pool_pre_ping=True, isolation_level="AUTOCOMMIT"),
        )
    write = _sqlite(url, busy_timeout_ms, size=1)
    event.listen(write, "begin", _begin_immediate)
    if make_url(url).database in (None, "", ":memory:"):
        return Engines(write=write, read=write.execution_options(reading=True))
    read = _sqlite(url, busy_timeout_ms, size=READERS)
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
        pool_timeout=busy_timeout_ms / 1000,
        # None: sqlite3 must not open transactions of its own, BEGIN is ours.
        connect_args={"check_same_thread": False, "timeout": busy_timeout_ms / 1000, "isolation_level": None},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        for pragma in (
            f"busy_timeout = {busy_timeout_ms}",
            "journal_mode = WAL",
            "synchronous = NORMAL",
            "foreign_keys = ON",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    return engine


def _begin_immediate(connection: Connection) -> None:
    if not connection.get_execution_options().get("reading"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _refuse_writes(connection: Any, _: object) -> None:
    connection.execute("PRAGMA query_only = ON").close()
