"""``LIKE`` that means the same on every engine, and small letters of any alphabet.

SQLite's own LIKE does not tell capitals from small letters; its GLOB does, and has other wildcards. Its own
``lower`` knows A to Z only, so connections bring one that knows all letters.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, ColumnElement, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import FunctionElement

from adapters.db.engine import SMALL_LETTERS

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


class Small(FunctionElement[str]):
    """``Small(column)``: in small letters, to be compared with a text that Python made small."""

    type = Text()
    inherit_cache = True


def small(column: ColumnElement[Any]) -> ColumnElement[str]:
    return Small(column)


@compiles(Small)
def _lower(element: Small, compiler: SQLCompiler, **kwargs: Any) -> str:
    return f"lower({compiler.process(element.clauses, **kwargs)})"


@compiles(Small, "sqlite")
def _lower_of_any_alphabet(element: Small, compiler: SQLCompiler, **kwargs: Any) -> str:
    return f"{SMALL_LETTERS}({compiler.process(element.clauses, **kwargs)})"
