"""Products as finished JSON, each by itself, for questions that nobody has asked before.

Pages of the catalogue differ in which products are on them more than in what they say of each. So what was
written of a product is kept under what its looks depend on: the market it is looked at from, what was asked
for, and which state of it that was. A list then costs the statement that finds its products and their
versions. Two things end what is kept: the product's own version, which moves on whenever it is saved, and
the edition's ``all_products``, which moves on with everything else (``ports.glances.Edition``). An edition
that has not moved at all needs no look at the version.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import orjson

from adapters.http.answers import to_json
from adapters.http.card_shelf import Card, Seen
from adapters.http.fields import VERSION, Chosen
from adapters.http.hooks import hooks
from adapters.http.query import Query
from adapters.http.shown import Shown, detail, equals, listing
from core.domain.actor import Actor
from ports.glances import Edition
from ports.reads import Condition, Operator, Paging, ReadContext, Reads, Selection, Tree

_HEAD = Selection(columns=frozenset({"id", VERSION}))
# What leads from one product to others.
_ELSEWHERE = frozenset({"product", "products", "variant", "variants"})


def product_listing(
    shown: Shown, reads: Reads, actor: Actor, query: Query, context: ReadContext, edition: Edition
) -> Tree:
    """As ``listing``, of products."""
    chosen, paging = query.chosen, query.paging
    if chosen is None or paging is None or not _is_apart(chosen.selection):
        return listing(shown, reads, actor, query, context=context)
    looking = _Looking(shown, reads, context, Seen(chosen=chosen, edition=edition, now=context.now))
    rows, count = looking.page(query.where, paging)
    limit = count if paging.limit is None else paging.limit
    return {shown.many: rows, "count": count, "offset": paging.offset, "limit": limit}


def product_detail(
    shown: Shown, reads: Reads, actor: Actor, query: Query, id: str, context: ReadContext, edition: Edition
) -> Tree:
    """As ``detail``, of a product. Raises ProductNotFound."""
    chosen = query.chosen
    if chosen is None or query.where or not _is_apart(chosen.selection):
        return detail(shown, reads, actor, query, id, context=context)
    looking = _Looking(shown, reads, context, Seen(chosen=chosen, edition=edition, now=context.now))
    return {shown.one: looking.one(id)}


class _Looking:
    """One question about products."""

    def __init__(self, shown: Shown, reads: Reads, context: ReadContext, seen: Seen) -> None:
        self._shape = shown.shape
        self._reads = reads
        self._context = context
        self._seen = seen
        self._cards = hooks().cards
        self._place = _place(shown.shape, context, seen.chosen)

    def one(self, id: str) -> object:
        where = [equals("id", id)]
        card = self._cards.get(id, self._place, self._seen)
        if card is not None and card.edition.number == self._seen.edition.number:
            return orjson.Fragment(card.body)
        if card is not None:
            head = self._reads.first(self._shape, where, _HEAD, self._context)
            if head is not None and head[VERSION] == card.version:
                self._cards.keep(id, self._place, replace(card, edition=self._seen.edition))
                return orjson.Fragment(card.body)
        return self._written(self._reads.one(self._shape, where, self._seen.chosen.versioned, self._context))

    def page(self, where: Sequence[Condition], paging: Paging) -> tuple[list[object], int]:
        """In their order, and how many there are on all pages."""
        heads = self._reads.page(self._shape, where, _HEAD, self._context, paging)
        rows: dict[object, object] = {}
        for head in heads.rows:
            card = self._cards.get(head["id"], self._place, self._seen)
            if card is not None and card.version == head[VERSION]:
                rows[head["id"]] = orjson.Fragment(card.body)
        missing = [head["id"] for head in heads.rows if head["id"] not in rows]
        if missing:
            known = [Condition("id", Operator.IN, missing)]
            selection = self._seen.chosen.versioned
            for tree in self._reads.page(self._shape, known, selection, self._context, Paging()).rows:
                rows[tree["id"]] = self._written(tree)
        # One that was taken out of the catalogue since its page was found is not on it any more.
        return [rows[head["id"]] for head in heads.rows if head["id"] in rows], heads.count

    def _written(self, tree: Tree) -> object:
        version = tree.pop(VERSION)
        body = to_json(self._seen.chosen.trim(tree))
        card = Card(version=version, edition=self._seen.edition, body=body)
        self._cards.keep(tree["id"], self._place, card)
        return orjson.Fragment(body)


def _place(shape: str, context: ReadContext, chosen: Chosen) -> str:
    """All that the looks of a product depend on besides itself."""
    channels = None if context.channel_ids is None else sorted(context.channel_ids)
    market = (context.region_id, context.currency_code, channels, sorted(context.group_ids), context.include_taxes)
    return repr((shape, context.audience.value, market, chosen.number))


def _is_apart(selection: Selection, own: frozenset[str] = frozenset({"variants"})) -> bool:
    """Whether it shows of each product only what is its own or all share."""
    elsewhere = _ELSEWHERE - own
    if not selection.columns.isdisjoint(elsewhere):
        return False
    return all(name not in elsewhere and _is_apart(below, frozenset()) for name, below in selection.relations.items())
