"""Entities as rows and rows as entities, declared once per aggregate.

A mapper pairs a dataclass with a table: fields and columns meet by name, the annotations say how
values convert. What does not fit a column of its own is declared: children in tables that point
back (``Many``), strings in link tables (``Links``), records that several aggregates may point at
(``One``), values spread over columns (``flat``). A field or a column that nobody accounts for is
refused when the module is imported, so that a mapper cannot forget one.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

from sqlalchemy import ColumnElement, Select, Table, bindparam, literal, select, union_all

from adapters.db.types import Json, json_text

Row = dict[str, Any]
Key = tuple[Any, ...]
Query = Callable[[Select[Any], Mapping[str, Any]], list[Row]]
E = TypeVar("E")

_IDS: Any = bindparam("ids", expanding=True)
# Set by the persistence layer, never by an entity unless it has a field of that name.
KEPT = frozenset({"created_at", "updated_at", "deleted_at", "position", "version"})


class IncompleteMapping(TypeError):
    """A field without a column, or a column without a source."""


class Removal(StrEnum):
    """What becomes of a row that the aggregate no longer has."""

    DELETE = "delete"
    RETIRE = "retire"  # soft-deleted: others may still point at it
    KEEP = "keep"


class Slot:
    """A table as one kind of part of an aggregate uses it.

    initial: columns given when a row is inserted and left alone afterwards. shared: rows may exist
    already, written by another aggregate. codes: columns that may be empty, and are unique where they are not.
    """

    def __init__(
        self,
        table: Table,
        key: tuple[str, ...],
        *,
        removal: Removal = Removal.DELETE,
        initial: Mapping[str, Any] | None = None,
        shared: bool = False,
    ) -> None:
        self.table = table
        self.key = key
        self.removal = removal
        self.initial = dict(initial or {})
        self.shared = shared
        self.columns = frozenset(column.name for column in table.columns)
        self.codes = frozenset(
            str(column.name)
            for index in table.indexes
            for column in index.columns
            if index.unique and len(index.columns) == 1 and column.nullable
        )

    def key_of(self, row: Row) -> Key:
        return tuple(row[name] for name in self.key)


Rows = dict[Slot, dict[Key, Row]]


@dataclass(frozen=True, kw_only=True, eq=False)
class Many:
    """Children in a table of their own. parent: their column that points back. copied: further
    columns of theirs taken from fields of the parent. where: which rows count. rare: most aggregates
    have none; whether there are any is asked along with the first part, for all rare ones at once."""

    field: str
    mapper: Mapper[Any]
    parent: str
    copied: Mapping[str, str] | None = None
    where: ColumnElement[bool] | None = None
    rare: bool = False


class Links(Slot):
    """A tuple of strings kept as rows of (parent, value, position).

    flag: a column of the parent that says whether there are any; without, nothing is asked for.
    """

    def __init__(self, field: str, table: Table, parent: str, value: str, *, flag: str | None = None) -> None:
        super().__init__(table, (parent, value))
        self.field = field
        self.parent = parent
        self.value = value
        self.flag = flag
        _account(table, {parent, value, "position"})
        self._select = _by_parents(table, parent)

    def fetch(self, query: Query, parents: Sequence[Row], into: Rows) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        noted = into.setdefault(self, {})
        ids = [row["id"] for row in parents if self.flag is None or row[self.flag]]
        for row in query(self._select, {"ids": ids}) if ids else ():
            noted[self.key_of(row)] = row
            found.setdefault(row[self.parent], []).append(row[self.value])
        return found

    def flatten(self, id: str, values: Sequence[str], into: Rows) -> None:
        rows = into.setdefault(self, {})
        for position, value in enumerate(values):
            rows[id, value] = {self.parent: id, self.value: value, "position": position}


@dataclass(frozen=True, kw_only=True)
class One:
    """A record in a table of its own that this one points at. column: the pointing one."""

    field: str
    mapper: Mapper[Any]
    column: str


@dataclass(frozen=True, slots=True)
class _Value:
    field: str
    encode: Callable[[Any], Any] | None
    decode: Callable[[Any], Any] | None


class Mapper(Slot, Generic[E]):
    """derived: columns computed from the entity for lists and filters. flat: fields whose own
    fields are columns. absent: fields that are None in what this mapper stores. skipped: fields
    that are not stored."""

    def __init__(
        self,
        entity: type[E],
        table: Table,
        *,
        many: Sequence[Many] = (),
        links: Sequence[Links] = (),
        one: Sequence[One] = (),
        flat: Sequence[str] = (),
        derived: Mapping[str, Callable[[Any], Any]] | None = None,
        absent: Sequence[str] = (),
        skipped: Sequence[str] = ("events",),
        given: Sequence[str] = (),
        removal: Removal = Removal.DELETE,
        initial: Mapping[str, Any] | None = None,
        shared: bool = False,
    ) -> None:
        super().__init__(table, ("id",), removal=removal, initial=initial, shared=shared)
        self.entity = entity
        self.many, self.links, self.one = tuple(many), tuple(links), tuple(one)
        self.absent = tuple(absent)
        self._derived = dict(derived or {})
        hints = get_type_hints(entity)
        apart: tuple[Many | Links | One, ...] = (*self.many, *self.links, *self.one)
        several: tuple[Many | Links, ...] = (*self.many, *self.links)
        elsewhere = {part.field for part in apart} | {*flat, *absent, *skipped}
        # E is any class here; that it is a dataclass shows when its fields are asked for, at import.
        own = [field.name for field in fields(entity) if field.name not in elsewhere]  # type: ignore[arg-type]
        unknown = elsewhere - {field.name for field in fields(entity)} - {"events"}  # type: ignore[arg-type]
        unmapped = [name for name in own if name not in self.columns]
        if unknown or unmapped:
            raise IncompleteMapping(f"{entity.__name__}: {sorted(unknown) or unmapped} have no column")
        self._values = [_value(table, name, hints[name]) for name in own]
        self._flat = {name: (hints[name], [f.name for f in fields(hints[name])]) for name in flat}
        self._containers = {part.field: get_origin(hints[part.field]) for part in several}
        self._json = [column.name for column in table.columns if isinstance(column.type, Json)]
        _account(
            table,
            {*own, *given, *self._derived, *self.initial, *KEPT}
            | {name for _, names in self._flat.values() for name in names}
            | {part.column for part in self.one},
        )
        self._children = {part.field: _by_parents(part.mapper.table, part.parent, part.where) for part in self.many}
        self._all_links = _every_link([part for part in self.links if part.flag is None])
        rare = list(self._rare_below(_IDS))
        self._rare = [part for part, _ in rare]
        self._first = None
        if len(rare) > 1 and not self.many[0].rare:
            asked = (keys.exists().label(_asked(number)) for number, (_, keys) in enumerate(rare))
            self._first = self._children[self.many[0].field].add_columns(*asked)
        self._by_ids = select(table).where(table.c.id.in_(bindparam("ids", expanding=True)))

    # Reading

    def build(self, query: Query, rows: Sequence[Row], into: Rows) -> list[E]:
        """The entities of these rows with everything below them; all rows end up in ``into``.

        One statement per table, none below parents that are not there.
        """
        return self._grown(query, rows, into, set(), self._first)

    def _rare_below(self, parents: Any) -> Iterator[tuple[Many, Select[Any]]]:
        """With what finds their keys. parents: keys of this mapper's rows."""
        for part in self.many:
            keys = select(part.mapper.table.c.id).where(part.mapper.table.c[part.parent].in_(parents))
            if part.where is not None:
                keys = keys.where(part.where)
            if part.rare:
                yield part, keys
            yield from part.mapper._rare_below(keys)

    def _grown(
        self, query: Query, rows: Sequence[Row], into: Rows, missing: set[Many], first: Select[Any] | None = None
    ) -> list[E]:
        """missing: rare parts that none of these has. first: fetches the first part and tells which are missing;
        roots are locked by then, so that it stays as it was found."""
        if not rows:
            return []
        ids = [row["id"] for row in rows]
        below = {}
        for part in self.many:
            statement = self._children[part.field] if first is None else first
            children = [] if part in missing else query(statement, {"ids": ids})
            if first is not None and children:
                missing |= self._told(children)
            below[part.field] = self._children_of(part, query, children, into, missing)
            first = None
        below |= self._fetch_links(query, rows, into)
        pointed = self._fetch_pointed(query, rows, into)
        noted = into.setdefault(self, {})
        for row in rows:
            noted[row["id"],] = self._frozen(row)
        return [self._entity(row, below, pointed) for row in rows]

    def _told(self, children: Sequence[Row]) -> set[Many]:
        """The rare parts that are missing, according to the first part's rows; these are left as they should be."""
        named = {_asked(number): part for number, part in enumerate(self._rare)}
        missing = {part for name, part in named.items() if not children[0][name]}
        for child in children:
            for name in named:
                del child[name]
        return missing

    def _children_of(
        self, part: Many, query: Query, rows: Sequence[Row], into: Rows, missing: set[Many]
    ) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        for row, child in zip(rows, part.mapper._grown(query, rows, into, missing), strict=True):
            found.setdefault(row[part.parent], []).append(child)
        return found

    def _fetch_links(self, query: Query, rows: Sequence[Row], into: Rows) -> dict[str, dict[str, list[Any]]]:
        if self._all_links is None:
            return {part.field: part.fetch(query, rows, into) for part in self.links}
        below: dict[str, dict[str, list[Any]]] = {}
        parts = {part.field: part for part in self.links if part.flag is None}
        for part in parts.values():
            into.setdefault(part, {})
            below[part.field] = {}
        for found in query(self._all_links, {"ids": [row["id"] for row in rows]}):
            part, parent, value = parts[found["field"]], found["parent"], found["value"]
            into[part][parent, value] = {part.parent: parent, part.value: value, "position": found["position"]}
            below[part.field].setdefault(parent, []).append(value)
        return below | {part.field: part.fetch(query, rows, into) for part in self.links if part.flag is not None}

    def _fetch_pointed(self, query: Query, rows: Sequence[Row], into: Rows) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for mapper in dict.fromkeys(part.mapper for part in self.one):
            columns = [part.column for part in self.one if part.mapper is mapper]
            wanted = sorted({row[column] for row in rows for column in columns if row[column] is not None})
            if wanted:
                there = query(mapper._by_ids, {"ids": wanted})
                for row, record in zip(there, mapper.build(query, there, into), strict=True):
                    found[row["id"]] = record
        return found

    def _entity(self, row: Row, below: Mapping[str, Mapping[str, list[Any]]], pointed: Mapping[str, Any]) -> E:
        values: dict[str, Any] = {}
        for value in self._values:
            stored = row[value.field]
            values[value.field] = stored if value.decode is None or stored is None else value.decode(stored)
        for name, (kind, names) in self._flat.items():
            values[name] = kind(**{column: row[column] for column in names})
        for name, found in below.items():
            values[name] = self._containers[name](found.get(row["id"], ()))
        for part in self.one:
            values[part.field] = None if row[part.column] is None else pointed[row[part.column]]
        return self.entity(**values)

    def _frozen(self, row: Row) -> Row:
        """JSON as text: the entity may change its dicts in place."""
        held = {name: json_text(row[name]) for name in self._json if row[name] is not None}
        return {**row, **held} if held else row

    # Writing

    def flatten(self, entity: E, into: Rows, given: Row | None = None) -> None:
        """The rows of an entity and of everything below it, into ``into``."""
        row: Row = {}
        for value in self._values:
            held = getattr(entity, value.field)
            row[value.field] = held if value.encode is None or held is None else value.encode(held)
        for name, (_, names) in self._flat.items():
            spread = getattr(entity, name)
            row |= {column: getattr(spread, column) for column in names}
        row |= {column: derive(entity) for column, derive in self._derived.items()}
        if given:
            row |= given
        own: str = row["id"]
        for name in self.absent:
            if getattr(entity, name) is not None:
                raise ValueError(f"{own}: {name} is not stored with {self.table.name}")
        for part in self.one:
            record = getattr(entity, part.field)
            row[part.column] = None if record is None else record.id
            if record is not None:
                part.mapper.flatten(record, into)
        into.setdefault(self, {})[own,] = row
        for many in self.many:
            copied = {column: getattr(entity, name) for column, name in (many.copied or {}).items()}
            for position, child in enumerate(getattr(entity, many.field)):
                many.mapper.flatten(child, into, {many.parent: own, "position": position, **copied})
        for links in self.links:
            links.flatten(own, getattr(entity, links.field), into)


