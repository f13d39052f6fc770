"""Migrations on a PostgreSQL server: the same history, the same outcome."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Thread

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, MetaData, func, inspect, select, text

from adapters.db.engine import open_engines
from adapters.db.migrate import configuration, is_current, migrate
from adapters.db.tables import countries, fragments, metadata, search
from adapters.db.tables.search import is_described
from tests.integration import postgres_server
from tests.integration.old_swaps import OldSwaps


@pytest.fixture
def empty() -> Iterator[str]:
    url = postgres_server.or_skip(postgres_server.empty_database)
    yield url
    postgres_server.drop(url)


def layout(engine: Engine) -> dict[str, list[str]]:
    """Every index and constraint as the database spells it, by table."""
    found: dict[str, list[str]] = {}
    with engine.connect() as connection:
        for table, definition in connection.execute(
            text(
                "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public' UNION ALL "
                "SELECT conrelid::regclass::text, conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint "
                "WHERE connamespace = 'public'::regnamespace AND conrelid <> 0"
            )
        ):
            found.setdefault(table, []).append(definition)
    return {table: sorted(definitions) for table, definitions in found.items()}


def test_migrated_database_is_what_the_tables_say(empty: str) -> None:
    migrate(empty)
    engines = open_engines(empty)
    with engines.read.connect() as connection:
        found = MigrationContext.configure(connection, opts={"include_name": is_described})
        assert compare_metadata(found, metadata) == []
    migrated = layout(engines.read)
    with engines.write.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
        described = MetaData(naming_convention=metadata.naming_convention)
        for table in metadata.tables.values():
            table.to_metadata(described)  # a copy: creating the tables here would change how SQLite creates them
        described.create_all(connection)
        search.create(connection)
        fragments.create(connection)
    del migrated["alembic_version"]
    expected = layout(engines.read)
    engines.dispose()

    assert migrated == expected  # checks and partial indexes too, which alembic does not compare


def test_database_is_current_once_migrated(empty: str) -> None:
    before = is_current(empty)
    migrate(empty)
    migrate(empty)

    assert (before, is_current(empty)) == (False, True)


def test_several_may_migrate_at_once(empty: str) -> None:
    problems: list[Exception] = []

    def run() -> None:
        try:
            migrate(empty)
        except Exception as error:
            problems.append(error)

    threads = [Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert problems == []
    assert is_current(empty)


def test_migrations_can_be_undone(empty: str) -> None:
    migrate(empty)
    engines = open_engines(empty)
    with engines.write.begin() as connection:
        command.downgrade(configuration(connection), "base")
    with engines.read.connect() as connection:
        left = inspect(connection).get_table_names()
        functions = connection.scalar(
            text("SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace")
        )
    engines.dispose()

    assert (left, functions) == (["alembic_version"], 0)


def test_new_shop_knows_the_world(empty: str) -> None:
    migrate(empty)
    engines = open_engines(empty)
    with engines.read.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(countries)) == 250
    engines.dispose()


def test_lines_of_swaps_move_to_those_of_orders_and_back(empty: str) -> None:
    engines = open_engines(empty)
    swaps = OldSwaps(engines.write)

    swaps.check_moved()
    swaps.check_taken_back()
    swaps.check_moved()

    engines.dispose()
