"""Asking for the catalogue's number, which stands before every answer that is known by heart.

It is the one question that such an answer costs, so it is asked with as little around it as there can be: over a
connection that stays out of the pool, and by one thread at a time. Whoever comes meanwhile waits, and those who
waited share one answer. It is never older than their question: it is the answer to a statement that was begun
after each of them had come.
"""

from __future__ import annotations

from threading import Lock
from time import monotonic
from typing import Any

from sqlalchemy import Connection, Engine, Select, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from adapters.db.engine import RECYCLE_S
from adapters.db.prepared import Prepared
from adapters.db.transaction import is_lost, translated
from core.domain.errors import Unavailable


class EditionLine:
    """engine: the reading one, whose pool can spare a connection; where there is but one, that is given back after
    each question. question: of one whole number."""

    def __init__(self, engine: Engine, question: Select[Any]) -> None:
        self._engine = engine
        self._question = question
        self._prepared: Prepared | None = None
        self._turn = Lock()
        self._begun = 0  # questions, so far
        self._answered = 0  # which of them was answered last
        self._told: int | Unavailable = 0
        self._line: Connection | None = None
        self._until = 0.0
        event.listen(engine, "engine_disposed", self._close)

    def ask(self) -> int:
        """Raises Unavailable."""
        own = self._begun + 1  # the first question that is begun from now on
        with self._turn:
            if self._answered < own:
                self._begun += 1
                try:
                    self._told = self._ask()
                except Unavailable as error:
                    self._told = error
                self._answered = self._begun
            told = self._told
        if isinstance(told, Unavailable):
            raise Unavailable(str(told)) from told
        return told

    def _ask(self) -> int:
        with translated():
            line = self._line
            if line is None or monotonic() > self._until:
                return self._ask_anew()
            try:
                return self._answer(line)
            except DBAPIError as error:
                if not is_lost(error):
                    raise
            return self._ask_anew()  # the pool finds out whether its other connections are still there

    def _ask_anew(self) -> int:
        self._let_go()
        line = self._engine.connect()
        told = self._answer(line)
        if isinstance(self._engine.pool, QueuePool) and self._engine.pool.size() > 1:
            self._line, self._until = line, monotonic() + RECYCLE_S
        else:
            line.close()
        return told

    def _answer(self, line: Connection) -> int:
        if self._prepared is None:
            self._prepared = Prepared(self._question, self._engine.dialect)
        try:
            return int(self._prepared.rows(line, {})[0][0])
        except BaseException:  # also an interruption, after which nobody knows what comes over it next
            self._line = None
            line.invalidate()
            line.close()
            raise

    def _let_go(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.invalidate()
            line.close()

    def _close(self, _: Engine) -> None:
        with self._turn:
            self._let_go()
