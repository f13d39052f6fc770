"""What the outside may see of a table, said once per public thing.

A shape is an allow-list: what it does not name does not exist for readers, so secrets need no
exclusion anywhere else. It carries no statements; ``plan`` turns a shape and a selection into them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, FromClause, Select, String, bindparam, case, exists, select

from adapters.db.reads.among import texts
from adapters.db.types import UtcDateTime
from core.domain.errors import NotFound
from ports.reads import Audience, Condition, ReadContext, Tree, UnknownSelection

Expression = Callable[[FromClause], ColumnElement[Any]]
Filter = Callable[[FromClause, Condition, ReadContext], ColumnElement[bool]]

# Filled from the ReadContext whenever a statement runs, so that statements can be kept and reused.
CUSTOMER_ID: BindParameter[Any] = bindparam("for_customer_id")
REGION_ID: BindParameter[Any] = bindparam("in_region_id")
CURRENCY_CODE: BindParameter[Any] = bindparam("in_currency", type_=String())
PRICE_LIST_ID: BindParameter[Any] = bindparam("on_price_list_id")
CHANNEL_IDS = texts("in_channel_ids")
GROUP_IDS = texts("of_group_ids")
NOW: BindParameter[Any] = bindparam("right_now", type_=UtcDateTime())
KEYS = texts("keys")


@dataclass(frozen=True, slots=True)
class View:
    """What a statement's text (not its parameters) depends on besides the selection.

    channelled: the reader is confined to some sales channels. keyed: rows are asked for by their keys.
    deleted: soft-deleted rows are looked for as well, though nothing deleted that hangs on them.
    """

    audience: Audience
    channelled: bool
    keyed: bool = False
    deleted: bool = False

    @property
    def is_store(self) -> bool:
        return self.audience is Audience.STORE


Visibility = Callable[[FromClause, View], Sequence[ColumnElement[bool]]]


def everything(table: FromClause, view: View) -> Sequence[ColumnElement[bool]]:
    """Every row, for hops into history: what an order points at stays visible from it."""
    return ()


def undeleted(table: FromClause, view: View) -> Sequence[ColumnElement[bool]]:
    """What has not been soft-deleted."""
    return (table.c.deleted_at.is_(None),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Through:
    """The rows between two sides of a many-to-many relation. here, there: their columns."""

    table: FromClause
    here: str
    there: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """From rows of one shape to rows of another.

    shape: late, because shapes point at each other. here, there: the columns (public or hidden) that
    are equal on this and on that side. on: a condition of (this table, that table) instead, for a
    to-one relation. visible: instead of the other shape's own. order: columns that sort a to-many one.
    omitted: leave the key out where there is nothing, instead of null. rare: most rows have nothing there,
    so that it is worth looking, in the statement that is run anyhow, before another one asks for it; one
    record is then not joined either. alone: to-many in name only, with one record at most, which is joined.
    """

    shape: Callable[[], Shape]
    here: str = "id"
    there: str = "id"
    many: bool = True
    through: Through | None = None
    on: Callable[[FromClause, FromClause], ColumnElement[bool]] | None = None
    visible: Visibility | None = None
    order: tuple[str, ...] = ("id",)
    omitted: bool = False
    rare: bool = False
    alone: bool = False


def there_if_any(shape: Shape, relation: Relation) -> Expression:
    """A relation's ``here`` where it leads anywhere, else null, which saves the statement."""

    def read(table: FromClause) -> ColumnElement[Any]:
        here = shape.expression(relation.here)(table)
        if relation.through is not None:
            link = relation.through.table.alias()
            found = link.c[relation.through.here] == here
        else:
            other = relation.shape()
            if other.table is None:
                raise ValueError(f"{other.name} has no table to look into")
            link = other.table.alias()
            found = other.expression(relation.there)(link) == here
        return case((exists(select(1).select_from(link).where(found).correlate(table)), here))

    return read


def to_one(shape: Callable[[], Shape], here: str, **more: Any) -> Relation:
    """The usual foreign key: ``here`` holds the other side's id."""
    return Relation(shape=shape, here=here, many=False, **more)


