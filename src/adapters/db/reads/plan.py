"""From a shape and a selection to statements that can be kept and run again.

A plan is one statement: the columns of a shape and of everything to-one that is selected below it,
joined in. Each selected to-many relation hangs on it as a branch with a plan of its own, and so does what
is rarely there. Plans hold no values; what varies per request comes in as parameters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import ColumnElement, Dialect, FromClause, Select, and_, func, select, type_coerce
from sqlalchemy.types import NullType

from adapters.db.prepared import Prepared, Process, processor
from adapters.db.reads.among import among
from adapters.db.reads.growing import Grow, Part, grower
from adapters.db.reads.moments import in_text
from adapters.db.reads.shape import KEYS, Computed, Expression, Relation, Retold, Shape, View, not_valid, there_if_any
from adapters.db.types import UtcDateTime
from ports.reads import Audience, Selection

DEPTH_MAX = 5
NAMES_MAX = 100
LINK = "link_to_parent"
_NOTHING = Selection()


@dataclass(frozen=True)
class Branch:
    """A relation with a statement of its own, ``prepared``: ``plan`` finds its rows by the parents' ``here``.

    single: there is one or none. omitted: where there is none, there is no entry either. shared: entries of
    its trees that only the parents' computed entries look at. common: several parents may lead to one record.
    """

    name: str
    here: str
    plan: Plan
    prepared: Prepared
    single: bool = False
    omitted: bool = False
    shared: tuple[str, ...] = ()
    common: bool = False


@dataclass(frozen=True, kw_only=True)
class Node:
    """One shape's part of a statement's row, and what is done with the trees that grow from it.

    moments: times that computed entries need as such before they become text. surplus: keys that were read
    for our own use and are not part of the answer. retold: what of the branches others of them tell as well.
    """

    part: Part
    moments: tuple[str, ...]
    computed: tuple[tuple[Computed, tuple[str, ...]], ...]
    branches: tuple[Branch, ...]
    surplus: tuple[str, ...]
    retold: tuple[Retold, ...] = ()


@dataclass(frozen=True)
class Plan:
    """nodes: the statement's own shape first, then joined ones, parents before children. grow: makes trees
    of its rows.

    root: that shape's table in the statement. every: the same rows whether visible or not, for keys that
    are known to be. counting: how many rows of it are visible.

    lists: whether a list hangs on any of its records. multiplies: whether one hangs on a record that others
    may share, so that what is said of it is said several times.
    """

    statement: Select[Any]
    every: Select[Any]
    counting: Select[Any]
    root: FromClause
    nodes: tuple[Node, ...]
    grow: Grow
    lists: bool
    multiplies: bool


def check(shape: Shape, selection: Selection, audience: Audience, *, internal: bool = False) -> None:
    """Raises UnknownSelection for names the shape does not offer, or too many, or too deep.

    internal: let through the shape's hidden columns that begin with an underscore.
    """
    unknown: list[str] = []
    count = _check(shape, selection, audience, internal=internal, path="", depth=0, unknown=unknown)
    if count > NAMES_MAX:
        raise not_valid([f"more than {NAMES_MAX} names"])
    if unknown:
        raise not_valid(unknown)


def _check(
    shape: Shape,
    selection: Selection,
    audience: Audience,
    *,
    internal: bool,
    path: str,
    depth: int,
    unknown: list[str],
) -> int:
    if depth > DEPTH_MAX:
        unknown.append(path.removesuffix("."))
        return 1
    offered, related = set(shape.offered(audience)), shape.related(audience)
    if internal:
        offered |= {name for name in shape.hidden if name.startswith("_")}
    # Callers ask for ids everywhere; the few shapes without one leave it out.
    unknown += [path + name for name in selection.columns - offered - related.keys() - {"id"}]
    if depth == DEPTH_MAX:
        unknown += [path + name for name in selection.columns & related.keys()]
    count = sum(not (internal and name.startswith("_")) for name in selection.columns)
    for name, below in selection.relations.items():
        if name not in related:
            unknown.append(path + name)
            continue
        count += 1 + _check(
            related[name].shape(),
            below,
            audience,
            internal=internal,
            path=f"{path}{name}.",
            depth=depth + 1,
            unknown=unknown,
        )
    return count


def make_plan(shape: Shape, selection: Selection, view: View, dialect: Dialect) -> Plan:
    """The plan of a list or a detail; its statement still lacks the request's conditions."""
    return _Planner(view, dialect).plan(shape, selection)


def _lists(nodes: Sequence[Node]) -> bool:
    return any(not branch.single or branch.plan.lists for node in nodes for branch in node.branches)


def _multiplies(nodes: Sequence[Node]) -> bool:
    joined = nodes[1:]  # to one, which others may lead to as well
    branches = [branch for node in nodes for branch in node.branches]
    return _lists(joined) or any(
        branch.plan.multiplies or (branch.common and branch.plan.lists) for branch in branches
    )


