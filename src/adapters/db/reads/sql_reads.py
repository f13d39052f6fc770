"""``ports.reads.Reads`` over a database: plans are made once per shape and selection, then run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Select

from adapters.db.reads.plan import Branch, Node, Plan, check, fingerprint, make_plan
from adapters.db.reads.shape import Computed, Facts, Shape, Source, View
from adapters.db.reads.shapes import SHAPES
from adapters.db.search.matching import question_of
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
TIMES = ("created_at", "updated_at")  # lists can be sorted by them even where they are not shown


class SqlReads:
    """Reads by shape. shapes: by the names callers use. Thread-safe; opens one connection per call.

    Trees of one answer may share nested parts that are equal; treat them as read-only below the top.
    Raises Unavailable when the database cannot be reached.
    """

    def __init__(self, engine: Engine, shapes: Mapping[str, Shape] = SHAPES) -> None:
        self._engine = engine
        self._shapes = shapes
        self._plans: dict[tuple[Any, ...], Plan] = {}

    def check(self, shape: str, selection: Selection, audience: Audience) -> None:
        check(self._shapes[shape], selection, audience)

    def one(self, shape: str, where: Where, selection: Selection, context: ReadContext) -> Tree:
        found = self.first(shape, where, selection, context)
        if found is None:
            raise _missing(self._shapes[shape], where)
        return found

    def first(self, shape: str, where: Where, selection: Selection, context: ReadContext) -> Tree | None:
        known = self._shapes[shape]
        plan = self._plan(known, selection, context)
        conditions = _conditions(known, plan, where, context)
        statement = plan.statement.where(*conditions).order_by(known.expression(known.key)(plan.root).desc()).limit(1)
        with self._connection() as connection:
            found = _Reading(connection, context, _question(known, where)).trees(plan, statement)
        return found[0] if found else None

    def page(self, shape: str, where: Where, selection: Selection, context: ReadContext, paging: Paging) -> Page:
        known = self._shapes[shape]
        plan = self._plan(known, selection, context)
        conditions = _conditions(known, plan, where, context)
        order = [*_ranking(known, where, paging), *_order(known, plan, paging, context.audience)]
        statement = plan.statement.where(*conditions).order_by(*order).offset(paging.offset or None)
        with self._connection() as connection:
            reading = _Reading(connection, context, _question(known, where))
            trees = [] if paging.limit == 0 else reading.trees(plan, statement.limit(paging.limit))
            whole = paging.limit is None or len(trees) < paging.limit
            if whole and (trees or not paging.offset):
                return Page(trees, paging.offset + len(trees))  # the last page tells the count by itself
            return Page(trees, reading.number(plan.counting.where(*conditions)))

    def _plan(self, shape: Shape, selection: Selection, context: ReadContext) -> Plan:
        view = _view(context)
        key = (shape.name, view, fingerprint(selection))
        plan = self._plans.get(key)
        if plan is None:
            check(shape, selection, context.audience, internal=True)
            plan = make_plan(shape, selection, view)
            if len(self._plans) >= PLANS_MAX:  # readers choose selections, so their number needs a bound
                self._plans.clear()
            self._plans[key] = plan
        return plan

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        with translated(), self._engine.connect() as connection:
            yield connection


def _view(context: ReadContext) -> View:
    return View(context.audience, context.channel_ids is not None)


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
    if shown or (name in TIMES and name in shape.hidden):
        column = shape.expression(name)(plan.root)
        if not isinstance(column.type, Json):
            return column
    raise UnknownSelection(f"Order field {name} is not valid")


@dataclass(frozen=True)
class _Reading:
    """One call: a connection and what its statements are filled with."""

    connection: Connection
    context: ReadContext
    question: list[str]

    def trees(self, plan: Plan, statement: Select[Any]) -> list[Tree]:
        rows = self.connection.execute(statement, self._parameters).all()
        return self._grow(plan, rows)

    def number(self, statement: Select[Any]) -> int:
        return int(self.connection.execute(statement, self._parameters).scalar_one())

    @cached_property
    def _parameters(self) -> dict[str, object]:
        return {
            "for_customer_id": self.context.customer_id,
            "in_region_id": self.context.region_id,
            "in_channel_ids": sorted(self.context.channel_ids or ()),
            "of_group_ids": sorted(self.context.group_ids),
            "right_now": self.context.now,
            "search_words": self.question,
        }

    def _grow(self, plan: Plan, rows: Sequence[Any]) -> list[Tree]:
        """Turn a statement's rows into trees and hang everything below on them."""
        if len(plan.nodes) == 1:
            trees = _trees(plan.nodes[0], rows)
            if trees:
                self._finish(plan.nodes[0], trees)
            return trees
        roots: list[Tree] = []
        grown: list[list[Tree]] = [[] for _ in plan.nodes]
        for row in rows:
            here: list[Tree | None] = []
            for position, node in enumerate(plan.nodes):
                tree = _tree(node, row)
                here.append(tree)
                if node.parent is None:
                    roots.append(tree or {})
                else:
                    parent = here[node.parent]
                    if parent is None:
                        continue
                    if tree is not None or not node.omitted:
                        parent[node.name] = tree
                if tree is not None:
                    grown[position].append(tree)
        for node, trees in zip(plan.nodes, grown, strict=True):
            if trees:
                self._finish(node, trees)
        return roots

    def _finish(self, node: Node, trees: list[Tree]) -> None:
        for branch in node.branches:
            self._attach(branch, trees)
        self._compute(node.computed, trees)
        for name in node.surplus:
            for tree in trees:
                del tree[name]

    def _attach(self, branch: Branch, trees: list[Tree]) -> None:
        found: dict[object, list[Tree]] = {}
        keys = _keys(tree[branch.here] for tree in trees)
        if keys:
            rows = self.connection.execute(branch.plan.statement, {**self._parameters, "keys": keys}).all()
            for row, tree in zip(rows, self._grow(branch.plan, rows), strict=True):
                found.setdefault(row[-1], []).append(tree)
        for tree in trees:
            tree[branch.name] = found.get(tree[branch.here], [])

    def _compute(self, computed: Sequence[tuple[Computed, tuple[str, ...]]], trees: list[Tree]) -> None:
        found: dict[Source, Mapping[object, Sequence[Any]]] = {}
        for entry, names in computed:
            for source in entry.sources:
                if source not in found:
                    found[source] = self._consult(source, trees)
            values = entry.compute(trees, Facts(self.context, found))
            for tree, given in zip(trees, values, strict=True):
                for name in names:
                    tree[name] = given[name]

    def _consult(self, source: Source, trees: list[Tree]) -> Mapping[object, Sequence[Any]]:
        if not source.wanted(self.context):
            return {}
        if source.key is None:
            return {None: self.connection.execute(source.statement, self._parameters).all()}
        keys = _keys(tree[source.key] for tree in trees)
        found: dict[object, list[Any]] = {}
        if keys:
            for row in self.connection.execute(source.statement, {**self._parameters, "keys": keys}).all():
                found.setdefault(row[0], []).append(row)
        return found


def _tree(node: Node, row: Sequence[Any]) -> Tree | None:
    values = row[node.start : node.stop]
    if node.parent is not None and values[node.key] is None:
        return None
    tree: Tree = dict(zip(node.names, values, strict=True))
    tree.update(node.constants)
    for name in node.empty:
        tree[name] = []
    return tree


def _trees(node: Node, rows: Sequence[Any]) -> list[Tree]:
    """The common case: one shape per row, nothing joined to it."""
    names = node.names
    trees = [dict(zip(names, row, strict=False)) for row in rows]  # a link may follow
    if node.constants or node.empty:
        for tree in trees:
            tree.update(node.constants)
            tree.update((name, []) for name in node.empty)
    return trees


def _keys(values: Iterable[object]) -> list[object]:
    return [key for key in dict.fromkeys(values) if key is not None]
