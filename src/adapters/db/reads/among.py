"""``column is one of these values`` with the values in a single parameter.

The text of a statement then does not depend on how many there are, so it is prepared once, and no
limit on the number of parameters applies.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson
from sqlalchemy import BindParameter, ColumnElement, Dialect, Text, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator


class _Texts(TypeDecorator[Iterable[str]]):
    """A JSON list on SQLite, an array of texts elsewhere: written out here, because the driver would look at
    each of them twice."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Iterable[str] | None, dialect: Dialect) -> str:
        texts = list(value or ())
        return orjson.dumps(texts).decode() if dialect.name == "sqlite" else _array(texts)


def _array(texts: list[str]) -> str:
    """As PostgreSQL reads arrays."""
    joined = '","'.join(texts)
    if "\\" in joined or joined.count('"') != 2 * max(0, len(texts) - 1):
        joined = '","'.join(text.replace("\\", "\\\\").replace('"', '\\"') for text in texts)
    return f'{{"{joined}"}}' if texts else "{}"


class _Listed(FunctionElement[str]):
    """The values as rows. Written without its own comparison: SQLAlchemy would add ``= 1`` to that on
    SQLite, which then would not use the column's index."""

    name = "listed"
    type = Text()
    inherit_cache = True


@compiles(_Listed)
def _from_array(element: _Listed, compiler: SQLCompiler, **options: Any) -> str:
    return f"(SELECT unnest(CAST({compiler.process(element.clauses, **options)} AS VARCHAR[])))"


@compiles(_Listed, "sqlite")
def _from_json(element: _Listed, compiler: SQLCompiler, **options: Any) -> str:
    values = compiler.process(element.clauses, **options)
    return f"(SELECT value FROM json_each({values}))"  # noqa: S608 - the parameter as compiled


def texts(name: str) -> BindParameter[Any]:
    """A parameter that holds any number of texts."""
    return bindparam(name, type_=_Texts())


def among(column: ColumnElement[Any], values: BindParameter[Any]) -> ColumnElement[bool]:
    """Whether the column is one of the texts. values: made by ``texts``."""
    return column.bool_op("IN")(_Listed(values))
