"""Reading connections that are handed on without the pool: never a dead one, never more than the pool may spare."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from adapters.db import alive, spare
from adapters.db.engine import CONNECTIONS, Engines, open_engines
from adapters.db.spare import SPARE, reading


@pytest.fixture
def engines(tmp_path: Path) -> Iterator[Engines]:
    engines = open_engines(f"sqlite:///{tmp_path}/shop.db")
    yield engines
    engines.dispose()


@pytest.fixture
def far(postgres_url: str) -> Iterator[Engines]:
    engines = open_engines(postgres_url)
    yield engines
    engines.dispose()


def taken(engine: Engine) -> list[str]:
    """Notes when a connection leaves the pool."""
    seen: list[str] = []
    event.listen(engine, "checkout", lambda *_: seen.append("taken"))
    return seen


def ask(engine: Engine) -> object:
    with reading(engine) as connection:
        return connection.execute(text("SELECT 1")).scalar()


def end_sessions(engines: Engines) -> None:
    with engines.write.begin() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid, 20000) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )


def test_readers_one_after_the_other_share_a_connection(engines: Engines) -> None:
    seen = taken(engines.read)
    assert [ask(engines.read) for _ in range(5)] == [1] * 5
    assert seen == ["taken"]


def test_readers_at_the_same_time_have_one_each_and_only_some_are_kept(engines: Engines) -> None:
    barrier, met = Barrier(SPARE + 4), []

    def read() -> None:
        with reading(engines.read) as connection:
            barrier.wait(20)
            met.append(connection)

    threads = [Thread(target=read) for _ in range(SPARE + 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert len({id(connection) for connection in met}) == SPARE + 4
    pool: Any = engines.read.pool
    assert pool.checkedout() == SPARE


def test_a_connection_somebody_may_be_waiting_for_goes_back_to_the_pool(far: Engines) -> None:
    pool: Any = far.read.pool
    with ExitStack() as stack:
        for _ in range(CONNECTIONS - 1):
            stack.enter_context(far.read.connect())
        assert ask(far.read) == 1
        assert pool.checkedout() == CONNECTIONS - 1, "the last of those that stay open"


def test_who_raised_hands_nothing_on(engines: Engines) -> None:
    seen = taken(engines.read)
    for _ in range(2):
        with pytest.raises(RuntimeError, match="no"), reading(engines.read):
            raise RuntimeError("no")
    assert seen == ["taken", "taken"]


def test_what_sqlalchemy_has_begun_is_over_for_the_next_reader(engines: Engines) -> None:
    with reading(engines.read) as first:
        first.execute(text("SELECT 1"))
        assert first.in_transaction()
    with reading(engines.read) as second:
        assert (second is first, second.in_transaction()) == (True, False)


def test_an_old_connection_goes_through_the_pool_again(engines: Engines, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = taken(engines.read)
    monkeypatch.setattr(spare, "RECYCLE_S", -1)
    ask(engines.read), ask(engines.read)
    assert seen == ["taken", "taken"]


def test_disposing_of_the_engine_closes_those_at_hand_and_those_that_come_back_later(engines: Engines) -> None:
    opened: list[sqlite3.Connection] = []
    event.listen(engines.read, "connect", lambda connection, _: opened.append(connection))
    with reading(engines.read):
        ask(engines.read)
        engines.dispose()

    assert len(opened) == 2
    for connection in opened:
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            connection.execute("SELECT 1")
    assert ask(engines.read) == 1


def test_the_one_connection_of_a_shop_in_memory_is_never_kept() -> None:
    engines = open_engines("sqlite://")
    assert ask(engines.read) == 1
    with engines.write.begin() as connection:
        assert connection.execute(text("SELECT 1")).scalar() == 1
    engines.dispose()


@pytest.mark.parametrize("idle", [None, 0.0], ids=["just used", "long idle"])
def test_connections_that_the_server_has_ended_are_replaced(
    far: Engines, monkeypatch: pytest.MonkeyPatch, idle: float | None
) -> None:
    if idle is not None:
        monkeypatch.setattr(alive, "IDLE_S", idle)
    for _ in range(3):
        with reading(far.read) as connection, reading(far.read) as another:
            assert [each.execute(text("SELECT 1")).scalar() for each in (connection, another)] == [1, 1]
        end_sessions(far)
