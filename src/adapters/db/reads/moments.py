"""Times as answers write them: ``2024-01-02T03:04:05.678Z``.

A page of products holds about a thousand times. The database writes them out in the statement that
reads them, because reading and writing each one here would cost more than the rest of the page.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from adapters.db.types import UtcDateTime


class _InText(FunctionElement[str]):
    name = "moment_in_text"
    type = Text()
    inherit_cache = True


@compiles(_InText)
def _written(element: _InText, compiler: SQLCompiler, **options: Any) -> str:
    column = compiler.process(element.clauses, **options)
    return f"to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"


@compiles(_InText, "sqlite")
def _cut(element: _InText, compiler: SQLCompiler, **options: Any) -> str:
    """It is kept as text, in UTC, with microseconds and without the Z."""
    return f"substr({compiler.process(element.clauses, **options)}, 1, 23) || 'Z'"


def in_text(column: ColumnElement[Any]) -> ColumnElement[str]:
    return _InText(column)


class _Cut(FunctionElement[datetime]):
    name = "moment_cut"
    type = UtcDateTime()
    inherit_cache = True


@compiles(_Cut)
def _truncated(element: _Cut, compiler: SQLCompiler, **options: Any) -> str:
    return f"date_trunc('milliseconds', {compiler.process(element.clauses, **options)})"


@compiles(_Cut, "sqlite")
def _cut_off(element: _Cut, compiler: SQLCompiler, **options: Any) -> str:
    return f"substr({compiler.process(element.clauses, **options)}, 1, 23) || '000'"


def cut(column: ColumnElement[Any]) -> ColumnElement[datetime]:
    """As it is shown: without what is below a millisecond."""
    return _Cut(column)


def text_of(moment: datetime) -> str:
    """The same, of a time that has been read."""
    return f"{moment.astimezone(UTC).isoformat(timespec='milliseconds')[:-6]}Z"
