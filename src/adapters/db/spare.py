"""Reading connections that were just used, at hand for the next reader.

Taking a connection from SQLAlchemy's pool and giving it back costs more than a small statement, and a request does
it several times. Readers' statements are transactions by themselves, so what one reader leaves behind is of no
concern to the next: a few connections are handed on as they are, and the pool has the rest.
"""

from __future__ import annotations

from time import monotonic
from types import TracebackType
from typing import NamedTuple

from sqlalchemy import Connection, Engine
from sqlalchemy.pool import Pool, QueuePool

from adapters.db.alive import RECYCLE_S, is_alive

SPARE = 8  # connections at most, of one engine
_KEY = "spare connections"


class reading:  # noqa: N801 - reads as the context manager it is
    """A connection of the reading engine. Whoever raises does not hand theirs on: the pool sees to it."""

    __slots__ = ("_spare", "_taken")

    def __init__(self, engine: Engine) -> None:
        spare: _Spare | None = engine.__dict__.get(_KEY)
        # On the engine, so that both go together when nobody holds them any more.
        self._spare = spare or engine.__dict__.setdefault(_KEY, _Spare(engine))

    def __enter__(self) -> Connection:
        self._taken = self._spare.take()
        return self._taken.connection

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._spare.give(self._taken)
        else:
            self._taken.connection.close()


def let_go(engine: Engine) -> None:
    """Close those that nobody has in hand, before the engine is disposed of, which does not know them."""
    spare: _Spare | None = engine.__dict__.get(_KEY)
    if spare is not None:
        spare.close()


class _Taken(NamedTuple):
    """until: it may be handed on."""

    connection: Connection
    pool: Pool
    until: float


class _Spare:
    """Of one engine. The one used last goes first, as in the pool."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._idle: list[tuple[_Taken, float]] = []

    def take(self) -> _Taken:
        while self._idle:
            try:
                taken, since = self._idle.pop()
            except IndexError:  # another thread has taken it
                break
            if taken.pool is not self._engine.pool:  # that of an engine that was disposed of since
                _end(taken)
            elif monotonic() > taken.until:
                taken.connection.close()
            elif is_alive(taken.connection, since):
                return taken
            else:
                _end(taken)
                self.close()  # those of its age; the pool looks after its own
        pool = self._engine.pool
        return _Taken(self._engine.connect(), pool, monotonic() + RECYCLE_S)

    def give(self, taken: _Taken) -> None:
        connection, pool, _ = taken
        if connection.in_transaction():
            connection.rollback()  # which SQLAlchemy begins around whatever it runs itself
        if pool is not self._engine.pool:
            _end(taken)
        elif len(self._idle) < SPARE and _is_roomy(pool):
            self._idle.append((taken, monotonic()))
        else:
            connection.close()

    def close(self) -> None:
        while self._idle:
            try:
                taken, _since = self._idle.pop()
            except IndexError:
                return
            _end(taken)


def _end(taken: _Taken) -> None:
    taken.connection.invalidate()
    taken.connection.close()


def _is_roomy(pool: Pool) -> bool:
    """Whether nobody can be waiting at the pool for a connection."""
    return isinstance(pool, QueuePool) and pool.size() > 1 and (pool.checkedin() > 0 or pool.overflow() < 0)
