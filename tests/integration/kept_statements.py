"""Statements compiled for one shop of a test process serve all that come after it.

Compiling is most of what the first sale of a new shop costs, and every test has a new shop. What is
compiled hangs on an engine's dialect, and in ``SqlReads`` and ``SqlGlances``, which a real process has
once; here engines of one kind are given the same dialect, and readers what an earlier one has made.
"""

from __future__ import annotations

from copy import copy
from typing import Any, TypeVar

from sqlalchemy import Dialect, Engine

from adapters.db.edition_line import EditionLine
from adapters.db.engine import Engines, open_engines
from adapters.db.reads.glances import NUMBERS, SqlGlances
from adapters.db.reads.sql_reads import SqlReads

Reader = TypeVar("Reader", SqlReads, SqlGlances)
_compiled: dict[tuple[str, str], tuple[Dialect, Any]] = {}
_readers: dict[tuple[type[object], str], Any] = {}


def open_kept(url: str, **more: Any) -> Engines:
    """``open_engines``, with what those before them on this kind of database have compiled."""
    engines = open_engines(url, **more)
    share(engines.write, "write")
    share(engines.read, "read")
    return engines


def share(engine: Engine, use: str) -> None:
    """use: engines on one kind of database write their statements alike if they are for the same."""
    known = _compiled.get((engine.name, use))
    if known is None:
        with engine.connect():  # a dialect learns from its first connection what it talks to
            _compiled[engine.name, use] = (engine.dialect, engine._compiled_cache)
    else:
        engine.dialect, engine._compiled_cache = known
        engine.pool._dialect = engine.dialect


def reader(kind: type[Reader], engine: Engine) -> Reader:
    """One on this engine, with all statements that those before it have made."""
    first = _readers.get((kind, engine.name))
    if first is None:
        first = _readers[kind, engine.name] = kind(engine)
    other: Reader = copy(first)
    other._engine = engine
    if isinstance(other, SqlGlances):
        other._line = EditionLine(engine, NUMBERS)
    return other
