"""One call of the reading side: statements are run, and trees grow from their rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from operator import itemgetter
from typing import Any, cast

from sqlalchemy import Connection, Select

from adapters.db.prepared import Prepared, PreparedRows
from adapters.db.reads.growing import Found
from adapters.db.reads.moments import text_of
from adapters.db.reads.plan import Branch, Node, Plan
from adapters.db.reads.shape import Facts, Retold, Source
from ports.reads import ReadContext, Tree


@dataclass(frozen=True)
class Reading:
    """A connection and what statements are filled with. question: the words that are searched for.
    source: how one is asked."""

    connection: Connection
    context: ReadContext
    question: list[str]
    source: Callable[[Source], PreparedRows]

    def trees(self, plan: Plan, statement: Select[Any]) -> list[Tree]:
        return self._grow(plan, self.connection.execute(statement, self._parameters).all())[0]

    def prepared(self, plan: Plan, statement: Prepared, values: Mapping[str, Any]) -> list[Tree]:
        return self._grow(plan, statement.rows(self.connection, {**self._parameters, **values}))[0]

    def number(self, statement: Select[Any]) -> int:
        return int(self.connection.execute(statement, self._parameters).scalar_one())

    def prepared_number(self, statement: Prepared, values: Mapping[str, Any]) -> int:
        return int(statement.rows(self.connection, {**self._parameters, **values})[0][0])

    @cached_property
    def _parameters(self) -> dict[str, object]:
        return {
            "for_customer_id": self.context.customer_id,
            "in_currency": self.context.currency_code,
            "in_region_id": self.context.region_id,
            "on_price_list_id": self.context.price_list_id,
            "in_channel_ids": sorted(self.context.channel_ids or ()),
            "of_group_ids": sorted(self.context.group_ids),
            "right_now": self.context.now,
            "search_words": self.question,
        }

    def _grow(self, plan: Plan, rows: Iterable[Sequence[Any]]) -> tuple[list[Tree], Found]:
        """Turn a statement's rows into trees and hang everything below on them: all of them, and by parent."""
        grown, found = plan.grow(rows)
        for node, trees in zip(plan.nodes, grown, strict=True):
            if trees:
                self._finish(node, trees)
        return grown[0], found

    def _finish(self, node: Node, trees: list[Tree]) -> None:
        keys: dict[str, list[object]] = {}
        for branch in node.branches:
            if branch.here not in keys:
                keys[branch.here] = _keys([tree[branch.here] for tree in trees])
            self._attach(branch, trees, keys[branch.here])
        for retold in node.retold:
            _retell(retold, trees)
        self._compute(node, trees)
        for name in node.moments:
            for tree in trees:
                if isinstance(moment := tree[name], datetime):
                    tree[name] = text_of(moment)
        for name in node.surplus:
            for tree in trees:
                del tree[name]

    def _attach(self, branch: Branch, trees: list[Tree], keys: list[object]) -> None:
        name, here, found = branch.name, branch.here, self._found(branch, keys)
        if not branch.single:
            for tree in trees:
                tree[name] = found.get(tree[here]) or []
            return
        for tree in trees:
            one = found.get(tree[here])
            if one is not None or not branch.omitted:
                tree[name] = one[0] if one else None

    def _found(self, branch: Branch, keys: list[object]) -> Found:
        if not keys:
            return {}
        rows = branch.prepared.rows(self.connection, {**self._parameters, "keys": keys})
        return self._grow(branch.plan, rows)[1]

    def _compute(self, node: Node, trees: list[Tree]) -> None:
        if not node.computed:
            return
        shared = {branch.name: branch.shared for branch in node.branches if branch.shared}
        found: dict[Source, Mapping[object, Sequence[Any]]] = {}
        spared = {
            source
            for entry, _ in node.computed
            for source in entry.sources
            if source.spared(trees, frozenset(shared))
        }
        for entry, names in node.computed:
            for source in entry.sources:
                if source not in found and source not in spared:
                    found[source] = self._consult(source, trees)
            values = entry.compute(trees, Facts(self.context, found, frozenset(spared)))
            whole = len(names) == len(entry.gives)
            for tree, given in zip(trees, values, strict=True):
                if whole:
                    tree.update(given)
                else:
                    tree.update((name, given[name]) for name in names)
        for name, ours in shared.items():
            _strip(trees, name, ours)

    def _consult(self, source: Source, trees: list[Tree]) -> Mapping[object, Sequence[Any]]:
        if not source.wanted(self.context):
            return {}
        statement = self.source(source)
        if source.key is None:
            return {None: statement.rows(self.connection, self._parameters)}
        keys = _keys([tree[source.key] for tree in trees])
        found: dict[object, list[Any]] = {}
        if keys:
            for row in statement.rows(self.connection, {**self._parameters, "keys": keys}):
                found.setdefault(row[0], []).append(row)
        return found


def _retell(retold: Retold, trees: Iterable[Tree]) -> None:
    """Hang what was read below one relation on the records of the other, too: copies, which may be trimmed apart."""
    for tree in trees:
        found: dict[object, list[tuple[int, Any, Tree]]] = {}
        place, rank = 0, None
        for way in cast("Sequence[Tree]", tree[retold.via]):
            if way[retold.rank] != rank:
                place, rank = place + 1, way[retold.rank]
            for record in cast("Sequence[Tree]", way[retold.via_below]):
                found.setdefault(record[retold.link], []).append((place, record["id"], record))
        for parent in cast("Sequence[Tree]", tree[retold.relation]):
            below = sorted(found.get(parent["id"], ()), key=_PLACE_AND_ID)
            parent[retold.below] = [dict(record) for _, _, record in below]


_PLACE_AND_ID = itemgetter(0, 1)


def _strip(trees: Iterable[Tree], name: str, ours: Iterable[str]) -> None:
    """Take from a relation's trees what was read for our own use."""
    for tree in trees:
        below: Any = tree[name]
        for each in below:
            for entry in ours:
                each.pop(entry, None)  # one that hangs on several trees is met several times


def _keys(values: Iterable[object]) -> list[object]:
    different = dict.fromkeys(values)
    different.pop(None, None)
    return list(different)
