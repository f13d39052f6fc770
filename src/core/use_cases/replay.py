"""Running a use case again when somebody else was faster.

Every aggregate carries a version; a commit that would overwrite a newer one is refused with
ConcurrentUpdate. Most such losers succeed at once when they look again, so the caller need not know.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from core.domain.errors import ConcurrentUpdate, Unavailable

TRIES = 4  # the first and three replays

LEFT_TO_JOBS = (Unavailable, ConcurrentUpdate)
"""What is no failure in a step that comes after a commit which scheduled a job for the same step. To raise it would
say that nothing was done, and invite to do once more what was committed."""

Self = TypeVar("Self")
P = ParamSpec("P")
R = TypeVar("R")


def replayed(call: Callable[Concatenate[Self, P], R]) -> Callable[Concatenate[Self, P], R]:
    """For the ``__call__`` of a use case that may run several times: all its effects on providers
    carry idempotency keys. Where something was committed that a second run would do again, refuse or undo, it is
    for the part up to that commit only. Raises ConcurrentUpdate when the last try lost too."""

    @wraps(call)
    def run(self: Self, /, *args: P.args, **kwargs: P.kwargs) -> R:
        for _ in range(TRIES - 1):
            try:
                return call(self, *args, **kwargs)
            except ConcurrentUpdate:
                continue
        return call(self, *args, **kwargs)

    return run