def make_branch(
    name: str, relation: Relation, selection: Selection, view: View, dialect: Dialect, shared: tuple[str, ...] = ()
) -> Branch:
    """shared: hidden columns that are read besides."""
    more = replace(selection, columns=selection.columns | set(shared)) if shared else selection
    plan = _Planner(view, dialect).plan(relation.shape(), more, relation)
    here = _probe(name) if _is_probed(relation) else relation.here
    return Branch(
        name,
        here,
        plan,
        Prepared(plan.statement, dialect, packed=True),
        single=not relation.many,
        omitted=relation.omitted,
        shared=shared,
        common=not relation.many or relation.through is not None,
    )


def _is_probed(relation: Relation) -> bool:
    """One record that is there says so by its key."""
    return relation.rare and relation.many


def _is_apart(relation: Relation) -> bool:
    """Whether it has a statement of its own."""
    return relation.rare or (relation.many and not relation.alone)


def _probe(name: str) -> str:
    """What a row calls the key of a rare relation."""
    return f"_any_{name}"


@dataclass
class _Planner:
    """Builds one statement."""

    view: View
    dialect: Dialect
    columns: list[ColumnElement[Any]] = field(default_factory=list)
    nodes: list[Node | None] = field(default_factory=list)

    def plan(self, shape: Shape, selection: Selection, relation: Relation | None = None) -> Plan:
        if shape.table is None:
            raise ValueError(f"{shape.name} has no table and needs no statement")
        root = shape.table.alias("r")
        visible = relation.visible if relation is not None and relation.visible is not None else shape.visible
        seen = visible(root, self.view)
        if self.view.deleted:
            seen = [each for each in seen if not each.compare(root.c.deleted_at.is_(None))]
            self.view = replace(self.view, deleted=False)
        joined = self.place(shape, selection, root, root, seen, name="", parent=None)
        linked: int | None = None
        conditions: list[ColumnElement[bool]] = []
        order: list[ColumnElement[Any]] = []
        if relation is not None:
            link, joined = self.link(shape, relation, root, joined)
            linked = self.link_position(relation, link)
            conditions.append(among(link, KEYS))
            order = [shape.expression(sort)(root) for sort in relation.order]
        conditions += seen
        every = select(*self.columns).select_from(joined).order_by(*order)
        counting = select(func.count()).select_from(root).where(*conditions)
        nodes = tuple(node for node in self.nodes if node is not None)
        grow = grower([node.part for node in nodes], len(self.columns), linked)
        return Plan(
            every.where(*conditions),
            every,
            counting,
            root,
            nodes,
            grow,
            lists=_lists(nodes),
            multiplies=_multiplies(nodes),
        )

    def link_position(self, relation: Relation, link: ColumnElement[Any]) -> int:
        """Where rows say whose they are: where they are shown to, if they are."""
        root = self.nodes[0]
        if relation.through is None and root is not None:
            for name, position, _ in root.part.columns:
                if name == relation.there:
                    return position
        self.columns.append(link.label(LINK))
        return len(self.columns) - 1

    def link(
        self, shape: Shape, relation: Relation, root: FromClause, joined: FromClause
    ) -> tuple[ColumnElement[Any], FromClause]:
        there = shape.expression(relation.there)(root)
        if relation.through is None:
            return there, joined
        between = relation.through.table.alias("b")
        on = between.c[relation.through.there] == there
        return between.c[relation.through.here], joined.join(between, on)

    def place(
        self,
        shape: Shape,
        selection: Selection,
        table: FromClause,
        joined: FromClause,
        seen: Sequence[ColumnElement[bool]],
        *,
        name: str,
        parent: int | None,
        listed: bool = False,
        omitted: bool = False,
    ) -> FromClause:
        """Add a shape's columns, and below them those of its to-one relations. seen: what holds of its rows."""
        position = len(self.nodes)
        self.nodes.append(None)
        wanted = wanted_names(shape, selection, self.view.audience)
        chosen = chosen_relations(shape, selection, self.view.audience)
        retold = tuple([each for each in shape.retold if _is_retold(each, shape, chosen, self.view.audience)])
        chosen = {**chosen, **{each.relation: _without(chosen[each.relation], each.below) for each in retold}}
        computed = [
            (entry, tuple(given for given in entry.gives if given in wanted))
            for entry in shape.computed
            if wanted & set(entry.gives)
        ]
        apart = {label: below for label, below in chosen.items() if _is_apart(shape.relations[label])}
        shared = {
            label: names
            for entry, _ in computed
            for label, names in entry.shares.items()
            if label in apart and apart[label].everything and shape.relations[label].visible is None
        }
        branches = tuple(
            make_branch(label, shape.relations[label], below, self.view, self.dialect, shared.get(label, ()))
            for label, below in apart.items()
            if shape.relations[label].shape().table is not None
        )
        needed = {branch.here for branch in branches} | {need for entry, _ in computed for need in entry.needs}
        needed |= {source.key for entry, _ in computed for source in entry.sources if source.key is not None}
        needed.add(shape.key)  # tells a row from none
        timed = {need for entry, _ in computed for need in entry.needs}
        constants = {label: value for label, value in shape.constants.items() if label in wanted}
        if "deleted_at" in wanted - needed and any(each.compare(table.c.deleted_at.is_(None)) for each in seen):
            wanted = wanted - {"deleted_at"}
            constants["deleted_at"] = None
        loaded, moments = self.load(shape, table, wanted, needed, timed)
        self.nodes[position] = Node(
            part=Part(
                name=name,
                parent=parent,
                columns=loaded,
                key=next(place for label, place, _ in loaded if label == shape.key),
                constants=constants,
                empty=tuple(apart.keys() - {branch.name for branch in branches}),
                listed=listed,
                omitted=omitted,
            ),
            moments=moments,
            computed=tuple(computed),
            branches=branches,
            surplus=tuple(label for label, _, _ in loaded if label not in wanted),
            retold=retold,
        )
        for label, below in chosen.items():
            if label not in apart:
                joined = self.join(label, shape.relations[label], below, table, joined, position, shape)
        return joined

    def load(
        self, shape: Shape, table: FromClause, wanted: set[str], needed: set[str], timed: set[str]
    ) -> tuple[tuple[tuple[str, int, Process | None], ...], tuple[str, ...]]:
        """The columns that are read, as parts have them, and which of them are times yet."""
        probes = {
            _probe(name): there_if_any(shape, relation)
            for name, relation in shape.relations.items()
            if _is_probed(relation) and _probe(name) in needed
        }
        every: Mapping[str, Expression] = {**shape.columns, **shape.hidden, **probes}
        loaded: list[tuple[str, int, Process | None]] = []
        moments: list[str] = []
        for label in every:
            if label not in wanted and label not in needed:
                continue
            column = every[label](table)
            process = None
            if isinstance(column.type, UtcDateTime) and label not in timed:
                column = in_text(column)
            else:
                process = processor(column, self.dialect)
                moments += [label] if isinstance(column.type, UtcDateTime) else []
            loaded.append((label, len(self.columns), process))
            # Without a type, so that rows come as the driver gives them however the statement is run.
            self.columns.append(type_coerce(column, NullType()).label(f"c{len(self.columns)}"))
        return tuple(loaded), tuple(moments)

    def join(
        self,
        name: str,
        relation: Relation,
        selection: Selection,
        table: FromClause,
        joined: FromClause,
        parent: int,
        shape: Shape,
    ) -> FromClause:
        other = relation.shape()
        if other.table is None:
            raise ValueError(f"{shape.name}.{name} leads to one record of a kind that is not kept")
        there = other.table.alias(f"j{len(self.nodes)}")
        if relation.on is not None:
            on = relation.on(table, there)
        else:
            on = other.expression(relation.there)(there) == shape.expression(relation.here)(table)
        visible = relation.visible if relation.visible is not None else other.visible
        seen = visible(there, self.view)
        joined = joined.outerjoin(there, and_(on, *seen))
        return self.place(
            other,
            selection,
            there,
            joined,
            seen,
            name=name,
            parent=parent,
            listed=relation.many,
            omitted=relation.omitted,
        )


