"""``ports.reads.Reads`` over a database: plans are made once per shape and selection, then run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Integer, Select, bindparam

from adapters.db.prepared import Prepared, PreparedRows
from adapters.db.reads.lasting import form, is_lasting, named, values_of
from adapters.db.reads.plan import Plan, check, fingerprint, make_plan
from adapters.db.reads.reading import Reading
from adapters.db.reads.repeats import check_repeats
from adapters.db.reads.shape import Shape, Source, View
from adapters.db.reads.shapes import SHAPES
from adapters.db.search.fragments import MANY, Anywhere
from adapters.db.search.matching import question_of
from adapters.db.spare import reading
from adapters.db.transaction import translated
from adapters.db.types import Json
from core.domain.errors import NotFound
from ports.reads import (
    Audience,
    Operator,
    Page,
    Paging,
    ReadContext,
    Selection,
    Tree,
    UnknownSelection,
    Where,
)

PLANS_MAX = 1_000
COUNTS_MAX = 1_000
TIMES = ("created_at", "updated_at")  # lists can be sorted by them even where they are not shown


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A list's statements under conditions of one kind, whatever the values: its rows, and how many there are.
    plan: they must be of that very one, because their place is named by it."""

    plan: Plan
    rows: Prepared
    count: Prepared


class SqlReads:
    """Reads by shape. shapes: by the names callers use. Thread-safe; opens one connection per call.

    Statements are made once per shape, selection and kind of conditions. Conditions other than plain
    comparisons are put together for each call.
    Trees of one answer may share nested parts that are equal; treat them as read-only below the top.
    Raises Invalid for a selection that repeats too much, Unavailable when the database cannot be reached.
    """

    def __init__(self, engine: Engine, shapes: Mapping[str, Shape] = SHAPES) -> None:
        self._engine = engine
        self._shapes = shapes
        self._plans: dict[tuple[Any, ...], Plan] = {}
        self._prints: dict[int, tuple[Selection, tuple[Any, ...]]] = {}
        self._prepared: dict[tuple[Any, ...], _Prepared] = {}
        self._sources: dict[Source, PreparedRows] = {}
        self._counts: dict[tuple[Any, ...], int] = {}
        self._checked: dict[tuple[str, Audience, int], Selection] = {}

    def check(self, shape: str, selection: Selection, audience: Audience) -> None:
        """Remembered by the object, as fingerprints are."""
        asked = (shape, audience, id(selection))
        if self._checked.get(asked) is selection:
            return
        check(self._shapes[shape], selection, audience)
        if len(self._checked) >= PLANS_MAX:
            self._checked.clear()
        self._checked[asked] = selection

    def one(self, shape: str, where: Where, selection: Selection, context: ReadContext) -> Tree:
        found = self.first(shape, where, selection, context)
        if found is None:
            raise _missing(self._shapes[shape], where)
        return found

    def first(self, shape: str, where: Where, selection: Selection, context: ReadContext) -> Tree | None:
        newest = Paging(limit=1, order=((self._shapes[shape].key, True),))
        found = self._look(shape, where, selection, context, newest, counted=False).rows
        return found[0] if found else None

    def page(self, shape: str, where: Where, selection: Selection, context: ReadContext, paging: Paging) -> Page:
        return self._look(shape, where, selection, context, paging, counted=True)

    def _look(
        self,
        shape: str,
        where: Where,
        selection: Selection,
        context: ReadContext,
        paging: Paging,
        *,
        counted: bool,
    ) -> Page:
        known = self._shapes[shape]
        plan = self._plan(known, selection, _view(context, known, where))
        with translated(), reading(self._engine) as connection:
            known = _worth(known, where, connection)
            look = Reading(connection, context, _question(known, where), self._source)
            plain = all(is_lasting(known, condition) for condition in where)
            if plain:
                statements = self._lasting(known, plan, where, context, paging)
                values = values_of(where) | {"rows_skipped": paging.offset, "rows_at_most": paging.limit}
                trees = [] if paging.limit == 0 else look.prepared(plan, statements.rows, values)
            else:
                rows, count = _statements(known, plan, where, context, paging)
                trees = [] if paging.limit == 0 else look.trees(plan, rows)
            if plan.multiplies:
                check_repeats(trees)
            whole = paging.limit is None or len(trees) < paging.limit
            if not counted or (whole and (trees or not paging.offset)):
                return Page(trees, paging.offset + len(trees))  # the last page tells the count by itself
            if plain:
                return Page(
                    trees,
                    self._counted(known, where, context, lambda: look.prepared_number(statements.count, values)),
                )
            return Page(trees, self._counted(known, where, context, lambda: look.number(count)))

    def _counted(self, shape: Shape, where: Where, context: ReadContext, count: Callable[[], int]) -> int:
        """How many there are, counted once for each edition of the catalogue."""
        if context.edition is None:
            return count()
        asked = tuple((condition.field, condition.operator, repr(condition.value)) for condition in where)
        key = (shape.name, context.audience, context.channel_ids, context.edition, asked)
        known = self._counts.get(key)
        if known is None:
            known = count()
            if len(self._counts) >= COUNTS_MAX:  # most of them are of editions that are gone
                self._counts.clear()
            self._counts[key] = known
        return known

    def _lasting(self, shape: Shape, plan: Plan, where: Where, context: ReadContext, paging: Paging) -> _Prepared:
        """Statements for conditions like these; their values come in as parameters."""
        asked = tuple([form(condition) for condition in where])
        key = (id(plan), asked, tuple(paging.order), paging.ranked, paging.limit is None, not paging.offset)
        found = self._prepared.get(key)
        if found is None or found.plan is not plan:
            lasting = [named(number, condition) for number, condition in enumerate(where)]
            rows, count = _statements(shape, plan, lasting, context, paging, varying=True)
            dialect = self._engine.dialect
            found = _Prepared(plan, Prepared(rows, dialect), Prepared(count, dialect))
            if len(self._prepared) >= PLANS_MAX:
                self._prepared.clear()
            self._prepared[key] = found
        return found

    def _plan(self, shape: Shape, selection: Selection, view: View) -> Plan:
        key = (shape.name, view, self._fingerprint(selection))
        plan = self._plans.get(key)
        if plan is None:
            check(shape, selection, view.audience, internal=True)
            plan = make_plan(shape, selection, view, self._engine.dialect)
            if len(self._plans) >= PLANS_MAX:  # readers choose selections, so their number needs a bound
                self._plans.clear()
                self._prepared.clear()  # by plans that are gone
            self._plans[key] = plan
        return plan

    def _fingerprint(self, selection: Selection) -> tuple[Any, ...]:
        """Remembered by the object itself, because callers keep and reuse theirs."""
        known = self._prints.get(id(selection))
        if known is not None and known[0] is selection:
            return known[1]
        if len(self._prints) >= PLANS_MAX:
            self._prints.clear()
        made = fingerprint(selection)
        self._prints[id(selection)] = (selection, made)
        return made

    def _source(self, source: Source) -> PreparedRows:
        found = self._sources.get(source)
        if found is None:
            found = self._sources[source] = PreparedRows(source.statement, self._engine.dialect)
        return found


