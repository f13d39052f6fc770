"""Statements that are compiled once and run many times.

SQLAlchemy looks a statement up among those it has compiled each time it runs, and wraps what comes back.
For statements that are kept anyway and whose rows are taken as they come, that is most of the cost, so these
go straight to the driver.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, Dialect, Select, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnElement

Process = Callable[[Any], Any]
Fetched = Sequence[Sequence[Any]]
_ARGUMENTS_MAX = 100  # of one of SQLite's functions


class Text:
    """What a statement says to one dialect's driver. names: of the places for values, in their order."""

    __slots__ = ("_errors", "_names", "_numbered", "_sql")

    def __init__(self, sql: str, names: Sequence[str], dialect: Dialect, *, positional: bool) -> None:
        self._sql = sql
        self._names = None if positional else names
        self._errors: type[Exception] = dialect.loaded_dbapi.Error
        self._numbered = b""
        if dialect.driver == "psycopg":
            self._numbered = (sql % {name: f"${number}" for number, name in enumerate(names, 1)}).encode()

    def run(self, connection: Connection, values: Sequence[Any], *, returns: bool = True) -> tuple[Fetched, int]:
        """Rows as the driver gives them, and how many were found or changed. values: one for each name.
        Raises what SQLAlchemy would."""
        self._note(connection, [values], many=False)
        try:
            driver: Any = connection.connection
            # Connections that the engine's own way did not open have cursors only.
            if self._numbered and (straight := getattr(driver.driver_connection, "straight", None)):
                found: tuple[Fetched, int] = straight.run(self._numbered, values)
                return found
            cursor = driver.cursor()
            try:
                cursor.execute(self._sql, self._given(values))
                return cursor.fetchall() if returns else (), cursor.rowcount
            finally:
                cursor.close()
        except self._errors as error:
            raise reported(error, self._errors, self._sql, connection) from error

    def run_each(self, connection: Connection, rows: Sequence[Sequence[Any]]) -> int:
        """Once for each row of values; how many rows of the database were changed."""
        if len(rows) == 1:
            return self.run(connection, rows[0], returns=False)[1]
        self._note(connection, rows, many=True)
        try:
            cursor = connection.connection.cursor()
            try:
                cursor.executemany(self._sql, [self._given(values) for values in rows])
                return cursor.rowcount
            finally:
                cursor.close()
        except self._errors as error:
            raise reported(error, self._errors, self._sql, connection) from error

    def _given(self, values: Sequence[Any]) -> Any:
        return tuple(values) if self._names is None else dict(zip(self._names, values, strict=True))

    def _note(self, connection: Connection, rows: Sequence[Sequence[Any]], *, many: bool) -> None:
        """Tell those who listen to statements, as SQLAlchemy would."""
        for note in connection.engine.dispatch.before_cursor_execute:
            given = [self._given(values) for values in rows]
            note(connection, None, self._sql, given if many else given[0], None, many)


class Prepared:
    """A statement for one dialect. Its values are those of the statement and, by name, those given to ``rows``.

    packed: there may be many rows, of texts and whole numbers. SQLite then hands them over as one: its driver
    lets go of the interpreter for each row, and threads that answer at the same time would take it from each
    other hundreds of times a page.
    """

    def __init__(self, statement: Select[Any], dialect: Dialect, *, packed: bool = False) -> None:
        self._packed = packed and dialect.name == "sqlite" and len(statement.selected_columns) <= _ARGUMENTS_MAX
        if self._packed:
            statement = _in_one(statement)
        compiled = statement.compile(dialect=dialect)
        if not isinstance(compiled, SQLCompiler):
            raise TypeError(f"{dialect.name} does not write SQL")
        asked = {name for name, bind in compiled.binds.items() if bind.required}
        written = compiled.construct_expanded_state(dict.fromkeys(asked))
        processors = {**compiled._bind_processors, **written.processors}
        names = list(written.positiontup or written.parameters)
        self._text = Text(written.statement, names, dialect, positional=bool(compiled.positional))
        self._own: list[Any] = []
        self._given: list[tuple[int, str, Process | None]] = []
        for position, name in enumerate(names):
            process: Any = processors.get(name)
            own = written.parameters[name]
            if name in asked:
                self._given.append((position, name, process))
            self._own.append(own if process is None or name in asked else process(own))

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> Fetched:
        """All of them as the driver gives them: ``processor`` tells what a column's values mean."""
        filled = self._own.copy()
        for position, name, process in self._given:
            value = values[name]
            filled[position] = value if process is None else process(value)
        rows, _ = self._text.run(connection, filled)
        packed: Fetched
        if self._packed:
            packed = orjson.loads(rows[0][0])
            return packed
        return rows


def _in_one(statement: Select[Any]) -> Select[Any]:
    """A list of the rows, in their order, as text."""
    rows = statement.subquery("packed")
    return select(func.json_group_array(func.json_array(*rows.c))).select_from(rows)


def reported(error: Exception, errors: type[Exception], sql: str, connection: Connection) -> Exception:
    """A driver's error as SQLAlchemy reports it; a connection that is lost does not go back to the others."""
    dialect = connection.dialect
    # Typed for the exceptions of one driver; here it is whichever the dialect has.
    lost = dialect.is_disconnect(error, connection.connection.driver_connection, None)  # type: ignore[arg-type]
    if lost:
        connection.invalidate(error)
    return DBAPIError.instance(
        sql, None, error, errors, hide_parameters=True, connection_invalidated=lost, dialect=dialect
    )


class PreparedRows:
    """A prepared statement whose rows have values as their columns' types want them, by position and name."""

    def __init__(self, statement: Select[Any], dialect: Dialect) -> None:
        self._prepared = Prepared(statement, dialect)
        columns = list(statement.selected_columns)
        # The names are known only once there is a statement, which the type checker cannot follow.
        self._row: Any = namedtuple("Row", [column.key or "" for column in columns], rename=True)  # type: ignore[misc]
        found = [(position, processor(column, dialect)) for position, column in enumerate(columns)]
        self._processors = [(position, process) for position, process in found if process is not None]

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> Sequence[Any]:
        make, processors = self._row._make, self._processors
        rows = []
        for row in self._prepared.rows(connection, values):
            whole = list(row)
            for position, process in processors:
                whole[position] = process(whole[position])
            rows.append(make(whole))
        return rows


def processor(column: ColumnElement[Any], dialect: Dialect) -> Process | None:
    """What turns the driver's value of a column into ours; None when it is that already."""
    found: Process | None = column.type.dialect_impl(dialect).result_processor(dialect, None)
    return found
