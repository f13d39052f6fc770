"""Listing categories the way both surfaces do: by rank, and with the whole tree below them if asked for."""

from dataclasses import replace
from typing import Any

from marshmallow import Schema, ValidationError

from adapters.http.query import Query
from adapters.http.query_fields import AnyOf, Conditions, Exactly, Flag, Search, Text
from adapters.http.shown import Shown, by_default, context_of, detail, listing
from core.domain.actor import Actor
from ports.reads import Condition, Operator, Paging, ReadContext, Reads, Selection, Tree

CHILDREN = "category_children"
CATEGORY = Shown(
    shape="product_category",
    one="product_category",
    many="product_categories",
    default=f"*,*parent_category,*{CHILDREN}",
)
BY_RANK = (("rank", False),)


class ParentOf(Exactly):
    """``parent_category_id=null`` asks for those without a parent."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Conditions:
        if not isinstance(value, str):
            raise ValidationError("must be given once, as text")
        return Conditions([Condition(self._about(attr), Operator.EQ, None if value in ("", "null") else value)])


class CategoryFilters(Schema):
    q = Search()
    id = AnyOf()
    handle = AnyOf()
    parent_category_id = ParentOf()
    include_descendants_tree = Flag()


class StaffsCategoryFilters(CategoryFilters):
    name = Exactly(Text())
    is_active = Exactly(Flag())
    is_internal = Exactly(Flag())


def list_categories(reads: Reads, actor: Actor, query: Query, context: ReadContext | None = None) -> Tree:
    """``{product_categories, count, offset, limit}``; one statement more for whole trees."""
    seen = context or context_of(actor, query)
    answer = listing(CATEGORY, reads, actor, _by_rank(query), context=seen)
    if query.get("include_descendants_tree"):
        _grow(reads, seen, answer[CATEGORY.many])
    return answer


def show_category(reads: Reads, actor: Actor, query: Query, id: str, context: ReadContext | None = None) -> Tree:
    """``{product_category}``, unless the caller chose what to show with everything below it, as in Medusa; that
    is one statement more where there is anything."""
    seen = context or context_of(actor, query)
    answer = detail(CATEGORY, reads, actor, query, id, context=seen)
    top: Any = answer[CATEGORY.one]
    if query.chosen == by_default(CATEGORY, query).chosen and top[CHILDREN]:
        _grow(reads, seen, [top])
    return answer


def _by_rank(query: Query) -> Query:
    if query.paging is None or not query.paging.ranked:
        return query
    return replace(query, paging=replace(query.paging, order=BY_RANK))


def _grow(reads: Reads, context: ReadContext, tops: Any) -> None:
    """Hang everything below these categories on them."""
    ids = [top["id"] for top in tops]
    if not ids:
        return
    page = reads.page(
        CATEGORY.shape,
        [Condition("branch", Operator.IN, ids)],
        Selection(everything=True),
        context,
        Paging(order=BY_RANK),
    )
    children: dict[object, list[Tree]] = {}
    for row in page.rows:
        row[CHILDREN] = children.setdefault(row["id"], [])
        if row["parent_category_id"] is not None:
            children.setdefault(row["parent_category_id"], []).append(row)
    for top in tops:
        top[CHILDREN] = children.get(top["id"], [])


def with_category_children(query: Query) -> Query:
    """Of products: ``include_category_children=true`` makes ``category_id`` mean what is below, too."""
    if not query.get("include_category_children"):
        return query
    where = [
        replace(condition, field="category_tree") if condition.field == "category_id" else condition
        for condition in query.where
    ]
    return replace(query, where=tuple(where))
