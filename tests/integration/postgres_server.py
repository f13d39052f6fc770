"""A PostgreSQL server for tests, and databases on it that are migrated once and copied.

``TEST_DATABASE_URL`` names a server whose user may create databases. Without it a server is started
from the binaries of the development dependencies, or else of the distribution, on 127.0.0.1, and
stopped when the tests are over. Each test process (also each worker of a parallel run) has its own.
Where there is none to be had, tests that need one are skipped with the reason.
"""

from __future__ import annotations

import os
from contextlib import suppress
from functools import cache
from itertools import count
from typing import Any

import psycopg
import pytest
from sqlalchemy import URL, MetaData, create_engine, make_url

from adapters.db.migrate import migrate
from adapters.db.tables import fragments, metadata, search
from bootstrap.peers.postgres import PostgresServer
from bootstrap.peers.process import PeerFailed, PeerMissing

UNTOUCHED = ("countries", "currencies")  # full from the start, and nothing changes them
_numbers = count(1)
_running: list[PostgresServer] = []


@cache
def administration() -> URL:
    """Where databases can be created. Raises PeerMissing, PeerFailed."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        return make_url(given).set(drivername="postgresql+psycopg")
    server = PostgresServer()
    server.start()
    _running.append(server)
    return make_url(server.url).set(drivername="postgresql+psycopg")


def stop() -> None:
    """At the end of the tests."""
    if administration.cache_info().currsize:
        with suppress(psycopg.Error):
            _command(f'DROP DATABASE IF EXISTS "{_name("template")}" WITH (FORCE)')
    while _running:
        _running.pop().stop()


def empty_database() -> str:
    """The URL of a new database without anything in it."""
    return _create(_name(next(_numbers)))


def migrated_database() -> str:
    """The URL of a new database as ``perseus migrate`` leaves it, and a schema with what ``reset`` needs."""
    return _create(_name(next(_numbers)), f'TEMPLATE "{_template()}"')


def loose_database() -> str:
    """The URL of a new database with all tables, empty, whose rows may refer to what is not there."""
    url = _create(_name(next(_numbers)))
    copies = MetaData(naming_convention=metadata.naming_convention)
    for table in metadata.tables.values():
        table.to_metadata(copies)  # creating the tables themselves would change how SQLite creates them
    engine = create_engine(url)
    with engine.begin() as connection:
        copies.create_all(connection)
        search.create(connection)
        fragments.create(connection)
    engine.dispose()
    with psycopg.connect(_plain(url)) as connection:
        references = "SELECT conrelid::regclass, conname FROM pg_constraint WHERE contype = 'f'"
        for table, name in connection.execute(references).fetchall():
            connection.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    return url


def empty(url: str) -> None:
    """Take all rows out of a database without references."""
    with psycopg.connect(_plain(url), connect_timeout=5, options="-c lock_timeout=5000") as connection:
        names = [*metadata.tables, "product_search"]
        connection.execute("; ".join(f'DELETE FROM "{name}"' for name in names))  # type: ignore[arg-type]  # noqa: S608


def reset(url: str) -> None:
    """Make a migrated database as new: much faster than another copy."""
    with psycopg.connect(_plain(url), connect_timeout=5, options="-c lock_timeout=5000") as connection:
        kept = {row[0] for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'kept'")}
        # References are checked at commit, so the order does not matter.
        steps = [
            f"TRUNCATE {name}" if name == "audit_log" else f'DELETE FROM "{name}"'  # noqa: S608  # its trigger refuses DELETE
            for name in [*metadata.tables, "product_search"]
            if name not in UNTOUCHED
        ]
        steps += [f'INSERT INTO "{name}" SELECT * FROM kept."{name}"' for name in sorted(kept)]  # noqa: S608
        connection.execute("; ".join(steps))  # type: ignore[arg-type]


def drop(url: str) -> None:
    """Together with whatever is still connected to it."""
    _command(f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)')


def or_skip(make: Any) -> str:
    """What ``make`` (one of the two above) makes; skips the test where there is no server."""
    try:
        return str(make())
    except (PeerMissing, PeerFailed) as reason:
        pytest.skip(f"{reason} Or set TEST_DATABASE_URL to a server for tests.")


@cache
def _template() -> str:
    name = _name("template")
    url = _create(name)
    migrate(url)
    with psycopg.connect(_plain(url)) as connection:
        connection.execute("CREATE SCHEMA kept")
        for table in metadata.tables:
            filled = f'SELECT 1 FROM "{table}" LIMIT 1'  # noqa: S608
            if table not in UNTOUCHED and connection.execute(filled).fetchone():  # type: ignore[arg-type]
                connection.execute(f'CREATE TABLE kept."{table}" AS TABLE "{table}"')  # type: ignore[arg-type]
    return name


def _plain(url: str | URL) -> str:
    """As the driver writes it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _name(what: object) -> str:
    return f"perseus_test_{os.getpid()}_{what}"


def _create(name: str, options: str = "") -> str:
    _command(f'CREATE DATABASE "{name}" {options}')
    return administration().set(database=name).render_as_string(hide_password=False)


def _command(statement: str) -> None:
    with psycopg.connect(_plain(administration()), autocommit=True, connect_timeout=5) as connection:
        connection.execute(statement)  # type: ignore[arg-type]
