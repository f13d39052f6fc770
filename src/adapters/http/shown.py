"""Lists and details, answered by the reading side: what a public thing is called and shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from adapters.http.fields import choose
from adapters.http.hooks import hooks
from adapters.http.query import Query
from core.domain.actor import Actor
from ports.reads import Condition, Operator, ReadContext, Reads, Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One public thing. shape: its name on the reading side; one, many: keys of answers.

    default: what it shows unasked, in the grammar of ``fields`` (``*`` alone: all columns;
    ``*items``: that relation's columns). listed: the same for lists, if they show less.
    """

    shape: str
    one: str
    many: str
    default: str = "*"
    listed: str | None = None


def equals(field: str, value: object) -> Condition:
    return Condition(field, Operator.EQ, value)


def context_of(actor: Actor, query: Query, **more: object) -> ReadContext:
    """For whom and when a tree is built. more: region_id, currency_code, group_ids, channel_ids, ..."""
    plain = ReadContext(
        audience=query.audience,
        now=hooks().clock.now(),
        customer_id=actor.customer_id,
        role=actor.role.value if actor.role else None,
    )
    # The names in ``more`` are those of ReadContext; ``replace`` refuses any other.
    return replace(plain, **more) if more else plain  # type: ignore[arg-type]


def by_default(shown: Shown, query: Query) -> Query:
    """The same caller asking for a thing as it shows itself unasked."""
    return Query(audience=query.audience, chosen=choose(None, None, shown.default))


def listing(
    shown: Shown,
    reads: Reads,
    actor: Actor,
    query: Query,
    where: Sequence[Condition] = (),
    context: ReadContext | None = None,
) -> Tree:
    """``{<many>, count, offset, limit}``: one page of what the caller's filters and ``where`` leave."""
    if query.chosen is None or query.paging is None:
        raise TypeError("a list is answered by a route declared with lists=")
    page = reads.page(
        shown.shape,
        [*query.where, *where],
        query.chosen.selection,
        context or context_of(actor, query),
        query.paging,
    )
    rows = [query.chosen.trim(row) for row in page.rows] if query.chosen.dropped else page.rows
    limit = page.count if query.paging.limit is None else query.paging.limit
    return {shown.many: rows, "count": page.count, "offset": query.paging.offset, "limit": limit}


def detail(
    shown: Shown,
    reads: Reads,
    actor: Actor,
    query: Query,
    id: str,
    where: Sequence[Condition] = (),
    context: ReadContext | None = None,
) -> Tree:
    """``{<one>: tree}``. Raises the shape's NotFound."""
    return {shown.one: tree_of(shown, reads, actor, query, [equals("id", id), *where], context)}


def tree_of(
    shown: Shown,
    reads: Reads,
    actor: Actor,
    query: Query,
    where: Sequence[Condition],
    context: ReadContext | None = None,
) -> Tree:
    """The bare tree, for answers that wrap it differently."""
    if query.chosen is None:
        raise TypeError("a detail is answered by a route declared with shows=")
    found = reads.one(
        shown.shape, [*query.where, *where], query.chosen.selection, context or context_of(actor, query)
    )
    return query.chosen.trim(found)
