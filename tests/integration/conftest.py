"""Servers that tests share: started by the first that needs one, stopped after the last."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.db.engine import open_engines
from adapters.db.tables import metadata
from tests.integration import postgres_server
from tests.integration.lock_order import Watch, watching
from tests.integration.shops import keep_at


def pytest_sessionfinish() -> None:
    postgres_server.stop()


@pytest.fixture(scope="session")
def watched_locks() -> Iterator[Watch]:
    with watching() as watch:
        yield watch


@pytest.fixture(autouse=True)
def locks_in_order(watched_locks: Watch) -> Iterator[None]:
    """Nothing that a test makes the shop do locks rows against the order that docs/databases.md tells."""
    yield
    found, watched_locks.found = sorted(set(watched_locks.found)), []
    assert found == []


@pytest.fixture(scope="module")
def postgres_database() -> Iterator[str]:
    url = postgres_server.or_skip(postgres_server.migrated_database)
    yield url
    postgres_server.drop(url)


@pytest.fixture
def postgres_url(postgres_database: str) -> Iterator[str]:
    """A migrated PostgreSQL database, as new; the test is skipped where there is no server."""
    yield postgres_database
    postgres_server.reset(postgres_database)


@pytest.fixture(scope="module")
def postgres_rows() -> Iterator[str]:
    url = postgres_server.or_skip(postgres_server.loose_database)
    yield url
    postgres_server.drop(url)


@pytest.fixture(params=["sqlite", "postgres"])
def rows_database(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """For ``catalogue_rows``, once on each database: tables without references between them."""
    if request.param == "sqlite":
        yield None
        return
    url = request.getfixturevalue("postgres_rows")
    yield url
    postgres_server.empty(url)


@pytest.fixture(params=["sqlite", "postgres"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Where ``open_shop`` opens a shop of the test's own: once on each database."""
    if request.param == "postgres":
        keep_at(tmp_path, request.getfixturevalue("postgres_url"))
    return tmp_path


@pytest.fixture(params=["sqlite", "postgres"])
def queue_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with a queue and nothing in it: once on each engine, for processes that share it."""
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres_url"))
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    engines = open_engines(url)
    metadata.create_all(engines.write)
    engines.dispose()
    return url