def _worth(shape: Shape, where: Where, connection: Connection) -> Shape:
    """The shape, whose search does without its index where that finds a good part of all there is."""
    for condition in where:
        search = shape.filters.get(condition.field)
        probe = search.probe(condition) if isinstance(search, Anywhere) else None
        if isinstance(search, Anywhere) and probe is not None and connection.scalar(probe) == MANY:
            return replace(shape, filters={**shape.filters, condition.field: search.looked})
    return shape


def _statements(
    shape: Shape, plan: Plan, where: Where, context: ReadContext, paging: Paging, *, varying: bool = False
) -> tuple[Select[Any], Select[Any]]:
    """The rows of a page, and their count. varying: offset and limit are parameters.

    Of rows that are passed over or sorted only the keys are read, mostly off an index: what is joined and
    looked up is for the page's own rows alone.
    """
    conditions = _conditions(shape, plan, where, context)
    ranking = _ranking(shape, where, paging)
    order = [*ranking, *_order(shape, plan, paging, context.audience)]
    count = plan.counting.where(*conditions)
    if ranking or not (paging.offset or (where and paging.limit != 1)) or paging.limit is None:
        return _cut(plan.statement.where(*conditions).order_by(*order), paging, varying), count
    key = shape.expression(shape.key)(plan.root)
    page = _cut(count.with_only_columns(key).order_by(*order), paging, varying)
    # It has the table to itself, under the name that the rows outside have too.
    return plan.every.where(key.in_(page.correlate(None))).order_by(*order), count


