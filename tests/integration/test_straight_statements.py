"""Statements that go past psycopg's cursors: they mean what they mean with one, and survive what happens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from threading import Thread
from time import monotonic, sleep
from typing import Any

import pytest
from psycopg import errors
from psycopg.types.json import Jsonb
from sqlalchemy import bindparam, insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from adapters.db.engine import open_engines
from adapters.db.straight import PREPARED_AT, StraightConnection
from adapters.db.tables import countries, versions
from adapters.db.transaction import Transaction, transaction
from core.domain.errors import ConcurrentUpdate

VALUES = [
    "plain",
    "",
    "ä 字 🜁 ' \" \\ % $1",
    7,
    -40_000,
    2**40,
    True,
    None,
    1.5,
    Decimal("12.5000"),
    datetime(2026, 3, 29, 1, 59, 59, 999_999, tzinfo=UTC),
    date(2026, 3, 29),
    b"\0\xff",
    Jsonb({"a": [1, None, "ü"]}),
    ["a", "", 'quoted "b", {c}'],
    [1, 2],
]
_KEPT = b"SELECT statement FROM pg_prepared_statements WHERE name LIKE 'kept%' ORDER BY prepare_time"
CASTS = {str: "text", list: "text[]", type(None): "text"}


@pytest.fixture
def connection(postgres_url: str) -> Iterator[StraightConnection]:
    engines = open_engines(postgres_url)
    with engines.write.connect() as pooled:
        driver: Any = pooled.connection.driver_connection
        yield driver
    engines.dispose()


def cast(value: object) -> str:
    return "int[]" if value == [1, 2] else CASTS.get(type(value), "")


@pytest.mark.parametrize("value", VALUES, ids=[f"{number}" for number in range(len(VALUES))])
def test_values_go_and_come_as_with_a_cursor(connection: StraightConnection, value: object) -> None:
    as_type = f"::{cast(value)}" if cast(value) else ""
    with connection.cursor() as cursor:
        expected = cursor.execute(f"SELECT %s{as_type}, 1", [value]).fetchall()  # type: ignore[arg-type]
    for _ in range(PREPARED_AT + 1):
        assert connection.straight.run(f"SELECT $1{as_type}, 1".encode(), [value]) == (expected, 1)


def test_one_text_takes_values_of_other_types_and_sizes(connection: StraightConnection) -> None:
    for value in (1, 2**40, Decimal("1.5"), -3, 2.5) * 4:
        ((found,),), _ = connection.straight.run(b"SELECT $1", [value])
        assert found == value


def test_statements_that_come_again_are_prepared_and_stay_so_through_a_rollback(
    connection: StraightConnection,
) -> None:
    for _ in range(PREPARED_AT + 2):
        connection.straight.run(b"SELECT $1::int + 1", [1])
    with pytest.raises(errors.DivisionByZero):
        connection.straight.run(b"SELECT 1 / $1::int", [0])
    connection.rollback()
    connection.execute("SELECT 5", prepare=True)
    connection.rollback()
    connection.execute("SELECT 5")

    assert kept(connection) == ["SELECT $1::int + 1"]
    assert connection.straight.run(b"SELECT $1::int + 1", [1]) == ([(2,)], 1)


def test_those_kept_longest_make_room(connection: StraightConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.db.straight.STATEMENTS_PREPARED", 2)
    for number in range(4):
        for _ in range(PREPARED_AT):
            connection.straight.run(b"SELECT %d" % number, [])

    assert kept(connection) == ["SELECT 2", "SELECT 3"]


def test_reader_whose_statements_were_forgotten_prepares_them_anew(postgres_url: str) -> None:
    engines = open_engines(postgres_url)
    wanted = select(countries.c.name).where(countries.c.iso_2 == bindparam("code"))
    for _ in range(PREPARED_AT + 2):
        with transaction(engines.read) as work:
            work.rows(wanted, {"code": "de"})
            driver: Any = work.connection.connection.driver_connection
            driver.pgconn.exec_(b"DEALLOCATE ALL")
            assert len(work.rows(wanted, {"code": "de"})) == 1
    engines.dispose()


def test_writer_whose_statements_were_forgotten_may_try_again(postgres_url: str) -> None:
    engines = open_engines(postgres_url)
    wanted = select(countries.c.name).where(countries.c.iso_2 == bindparam("code"))
    with transaction(engines.write) as work:
        for _ in range(PREPARED_AT + 2):
            work.rows(wanted, {"code": "de"})
        driver: Any = work.connection.connection.driver_connection
    driver.pgconn.exec_(b"DEALLOCATE ALL")

    with pytest.raises(ConcurrentUpdate), transaction(engines.write) as work:
        work.rows(wanted, {"code": "de"})
    with transaction(engines.write) as work:
        assert len(work.rows(wanted, {"code": "de"})) == 1
    engines.dispose()


def test_statement_outlives_a_change_of_its_table(connection: StraightConnection) -> None:
    connection.straight.run(b"CREATE TABLE changing (a int)", [])
    connection.straight.run(b"INSERT INTO changing VALUES (1)", [])
    connection.commit()
    connection.autocommit = True
    for _ in range(PREPARED_AT + 1):
        connection.straight.run(b"SELECT * FROM changing", [])
    connection.pgconn.exec_(b"ALTER TABLE changing ADD COLUMN b int")

    assert connection.straight.run(b"SELECT * FROM changing", []) == ([(1, None)], 1)
    connection.pgconn.exec_(b"DROP TABLE changing")


def test_statement_that_can_never_be_done_is_refused_and_not_tried_forever(connection: StraightConnection) -> None:
    connection.autocommit = True
    body = b"BEGIN RAISE EXCEPTION USING ERRCODE = '0A000'; END"
    connection.straight.run(b"CREATE FUNCTION pg_temp.never() RETURNS int LANGUAGE plpgsql AS $$ %s $$" % body, [])
    for _ in range(PREPARED_AT + 2):
        with pytest.raises(errors.FeatureNotSupported):
            connection.straight.run(b"SELECT pg_temp.never()", [])


def test_commit_after_a_statement_that_failed_is_no_commit(connection: StraightConnection) -> None:
    connection.straight.run(b"UPDATE countries SET name = 'lost' WHERE iso_2 = 'de'", [])
    with pytest.raises(errors.DivisionByZero):
        connection.straight.run(b"SELECT 1 / 0", [])

    with pytest.raises(errors.InFailedSqlTransaction):
        connection.commit()
    assert connection.straight.run(b"SELECT 1 FROM countries WHERE name = 'lost'", []) == ([], 0)


def test_work_whose_statement_failed_unheard_is_not_told_that_it_was_saved(postgres_url: str) -> None:
    engines = open_engines(postgres_url)
    work = Transaction(engines.write)
    work.open()
    work.run(insert(versions), {"name": "unheard", "value": 1})
    with pytest.raises(IntegrityError):
        work.run(insert(versions), {"name": "unheard", "value": 1})
    with pytest.raises(DBAPIError):
        work.commit()
    work.close()
    with transaction(engines.write) as after:
        assert after.rows(select(versions.c.value).where(versions.c.name == "unheard")) == []
    engines.dispose()


def test_first_statement_begins_what_the_engine_was_told_to_begin(postgres_url: str) -> None:
    engines = open_engines(postgres_url)
    for level, found in (("REPEATABLE READ", "repeatable read"), ("SERIALIZABLE", "serializable")):
        with engines.read.execution_options(isolation_level=level).connect() as connection:
            driver: Any = connection.connection.driver_connection
            assert driver.straight.run(b"SHOW transaction_isolation", [])[0] == [(found,)]
    with engines.read.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver.straight.run(b"SHOW transaction_isolation", [])[0] == [("read committed",)]
    engines.dispose()


def test_others_work_while_one_waits_for_the_server(connection: StraightConnection) -> None:
    waiting = Thread(target=connection.straight.run, args=(b"SELECT pg_sleep(0.3)", []))
    began, turns = monotonic(), 0
    waiting.start()
    while waiting.is_alive():
        sleep(0.01)
        turns += 1
    assert monotonic() - began > 0.25
    assert turns > 5


def test_what_is_not_committed_is_undone(postgres_url: str) -> None:
    engines = open_engines(postgres_url)
    statement = insert(versions)
    for name in ("one", "two", "three", "four"):
        work = Transaction(engines.write)
        work.open()
        work.run(statement, [{"name": name, "value": 1}])
        work.close()
    with transaction(engines.write) as work:
        found = work.rows(select(versions.c.name).where(versions.c.name.in_(["one", "two", "three", "four"])))
    engines.dispose()

    assert found == []


def test_row_counts_tell_what_changed(connection: StraightConnection) -> None:
    run = connection.straight.run
    assert run(b"UPDATE countries SET name = name WHERE iso_2 = $1", ["??"]) == ([], 0)
    assert run(b"UPDATE countries SET name = name WHERE iso_2 = $1", ["de"]) == ([], 1)
    connection.rollback()


def kept(connection: StraightConnection) -> list[str]:
    found, _ = connection.straight.run(_KEPT, [])
    return [text for (text,) in found]
