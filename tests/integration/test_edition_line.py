"""The catalogue's number is asked once for all who wait, and nobody is told one from before they asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep
from typing import Any

import pytest
from sqlalchemy import Engine, event, text, update

from adapters.db.edition_line import EditionLine
from adapters.db.engine import Engines, open_engines
from adapters.db.migrate import migrate
from adapters.db.reads.glances import NUMBERS
from adapters.db.tables import versions
from adapters.db.upserts import upsert
from core.domain.errors import Unavailable

PATIENCE_S = 20.0


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.deep)])
def engines(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engines]:
    url = f"sqlite:///{tmp_path}/shop.db"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
    else:
        migrate(url)
    engines = open_engines(url)
    with engines.write.begin() as connection:
        made = upsert(engines.write.dialect.name, versions).values(name="catalogue", value=1)
        connection.execute(made.on_conflict_do_nothing())
    yield engines
    engines.dispose()


def move(engines: Engines) -> None:
    with engines.write.begin() as connection:
        connection.execute(update(versions).where(versions.c.name == "catalogue").values(value=versions.c.value + 1))


@dataclass
class Gate:
    """Holds a line's next answer back once the database has given it."""

    line: EditionLine
    read: Event = field(default_factory=Event)
    told: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        ask = self.line._ask

        def held() -> Sequence[Any]:
            answer = ask()
            if not self.read.is_set():
                self.read.set()
                assert self.told.wait(PATIENCE_S)
            return answer

        self.line._ask = held  # type: ignore[method-assign]


def number(line: EditionLine) -> int:
    return int(line.ask()[0])


class Turnstile:
    """Counts who has come to ask."""

    def __init__(self, line: EditionLine) -> None:
        self.came = 0
        self._turn, line._turn = line._turn, self  # type: ignore[assignment]

    def __enter__(self) -> None:
        self.came += 1
        self._turn.acquire()

    def __exit__(self, *_: object) -> None:
        self._turn.release()


def started(deed: Callable[[], object]) -> Thread:
    thread = Thread(target=deed)
    thread.start()
    return thread


def statements(engine: Engine) -> list[str]:
    seen: list[str] = []

    @event.listens_for(engine, "before_cursor_execute")
    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        if "versions" in statement:
            seen.append(statement)

    return seen


def test_those_who_wait_share_one_answer_and_it_is_not_one_from_before_they_came(engines: Engines) -> None:
    line = EditionLine(engines.read, NUMBERS)
    before = number(line)
    asked = statements(engines.read)
    gate, turnstile = Gate(line), Turnstile(line)
    told: dict[str, int] = {}
    first = started(lambda: told.update(first=number(line)))
    assert gate.read.wait(PATIENCE_S)

    move(engines)  # the first has its answer by now, and those who come know of this write
    others = [started(lambda name=name: told.update({name: number(line)})) for name in "abcde"]  # type: ignore[misc]
    deadline = monotonic() + PATIENCE_S
    while turnstile.came < 1 + len(others) and monotonic() < deadline:
        sleep(0.01)
    gate.told.set()
    for thread in (first, *others):
        thread.join(PATIENCE_S)

    assert told == {"first": before, **dict.fromkeys("abcde", before + 1)}
    assert len(asked) == 2, "one for the first, one for all others"


def test_nobody_is_told_a_number_older_than_a_write_that_was_over_when_they_asked(engines: Engines) -> None:
    line = EditionLine(engines.read, NUMBERS)
    written = [number(line)]
    over = Event()
    wrong: list[tuple[int, int]] = []

    def look() -> None:
        while not over.is_set():
            at_least = written[0]
            told = number(line)
            if told < at_least:
                wrong.append((at_least, told))

    readers = [started(look) for _ in range(4)]
    for _ in range(150):
        move(engines)
        written[0] += 1
    over.set()
    for reader in readers:
        reader.join(PATIENCE_S)

    assert wrong == []
    assert number(line) == written[0]


def test_a_question_that_failed_failed_for_all_who_shared_it_and_the_next_is_asked_anew(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/shop.db"
    engines = open_engines(url)
    line = EditionLine(engines.read, NUMBERS)
    for _ in "ab":
        with pytest.raises(Unavailable):  # there are no tables
            number(line)
    migrate(url)

    assert number(line) >= 0
    engines.dispose()


def test_a_shop_in_memory_has_its_one_connection_back_after_each_question() -> None:
    engines = open_engines("sqlite://")
    with engines.write.begin() as connection:
        versions.create(connection)
    line = EditionLine(engines.read, NUMBERS)

    assert [number(line), number(line)] == [0, 0]
    with engines.write.begin() as connection:
        assert connection.execute(text("SELECT 1")).scalar() == 1
    engines.dispose()


def test_a_line_that_was_cut_is_replaced(postgres_url: str) -> None:
    engines = open_engines(postgres_url)
    line = EditionLine(engines.read, NUMBERS)
    before = number(line)
    for _ in range(3):
        with engines.write.begin() as connection:
            connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid, 20000) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
        assert number(line) == before
    engines.dispose()