def _cut(rows: Select[Any], paging: Paging, varying: bool) -> Select[Any]:
    if paging.offset:
        rows = rows.offset(bindparam("rows_skipped", type_=Integer()) if varying else paging.offset)
    if paging.limit is not None:
        rows = rows.limit(bindparam("rows_at_most", type_=Integer()) if varying else paging.limit)
    return rows


def _view(context: ReadContext, shape: Shape, where: Where) -> View:
    keyed = any(condition.field == shape.key and condition.operator is Operator.IN for condition in where)
    # Who asks when something was deleted is looking for what is.
    dated = any(condition.field == "deleted_at" for condition in where)
    return View(context.audience, context.channel_ids is not None, keyed, dated)


def _missing(shape: Shape, where: Where) -> NotFound:
    asked = [condition.value for condition in where if condition.operator is Operator.EQ]
    by_id = [condition.value for condition in where if condition.field == shape.key]
    error, message = shape.missing
    return error(message.format((by_id or asked or [shape.name])[0]))


def _conditions(shape: Shape, plan: Plan, where: Where, context: ReadContext) -> list[ColumnElement[bool]]:
    unknown = [condition.field for condition in where if condition.field not in shape.filters]
    if unknown:
        raise UnknownSelection(", ".join(f"property {name} should not exist" for name in unknown))
    named = {condition.field for condition in where}
    asked = [shape.filters[condition.field](plan.root, condition, context) for condition in where]
    return asked + [default(plan.root) for name, default in shape.defaults.items() if name not in named]


def _question(shape: Shape, where: Where) -> list[str]:
    """The words that are searched for."""
    searched = [str(condition.value) for condition in where if condition.field in shape.ranking]
    return question_of(searched[0]) if searched else []


def _ranking(shape: Shape, where: Where, paging: Paging) -> list[ColumnElement[Any]]:
    if not paging.ranked or not _question(shape, where):
        return []
    return [shape.ranking[condition.field] for condition in where if condition.field in shape.ranking][:1]


def _order(shape: Shape, plan: Plan, paging: Paging, audience: Audience) -> list[ColumnElement[Any]]:
    keys: list[ColumnElement[Any]] = []
    descending = False
    for name, descending in paging.order:
        column = _sortable(shape, plan, name, audience)
        if getattr(column, "nullable", True):
            # PostgreSQL's order, which SQLite would turn round
            column_order = column.desc().nulls_first() if descending else column.asc().nulls_last()
        else:
            column_order = column.desc() if descending else column.asc()
        keys.append(column_order)
    last = shape.expression(shape.key)(plan.root)
    return [*keys, last.desc() if descending else last.asc()]


def _sortable(shape: Shape, plan: Plan, name: str, audience: Audience) -> ColumnElement[Any]:
    shown = name in shape.columns and name in shape.offered(audience)
    ours = name in shape.hidden and (name in TIMES or name.startswith("_"))  # readers cannot name the latter
    if shown or ours:
        column = shape.expression(name)(plan.root)
        if not isinstance(column.type, Json):
            return column
    raise UnknownSelection(f"Order field {name} is not valid")
