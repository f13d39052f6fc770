"""``LIKE`` that tells capitals from small letters on every engine, and has no escape character.

SQLite's own does not tell them apart; its GLOB does, and has other wildcards.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import FunctionElement

# Characters that are plain in LIKE and special in GLOB come first.
_AS_GLOB = (("[", "[[]"), ("*", "[*]"), ("?", "[?]"), ("%", "*"), ("_", "?"))


class Matches(FunctionElement[bool]):
    """``Matches(column, pattern)`` with ``%`` and ``_``."""

    type = Boolean()
    inherit_cache = True


def matches(column: ColumnElement[Any], pattern: str) -> ColumnElement[bool]:
    return Matches(column, pattern)


@compiles(Matches)
def _like(element: Matches, compiler: SQLCompiler, **kwargs: Any) -> str:
    column, pattern = (compiler.process(each, **kwargs) for each in element.clauses)
    return f"({column} LIKE {pattern} ESCAPE '')"


@compiles(Matches, "sqlite")
def _glob(element: Matches, compiler: SQLCompiler, **kwargs: Any) -> str:
    column, pattern = (compiler.process(each, **kwargs) for each in element.clauses)
    for plain, glob in _AS_GLOB:
        pattern = f"replace({pattern}, '{plain}', '{glob}')"
    return f"({column} GLOB {pattern})"
