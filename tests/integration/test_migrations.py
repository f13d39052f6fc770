from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Thread, Timer

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, func, select, text

from adapters.db.engine import open_engines
from adapters.db.migrate import configuration, is_current, migrate
from adapters.db.tables import (
    countries,
    currencies,
    fulfillment_providers,
    metadata,
    payment_providers,
    tax_providers,
)
from adapters.db.tables.search import is_described
from adapters.memory.store import CURRENCIES
from tests.integration.old_swaps import OldSwaps


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/new/shop.db"


def layout(engine: Engine) -> dict[str, list[str]]:
    """The definition of every table and index, part by part in no particular order: columns that were added
    to a table later stand behind the others, on one line."""
    with engine.connect() as connection:
        rows = connection.execute(
            text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND type != 'trigger'")
        )
        return {name: sorted(parts(sql)) for name, sql in rows}


def triggers(engine: Engine) -> set[str]:
    """As they were written; those of the audit log are made by its migration alone."""
    with engine.connect() as connection:
        rows = connection.execute(
            text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name != 'audit_log'")
        )
        return {" ".join(sql.split()) for (sql,) in rows}


def parts(sql: str) -> list[str]:
    """What stands between the commas that are in no inner brackets. Quotes are left out: tables that were
    rebuilt have them around their names."""
    head, _, body = " ".join(sql.replace('"', "").split()).partition("(")
    found, depth = [""], 0
    for sign in body.strip().removesuffix(")"):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "," and depth == 0:
            found.append("")
        else:
            found[-1] += sign
    return [head.strip(), *(part.strip() for part in found)]


def test_migrated_database_is_what_the_tables_say(url: str) -> None:
    migrate(url)
    migrated, described = open_engines(url), open_engines("sqlite://")
    metadata.create_all(described.write)

    with migrated.read.connect() as connection:
        found = MigrationContext.configure(connection, opts={"include_name": is_described})
        assert compare_metadata(found, metadata) == []
    found = layout(migrated.read)
    del found["alembic_version"]
    assert found == layout(described.read)  # checks and partial indexes too, which alembic does not compare
    assert triggers(migrated.read) == triggers(described.read)  # a table that is rebuilt loses them


def test_database_is_current_once_migrated(url: str) -> None:
    before = is_current(url)
    assert not Path(url.removeprefix("sqlite:///")).exists()
    migrate(url)
    migrate(url)

    assert (before, is_current(url)) == (False, True)


def test_migrations_work_from_any_directory(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(os.sep)
    migrate(url)

    assert is_current(url)


def test_memory_can_be_migrated_too() -> None:
    engines = open_engines("sqlite://")
    migrate(engines.write)

    assert is_current(engines.write)


def test_several_may_migrate_at_once(url: str) -> None:
    problems: list[Exception] = []

    def run() -> None:
        try:
            migrate(url)
        except Exception as error:
            problems.append(error)

    threads = [Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert problems == []
    assert is_current(url)


def test_a_new_file_that_somebody_else_holds_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("CREATE TABLE theirs (number INTEGER)")
        other.execute("BEGIN IMMEDIATE")
        release = Timer(0.05, lambda: other.execute("COMMIT"))
        release.start()
        engines = open_engines(f"sqlite:///{path}")
        with engines.write.begin() as connection:
            assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
        release.join()
        engines.dispose()


def test_migrations_can_be_undone(url: str) -> None:
    migrate(url)
    engines = open_engines(url)
    with engines.write.begin() as connection:
        command.downgrade(configuration(connection), "base")

    assert list(layout(engines.read)) == ["alembic_version"]


def test_what_others_point_at_survives_its_table_being_made_anew(tmp_path: Path) -> None:
    """0022 makes payments anew, at which refunds point."""
    url = f"sqlite:///{tmp_path}/shop.db"
    old = open_engines(url)
    with old.write.begin() as connection:
        command.upgrade(configuration(connection), "0021")
    old.dispose()
    with closing(sqlite3.connect(str(old.write.url.database), isolation_level=None)) as file:
        for table in ("orders", "payments", "refunds"):
            fill(file, table)
        assert len(file.execute("PRAGMA foreign_key_check").fetchall()) > 0, "the order's customer, say"

    migrate(url)

    with open_engines(url).write.connect() as connection:
        assert connection.scalar(text("SELECT payments.id FROM refunds JOIN payments ON payments.id = payment_id"))
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1


def fill(file: sqlite3.Connection, table: str) -> None:
    """One row, of as little as it needs; all keys are the same."""
    empty = {"BIGINT": 1, "INTEGER": 1, "BOOLEAN": 0, "TEXT": "{}", "VARCHAR(26)": "2026-01-01T00:00:00.000000"}
    needed = [row for row in file.execute(f"PRAGMA table_info({table})") if row[3] and row[4] is None]
    names = ", ".join(row[1] for row in needed)
    known = {"state": "succeeded", "status": "pending", "reason": "other"}
    values = [known.get(row[1], empty.get(row[2], "same")) for row in needed]
    marks = ", ".join("?" * len(values))
    file.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", values)  # noqa: S608 - of our own tables


def test_new_shop_knows_the_world(url: str) -> None:
    migrate(url)
    with open_engines(url).read.connect() as connection:
        germany = connection.execute(select(countries).where(countries.c.iso_2 == "de")).one()
        euro = connection.execute(select(currencies).where(currencies.c.code == "eur")).one()
        codes = set(connection.scalars(select(currencies.c.code)))
        number = connection.scalar(select(func.count()).select_from(countries))
        providers = [
            connection.scalars(select(table.c.id)).all()
            for table in (payment_providers, fulfillment_providers, tax_providers)
        ]

    assert germany[1:] == ("de", "deu", 276, "GERMANY", "Germany")
    assert tuple(euro) == ("eur", "€", "€", "Euro", False)
    assert codes == CURRENCIES
    assert number == 250
    assert providers == [["manual"], ["manual"], ["system"]]


def test_lines_of_swaps_move_to_those_of_orders_and_back(tmp_path: Path) -> None:
    engines = open_engines(f"sqlite:///{tmp_path}/shop.db")
    swaps = OldSwaps(engines.write)

    swaps.check_moved()
    swaps.check_taken_back()
    swaps.check_moved()

    engines.dispose()
