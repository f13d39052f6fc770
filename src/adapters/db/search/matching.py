"""A search as part of a statement: which products match, and how well.

SQLite looks into an FTS5 table and scores by BM25, PostgreSQL into a ``tsvector`` and scores by
``ts_rank``; on both, lower is better. Words come in one parameter, so that statements can be kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Dialect, Float, FromClause, Text, bindparam, false, select, true
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from adapters.db.reads.filters import refuse
from adapters.db.tables.search import PARTS, product_search
from core.domain.search_text import words_of
from ports.reads import Condition, Operator, ReadContext

WORDS_MAX = 20  # of one question
_WORTH = (10.0, 5.0, 3.0, 1.0)


class _Question(TypeDecorator[Sequence[str]]):
    """Words that must all occur, each possibly only beginning there."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Sequence[str] | None, dialect: Dialect) -> str:
        words = list(value or ())
        if dialect.name == "sqlite":
            phrases = " AND ".join(f'"{word}" *' for word in words)
            return f"{{{' '.join(PARTS)}}} : ({phrases})"
        return " & ".join(f"'{word}':*" for word in words)


WORDS: BindParameter[Any] = bindparam("search_words", type_=_Question())


class _Matches(FunctionElement[bool]):
    name = "product_search_matches"
    inherit_cache = True


class _Score(FunctionElement[float]):
    name = "product_search_score"
    type = Float()
    inherit_cache = True


@compiles(_Matches)
def _matches(element: _Matches, compiler: SQLCompiler, **options: Any) -> str:
    return f"product_search.words @@ CAST({compiler.process(element.clauses, **options)} AS tsquery)"


@compiles(_Matches, "sqlite")
def _matches_fts(element: _Matches, compiler: SQLCompiler, **options: Any) -> str:
    return f"product_search MATCH {compiler.process(element.clauses, **options)}"


@compiles(_Score)
def _rank(element: _Score, compiler: SQLCompiler, **options: Any) -> str:
    worth = ", ".join(str(part / _WORTH[0]) for part in reversed(_WORTH))
    question = compiler.process(element.clauses, **options)
    return f"-ts_rank('{{{worth}}}', product_search.words, CAST({question} AS tsquery))"


@compiles(_Score, "sqlite")
def _bm25(element: _Score, compiler: SQLCompiler, **options: Any) -> str:
    return f"bm25(product_search, 0.0, {', '.join(map(str, _WORTH))})"


# Worked out once per statement, before anything is joined to it.
FOUND = (
    select(product_search.c.product_id, _Score(WORDS).label("score"))
    .where(_Matches(WORDS))
    .cte("found")
    .prefix_with("MATERIALIZED")
)


def question_of(text: str) -> list[str]:
    return list(dict.fromkeys(words_of(text)))[:WORDS_MAX]


def matching(table: FromClause, condition: Condition, context: ReadContext) -> ColumnElement[bool]:
    """The filter ``q`` of products. Whoever runs the statement fills in ``search_words``."""
    if condition.operator not in (Operator.SEARCH, Operator.EQ):
        raise refuse(condition)
    text = str(condition.value).strip()
    if not text:
        return true()
    return FOUND.c.product_id == table.c.id if question_of(text) else false()
