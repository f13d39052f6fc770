"""Units of work that lose races on order, and between which somebody else comes first."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, cast

from core.domain.actor import Actor
from core.domain.errors import ConcurrentUpdate
from ports.unit_of_work import Begin, UnitOfWork


class Contested:
    """Opens what ``begin`` opens. An action is the name a unit of work is begun for.

    ``lose``: commits of that action are refused as by somebody's quicker save. ``after``: something happens as
    soon as a unit of work of that action has ended. Both count how many of them go undisturbed before.
    ``harry``: of each action every other commit is refused, the first to begin with; tests' own ("test...") go well.
    refused: the actions whose commits were, in order.
    """

    def __init__(self, begin: Begin) -> None:
        self._begin = begin
        self._lost: defaultdict[str, deque[bool]] = defaultdict(deque)
        self._after: defaultdict[str, deque[Callable[[], object] | None]] = defaultdict(deque)
        self._harried = False
        self._tries: Counter[str] = Counter()
        self.refused: list[str] = []

    def lose(self, action: str, times: int = 1, *, well: int = 0) -> None:
        self._lost[action].extend([False] * well + [True] * times)

    def after(self, action: str, act: Callable[[], object], *, well: int = 0) -> None:
        self._after[action].extend([*[None] * well, act])

    def harry(self) -> None:
        self._harried = True

    def peace(self) -> None:
        """Nothing more of what was planned."""
        for planned in (*self._lost.values(), *self._after.values()):
            planned.clear()

    @property
    def settled(self) -> bool:
        """Whether all that was planned has happened."""
        return not any(self._lost.values()) and not any(self._after.values())

    def __call__(self, actor: Actor, action: str) -> AbstractContextManager[UnitOfWork]:
        opened = self._begin(actor, action)
        contested = _Contested(opened, lambda: self._loses(action), self._after[action])
        return cast("AbstractContextManager[UnitOfWork]", contested)

    def _loses(self, action: str) -> bool:
        lost = bool(self._lost[action]) and self._lost[action].popleft()
        if self._harried and not action.startswith("test"):
            self._tries[action] += 1
            lost = lost or self._tries[action] % 2 == 1
        if lost:
            self.refused.append(action)
        return lost


class _Contested:
    def __init__(
        self,
        opened: AbstractContextManager[UnitOfWork],
        loses: Callable[[], bool],
        after: deque[Callable[[], object] | None],
    ) -> None:
        self._opened = opened
        self._loses = loses
        self._after = after

    def __enter__(self) -> _Contested:
        self._work = self._opened.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opened.__exit__(kind, error, trace)
        act = self._after.popleft() if self._after else None
        if act is not None:
            act()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._work, name)

    def commit(self) -> None:
        if self._loses():
            raise ConcurrentUpdate("somebody else is saving; try again")
        self._work.commit()