@dataclass(frozen=True, kw_only=True, eq=False)
class Source:
    """One statement that computed entries draw on, whatever the number of rows.

    statement: its first column is the key; it finds it ``among`` KEYS. key: the row's
    entry that holds the key, None for a statement that depends on the context alone. wanted: whether
    the context calls for it at all. spared: whether the rows, with the relations that are named, tell already
    what it would find.
    """

    statement: Select[Any]
    key: str | None = None
    wanted: Callable[[ReadContext], bool] = field(default=lambda context: True)
    spared: Callable[[Sequence[Tree], frozenset[str]], bool] = field(default=lambda rows, shared: False)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a computed entry may know: the context and the rows of its sources. spared: sources that were not
    asked, because the rows themselves tell."""

    context: ReadContext
    found: Mapping[Source, Mapping[object, Sequence[Any]]]
    spared: frozenset[Source] = frozenset()

    def of(self, source: Source, key: object = None) -> Sequence[Any]:
        """Its rows, with the columns of its statement as attributes."""
        return self.found[source].get(key, ())

    def any_of(self, source: Source) -> Any:
        """One of its rows, whatever its key; None where there are none."""
        return next((rows[0] for rows in self.found[source].values()), None)


@dataclass(frozen=True, kw_only=True)
class Computed:
    """Entries that depend on the moment or the place. ``compute`` yields one mapping per row, in order.

    gives: the names in each mapping. needs: columns of the row, public or hidden. shares: relations whose
    rows it can make use of where they are read anyway, all that are visible with all their columns and these
    hidden ones.
    """

    gives: tuple[str, ...]
    needs: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    shares: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    compute: Callable[[Sequence[Tree], Facts], Iterable[Mapping[str, object]]]


@dataclass(frozen=True, kw_only=True)
class Retold:
    """Records that hang on two relations of one record, so that reading them below one of them is enough.

    They are ``below`` of ``relation``, sorted by the ``rank`` of those of ``via`` and by their own key, and
    ``via_below`` of ``via``, which come in that rank; ``link`` names whose of ``relation`` they are. Where both are
    chosen, all of them, they are not read a second time.
    """

    relation: str
    below: str
    via: str
    via_below: str
    link: str
    rank: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Shape:
    """What may be seen of a table.

    table: None for kinds of record that Medusa shows here and this shop keeps none of; always empty.
    hidden: columns for links, filters and computed entries. Neither ``everything`` nor a reader can name
    them, with one exception: those that begin with an underscore can be selected by our own code.
    constants: entries whose value never varies. ranking: by names of filters that search, how well a row
    fits (lower is better); it may be used only beside that filter. defaults: what holds for a root row
    unless the caller filters by that name. eager: relations that come along
    with an expanded one. admin_only: names that do not exist for the store.
    missing: (error, message with ``{}`` for the id asked for). retold: what need not be read twice.
    """

    name: str
    table: FromClause | None = None
    key: str = "id"
    columns: Mapping[str, Expression]
    hidden: Mapping[str, Expression] = field(default_factory=dict)
    constants: Mapping[str, object] = field(default_factory=dict)
    computed: tuple[Computed, ...] = ()
    relations: Mapping[str, Relation] = field(default_factory=dict)
    filters: Mapping[str, Filter] = field(default_factory=dict)
    ranking: Mapping[str, ColumnElement[Any]] = field(default_factory=dict)
    defaults: Mapping[str, Expression] = field(default_factory=dict)
    admin_only: frozenset[str] = frozenset()
    eager: tuple[str, ...] = ()
    retold: tuple[Retold, ...] = ()
    visible: Visibility = undeleted
    missing: tuple[type[NotFound], str] = (NotFound, "{} was not found")

    def expression(self, name: str) -> Expression:
        found = self.columns.get(name) or self.hidden.get(name)
        if found is None:
            raise KeyError(f"the shape {self.name} has no column {name}")
        return found

    def offered(self, audience: Audience) -> list[str]:
        """The names of all columns, constants and computed entries for this audience, in order."""
        names = [*self.columns, *self.constants, *(name for entry in self.computed for name in entry.gives)]
        return names if audience is Audience.ADMIN else [name for name in names if name not in self.admin_only]

    def related(self, audience: Audience) -> Mapping[str, Relation]:
        if audience is Audience.ADMIN:
            return self.relations
        return {name: relation for name, relation in self.relations.items() if name not in self.admin_only}


def columns(*names: str, **renamed: str | Expression) -> dict[str, Expression]:
    """Columns shown under their own names, and (``public=column or expression``) under others."""
    shown: dict[str, Expression] = {name: _column(name) for name in names}
    for public, source in renamed.items():
        shown[public] = _column(source) if isinstance(source, str) else source
    return shown


def _column(name: str) -> Expression:
    def read(table: FromClause) -> ColumnElement[Any]:
        column: ColumnElement[Any] = table.c[name]
        return column

    return read


def id_if(flag: str) -> Expression:
    """The row's id where the flag is set. As a relation's ``here`` it saves the statement where there is
    nothing to be found."""

    def read(table: FromClause) -> ColumnElement[Any]:
        return case((table.c[flag].is_(True), table.c.id))

    return read


def not_valid(names: Iterable[str]) -> UnknownSelection:
    """Medusa's words for fields and relations that are not offered."""
    return UnknownSelection(f"Requested fields [{', '.join(sorted(names))}] are not valid")
