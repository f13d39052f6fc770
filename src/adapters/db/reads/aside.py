"""A column whose conditions choose among rows that are found already, and find none themselves."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class _Aside(FunctionElement[Any]):
    name = "aside"
    inherit_cache = True


@compiles(_Aside)
def _plain(element: _Aside, compiler: SQLCompiler, **options: Any) -> str:
    return str(compiler.process(element.clauses, **options)).removeprefix("(").removesuffix(")")


@compiles(_Aside, "sqlite")
def _without_index(element: _Aside, compiler: SQLCompiler, **options: Any) -> str:
    """https://www.sqlite.org/queryplanner-ng.html: a unary plus keeps a term from being looked up in an index."""
    return f"+{_plain(element, compiler, **options)}"


def aside(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Without statistics SQLite takes every index for a good one, and would walk through all that is published
    rather than look up twenty keys."""
    element: ColumnElement[Any] = _Aside(column)
    element.type = column.type
    return element
