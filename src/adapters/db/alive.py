"""Whether a pooled connection is still there, without asking the server each time.

A server that ends a connection, or restarts, closes the socket, which can be seen on this side for the
price of one system call. What cannot be seen, such as a network that swallows everything, is found out by
asking connections that were idle for a while. One that is gone takes the others of its age with it.
"""

from __future__ import annotations

import select
from time import monotonic
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import InvalidatePoolError

RECYCLE_S = 1_800  # after which a connection is opened anew: balancers and failovers are noticed at last
IDLE_S = 5.0  # after which a connection is asked before it is used

_SEEN = "seen"


def watch(engine: Engine) -> None:
    """Look at each connection of a psycopg engine when it is taken from the pool."""

    @event.listens_for(engine, "checkin")
    def note(_: Any, record: Any) -> None:
        record.info[_SEEN] = monotonic()

    @event.listens_for(engine, "checkout")
    def look(connection: Any, record: Any, _: object) -> None:
        seen = record.info.get(_SEEN)
        if seen is None:  # just opened
            return
        if monotonic() - seen < IDLE_S and not _stirs(connection):
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error


def is_alive(connection: Connection, since: float) -> bool:
    """Of one that nobody had in hand since then."""
    if connection.dialect.driver != "psycopg":
        return True
    driver: Any = connection.connection.driver_connection
    if monotonic() - since < IDLE_S and not _stirs(driver):
        return True
    try:
        return connection.dialect.do_ping(driver)
    except connection.dialect.loaded_dbapi.Error:
        return False


def _stirs(connection: Any) -> bool:
    """Whether something came over the line although nothing was asked: the end of it, or a notice."""
    if connection.closed:
        return True
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))