def wanted_names(shape: Shape, selection: Selection, audience: Audience) -> set[str]:
    """The columns, constants and computed entries that a selection means. A relation named as a
    column (``fields=items``) means the relation."""
    offered = set(shape.offered(audience))
    named = {name for name in selection.columns if name in offered or name.startswith("_")}
    return named | offered if selection.everything else named


def chosen_relations(shape: Shape, selection: Selection, audience: Audience) -> Mapping[str, Selection]:
    """The relations a selection means; one named as a column is shown with all its columns, whatever of it
    is named besides."""
    chosen: dict[str, Selection] = {}
    for name in shape.eager if selection.eager else ():
        chosen[name] = replace(selection.relations.get(name, _NOTHING), everything=True, eager=True)
    for name in sorted(selection.columns & shape.relations.keys()):
        chosen[name] = replace(chosen.get(name) or selection.relations.get(name, _NOTHING), everything=True)
    return {**selection.relations, **chosen}


def _is_retold(retold: Retold, shape: Shape, chosen: Mapping[str, Selection], audience: Audience) -> bool:
    """Whether both relations are chosen, and of the records below them the same: all that is their own."""
    found = []
    for relation, below in ((retold.relation, retold.below), (retold.via, retold.via_below)):
        if relation not in chosen or not chosen[relation].everything:
            return False
        found.append(chosen_relations(shape.relations[relation].shape(), chosen[relation], audience).get(below))
    ours, theirs = found
    if ours is None or theirs is None or not (ours.everything and theirs.everything):
        return False
    return not (ours.relations or theirs.relations) and ours.columns - {"id"} == theirs.columns - {"id"}


def _without(selection: Selection, relation: str) -> Selection:
    relations = {name: below for name, below in selection.relations.items() if name != relation}
    return replace(selection, columns=selection.columns - {relation}, relations=relations)


def fingerprint(selection: Selection) -> tuple[Any, ...]:
    """Equal for equal selections; selections hold dicts and cannot be keys themselves."""
    below = tuple(sorted((name, fingerprint(nested)) for name, nested in selection.relations.items()))
    return selection.everything, selection.eager, tuple(sorted(selection.columns)), below
