"""Asking for the catalogue's numbers, which stands before every answer that is known by heart.

It is the one question that such an answer costs, and all of them ask the same: so one thread asks at a time. Whoever
comes meanwhile waits, and those who waited share one answer. It is never older than their question: it is the
answer to a statement that was begun after each of them had come.
"""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import Any

from sqlalchemy import Engine, Select

from adapters.db.prepared import Prepared
from adapters.db.spare import reading
from adapters.db.transaction import translated
from core.domain.errors import Unavailable


class EditionLine:
    """engine: the reading one. question: answered by one row."""

    def __init__(self, engine: Engine, question: Select[Any]) -> None:
        self._engine = engine
        self._question = question
        self._prepared: Prepared | None = None
        self._turn = Lock()
        self._begun = 0  # questions, so far
        self._answered = 0  # which of them was answered last
        self._told: Sequence[Any] | Unavailable = ()

    def ask(self) -> Sequence[Any]:
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

    def _ask(self) -> Sequence[Any]:
        with translated(), reading(self._engine) as connection:
            if self._prepared is None:  # the dialect knows what it talks to from the first connection on
                self._prepared = Prepared(self._question, self._engine.dialect)
            return self._prepared.rows(connection, {})[0]
