"""Which orders and customers hold a text anywhere, found by groups of three letters.

Shorter texts stand in no group, and what a good part of all records holds is not worth gathering before
it is sorted and cut: then the records are looked through as they are listed, which soon fills a page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Integer, Select, SelectBase, Text, bindparam, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from adapters.db.reads.shape import Filter
from ports.reads import Condition, Operator, ReadContext

GROUP = 3
MANY = 5_000


class _Holding(FunctionElement[str]):
    """As rows, the ids of those of a kind (second) whose texts hold what is looked for (first)."""

    name = "holding"
    type = Text()
    inherit_cache = True


class _HowMany(FunctionElement[int]):
    """How many there are of them, up to a number (third)."""

    name = "how_many_holding"
    type = Integer()
    inherit_cache = True


def _found(compiler: SQLCompiler, kind: str, asked: str) -> str:
    """From what, and under which condition. SQLite takes the tables of a CROSS JOIN in the order named."""
    if compiler.dialect.name == "sqlite":
        matches = f"search_fragments MATCH '\"' || replace({asked}, '\"', '\"\"') || '\"'"
        texts = "search_fragments CROSS JOIN search_texts ON search_texts.number = search_fragments.rowid"
    else:
        matches = f"fragments_of(text) @> fragments_of(lower({asked})) AND strpos(text, lower({asked})) > 0"
        texts = "search_texts"
    return f"{texts} WHERE {matches} AND kind = {kind}"


@compiles(_Holding)
def _rows(element: _Holding, compiler: SQLCompiler, **options: Any) -> str:
    asked, kind = (compiler.process(each, **options) for each in element.clauses)
    return f"(SELECT subject_id FROM {_found(compiler, kind, asked)})"  # noqa: S608 - parameters as compiled


@compiles(_HowMany)
def _number(element: _HowMany, compiler: SQLCompiler, **options: Any) -> str:
    asked, kind, most = (compiler.process(each, **options) for each in element.clauses)
    some = f"SELECT 1 FROM {_found(compiler, kind, asked)} LIMIT {most}"  # noqa: S608 - parameters as compiled
    return f"(SELECT count(*) FROM ({some}) AS found)"  # noqa: S608 - likewise


class _Few(FunctionElement[str]):
    """The rows of a statement that are known to be few. PostgreSQL has no statistics of what texts hold, and
    would rather walk through its own table for more of them: of an array it expects ten."""

    name = "few"
    type = Text()
    inherit_cache = True


@compiles(_Few)
def _array(element: _Few, compiler: SQLCompiler, **options: Any) -> str:
    return f"(SELECT unnest(ARRAY{compiler.process(element.clauses, **options)}))"


@compiles(_Few, "sqlite")
def _plain(element: _Few, compiler: SQLCompiler, **options: Any) -> str:
    return str(compiler.process(element.clauses, **options))


def among_few(column: ColumnElement[Any], rows: SelectBase) -> ColumnElement[bool]:
    return column.bool_op("IN")(_Few(rows.scalar_subquery()))


def holding(column: ColumnElement[Any], kind: str, text: str) -> ColumnElement[bool]:
    """Whether the column names one of the kind whose text holds this one."""
    return column.bool_op("IN")(_Few(_Holding(bindparam(None, text), bindparam(None, kind))))


@dataclass(frozen=True, slots=True)
class Anywhere:
    """A filter ``q``. kind: of the texts. found: the condition by the index. looked: the same without it."""

    kind: str
    found: Callable[[FromClause, str], ColumnElement[bool]]
    looked: Filter

    def __call__(self, table: FromClause, condition: Condition, context: ReadContext) -> ColumnElement[bool]:
        text = str(condition.value).strip()
        if self.probe(condition) is None:
            return self.looked(table, condition, context)
        return self.found(table, text)

    def probe(self, condition: Condition) -> Select[Any] | None:
        """Tells how many there are, up to MANY; None for what the index cannot tell."""
        text = str(condition.value).strip()
        if condition.operator not in (Operator.SEARCH, Operator.EQ) or len(text) < GROUP:
            return None
        if "\0" in text or "\n" in text:  # which ends what SQLite reads, or stands between two parts of a text
            return None
        return select(_HowMany(bindparam(None, text), bindparam(None, self.kind), bindparam(None, MANY, Integer())))
