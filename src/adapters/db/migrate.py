"""Bringing a database up to date. The migrations travel with the package, so this works anywhere."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, func, make_url, select, text

from adapters.db.engine import open_engines

MIGRATIONS = Path(__file__).parent / "migrations"
TABLE_TIMEOUT_MS = 10_000
TURN_TIMEOUT_MS = 60_000  # on SQLite, for another process that migrates and may have much to do
_QUEUE = 7_377_371  # the number of the queue is nobody else's


def migrate(database: str | Engine) -> None:
    """Create or upgrade the database behind a URL or a writing engine. Safe to repeat, and safe when
    several processes try at once: one does it, the others find it done."""
    if isinstance(database, Engine):
        _upgrade(database)
        return
    path = _file(database)
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
    engines = open_engines(database, busy_timeout_ms=TURN_TIMEOUT_MS)
    try:
        _upgrade(engines.write)
    finally:
        engines.dispose()


def is_current(database: str | Engine) -> bool:
    """Whether the newest migration has been applied. Creates nothing."""
    if isinstance(database, Engine):
        return _is_at_head(database)
    path = _file(database)
    if path is not None and not path.exists():
        return False
    engines = open_engines(database)
    try:
        return _is_at_head(engines.read)
    finally:
        engines.dispose()


def configuration(connection: Connection) -> Config:
    """What alembic's commands need to work on this connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _upgrade(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        _upgrade_file(engine)
        return
    with engine.begin() as connection:
        _queue(connection)
        command.upgrade(configuration(connection), "head")


def _upgrade_file(engine: Engine) -> None:
    """SQLite changes a table by making another in its place, which it takes for the loss of all that others
    point at. So it looks at what points where when all is done, as https://www.sqlite.org/lang_altertable.html
    has it. Raises ValueError, and leaves the shop as it was, if anything points nowhere then that did not before."""
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys = OFF").close()  # without effect within a transaction
        try:
            with connection.begin():
                current = MigrationContext.configure(connection).get_current_heads() == _heads()
                before = set() if current else _astray(connection)
                command.upgrade(configuration(connection), "head")
                lost = set() if current else _astray(connection) - before
                if lost:
                    raise ValueError(
                        f"after the migration rows of {sorted({str(row[0]) for row in lost})} point nowhere"
                    )
        finally:
            driver.execute("PRAGMA foreign_keys = ON").close()


def _astray(connection: Connection) -> set[tuple[object, ...]]:
    """Rows that point at what is not there: their table and number, what they point at."""
    return {tuple(row[:3]) for row in connection.exec_driver_sql("PRAGMA foreign_key_check")}


def _queue(connection: Connection) -> None:
    """One migration at a time, each as long as it takes; but while it waits for a table of a running
    shop, the shop waits behind it, so it gives that up after a while."""
    connection.execute(text("SET LOCAL lock_timeout = 0"))
    connection.execute(text("SET LOCAL statement_timeout = 0"))
    connection.execute(select(func.pg_advisory_xact_lock(_QUEUE)))
    connection.execute(text(f"SET LOCAL lock_timeout = {TABLE_TIMEOUT_MS}"))


def _is_at_head(engine: Engine) -> bool:
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_heads() == _heads()


@lru_cache(maxsize=1)
def _heads() -> tuple[str, ...]:
    return tuple(ScriptDirectory(str(MIGRATIONS)).get_heads())


def _file(url: str) -> Path | None:
    """The database file of an SQLite URL; None for databases in memory and on servers."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        return None
    return Path(str(parsed.database))
