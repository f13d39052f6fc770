"""Statements that come again go straight to the driver.

SQLAlchemy looks up what it has compiled, turns parameters and wraps rows each time a statement runs; for
the small statements of a unit of work that is most of their cost. A statement object that is run a second
time is therefore compiled once more for the driver and kept for as long as the object lives. Statements
that are built anew each time never get here, and neither do those whose values SQLAlchemy itself makes up.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, CursorResult, Delete, Dialect, Executable, Insert, Select, Update
from sqlalchemy.sql.compiler import SQLCompiler

from adapters.db.prepared import Fetched, Process, Text, processor

_LENGTHS_KEPT = 64  # lists of up to so many different lengths have their text at hand
Values = Mapping[str, Any]
Statement = Select[Any] | Insert | Update | Delete


@dataclass(frozen=True, slots=True)
class Outcome:
    """rows: of a select or of RETURNING. rowcount: of rows changed."""

    rows: Sequence[Any]
    rowcount: int

    def all(self) -> Sequence[Any]:
        return self.rows

    def first(self) -> Any:
        """The first row, or None."""
        return self.rows[0] if self.rows else None

    def scalar_one(self) -> Any:
        """The only value there is. Raises LookupError when there is none or are several."""
        if len(self.rows) != 1:
            raise LookupError(f"{len(self.rows)} rows where there should be one")
        return self.rows[0][0]

    def scalar_one_or_none(self) -> Any:
        return self.scalar_one() if self.rows else None


def outcome(result: CursorResult[Any]) -> Outcome:
    """What SQLAlchemy found, in the same words."""
    return Outcome(result.all() if result.returns_rows else (), result.rowcount)


class Unfit(Exception):
    """This statement needs SQLAlchemy to run it."""


class _Filling:
    """A statement's text for lists of certain lengths.

    slots: per parameter its name, the name and place of the value it takes, how that is turned, and what it
    is when nothing is given.
    """

    def __init__(
        self,
        sql: str,
        slots: Sequence[tuple[str, str, int | None, Process | None, Any]],
        dialect: Dialect,
        *,
        positional: bool,
    ) -> None:
        self.text = Text(sql, [name for name, *_ in slots], dialect, positional=positional)
        self._slots = [slot for _, *slot in slots]

    def filled(self, values: Values) -> list[Any]:
        parameters = []
        for source, place, process, own in self._slots:
            value = values.get(source, own)
            if place is not None:
                value = value[place]
            parameters.append(value if process is None else process(value))
        return parameters


class Direct:
    """One statement for one dialect. keys: names of an insert's or update's values.

    Raises Unfit when made of a statement whose values are not all given.
    """

    def __init__(self, statement: Statement, dialect: Dialect, keys: frozenset[str]) -> None:
        writes = isinstance(statement, Insert | Update)
        returns = isinstance(statement, Select) or bool(statement.exported_columns)
        options: dict[str, Any] = {"column_keys": sorted(keys)} if writes else {}
        if isinstance(statement, Insert) and not returns:
            options["for_executemany"] = True  # no RETURNING of generated keys: there are none
        compiled = statement.compile(dialect=dialect, **options)
        if not isinstance(compiled, SQLCompiler):
            raise TypeError(f"{dialect.name} does not write SQL")
        if writes and (compiled.insert_prefetch or compiled.update_prefetch):
            raise Unfit(str(statement))
        self._compiled = compiled
        self._binds = {name: bind for bind, name in compiled.bind_names.items()}
        self._lists = sorted(name for name, bind in self._binds.items() if bind.expanding and bind.required)
        self._dialect = dialect
        self._filling = lru_cache(_LENGTHS_KEPT)(self._written)
        columns = list(statement.exported_columns) if returns else []
        self._names = [column.key or "" for column in columns]
        # The names are known only once there is a statement, which the type checker cannot follow.
        row: Any = namedtuple("Row", self._names, rename=True)  # type: ignore[misc]
        self._make = row._make
        self._returns = returns
        found = [(position, processor(column, dialect)) for position, column in enumerate(columns)]
        self._processors = [(position, process) for position, process in found if process is not None]

    def mappings(self, connection: Connection, values: Values) -> list[dict[str, Any]]:
        """Rows by column name."""
        names = self._names
        return [dict(zip(names, row, strict=True)) for row in self._found(connection, values)[0]]

    def outcome(self, connection: Connection, values: Values | Sequence[Values]) -> Outcome:
        if isinstance(values, Mapping):
            rows, rowcount = self._found(connection, values)
            return Outcome([self._make(row) for row in rows], rowcount)
        filling = self._filling(())
        return Outcome((), filling.text.run_each(connection, [filling.filled(each) for each in values]))

    def _found(self, connection: Connection, values: Values) -> tuple[Fetched, int]:
        filling = self._filling(tuple([len(values[name]) for name in self._lists]) if self._lists else ())
        found, count = filling.text.run(connection, filling.filled(values), returns=self._returns)
        if not self._processors:
            return found, count
        rows = [list(row) for row in found]
        for position, process in self._processors:
            for row in rows:
                row[position] = process(row[position])
        return rows, count

    def _written(self, lengths: tuple[int, ...]) -> _Filling:
        compiled = self._compiled
        own = {name: None if bind.required else bind.effective_value for name, bind in self._binds.items()}
        given = own | {name: [None] * length for name, length in zip(self._lists, lengths, strict=True)}
        state = compiled.construct_expanded_state(given)
        processors = {**compiled._bind_processors, **state.processors}
        of_list = {
            name: (source, place)
            for source, names in state.parameter_expansion.items()
            for place, name in enumerate(names)
        }
        slots = []
        for name in state.positiontup or state.parameters:
            source, place = of_list.get(name, (name, None))
            process: Any = processors.get(name)
            slots.append((name, source, place, process, own.get(source)))
        return _Filling(state.statement, slots, self._dialect, positional=bool(compiled.positional))


class DirectStatements:
    """Of one dialect: which statements have come before, and how they go to the driver."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._known: WeakKeyDictionary[Executable, dict[frozenset[str], Direct | None]] = WeakKeyDictionary()

    def known(self, statement: Executable, parameters: Values | Sequence[Values]) -> Direct | None:
        """None the first time, and for statements that SQLAlchemy has to run."""
        if not isinstance(statement, Select | Insert | Update | Delete):
            return None
        forms = self._known.get(statement)
        if forms is None:
            self._known[statement] = {}
            return None
        keys = _NO_KEYS
        if isinstance(statement, Insert | Update):
            one = parameters if isinstance(parameters, Mapping) else parameters[0] if parameters else {}
            keys = frozenset(one)
        if keys not in forms:
            forms[keys] = self._made(statement, keys)
        return forms[keys]

    def _made(self, statement: Statement, keys: frozenset[str]) -> Direct | None:
        try:
            return Direct(statement, self._dialect, keys)
        except Unfit:
            return None


_NO_KEYS: frozenset[str] = frozenset()
_BY_DIALECT: WeakKeyDictionary[Dialect, DirectStatements] = WeakKeyDictionary()


def direct_statements(dialect: Dialect) -> DirectStatements:
    found = _BY_DIALECT.get(dialect)
    if found is None:
        found = _BY_DIALECT[dialect] = DirectStatements(dialect)
    return found