def _asked(number: int) -> str:
    return f"any_{number}"


def _every_link(parts: Sequence[Links]) -> Select[Any] | None:
    """All lists of one kind of aggregate in one statement; None where that saves nothing."""
    if len(parts) < 2:
        return None
    every = union_all(
        *(
            select(
                literal(part.field).label("field"),
                part.table.c[part.parent].label("parent"),
                part.table.c[part.value].label("value"),
                part.table.c.position.label("position"),
            ).where(part.table.c[part.parent].in_(bindparam("ids", expanding=True)))
            for part in parts
        )
    ).subquery()
    return select(every).order_by(every.c.position)


def _by_parents(table: Table, parent: str, where: ColumnElement[bool] | None = None) -> Select[Any]:
    statement = select(table).where(table.c[parent].in_(bindparam("ids", expanding=True)))
    if where is not None:
        statement = statement.where(where)
    return statement.order_by(table.c.position)


def _account(table: Table, known: set[str]) -> None:
    stray = {column.name for column in table.columns} - known
    if stray:
        raise IncompleteMapping(f"{table.name}: nothing fills {sorted(stray)}")


def _value(table: Table, name: str, hint: Any) -> _Value:
    """How a field of this annotation converts to and from its column."""
    kind = _without_none(hint)
    if isinstance(table.c[name].type, Json):
        container = get_origin(kind) or kind
        return _Value(name, json_text, container if container in (tuple, frozenset) else None)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return _Value(name, str, kind)
    return _Value(name, None, None)


def _without_none(hint: Any) -> Any:
    while hasattr(hint, "__supertype__"):
        hint = hint.__supertype__
    if get_origin(hint) in (Union, types.UnionType):
        (kind,) = (_without_none(part) for part in get_args(hint) if part is not type(None))
        return kind
    return hint
