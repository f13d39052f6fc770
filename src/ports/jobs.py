"""Work to be done after a commit, at least once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

JobPayload = Mapping[str, str | int]
MAX_ATTEMPTS = 10
STOCK_MOVED = "stock.moved"
"""What a commit that moved visible stock calls for, at most once a second however many there are."""
HANDED_BACK = "handed back before it was begun"
"""The error of a ``retry`` that was no failure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One claimed piece of work. attempt counts from 1 and is the fencing token of its lease."""

    id: str
    kind: str
    payload: JobPayload
    attempt: int
    max_attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DueJob:
    """A ready job whose time has come. attempts: how often it was claimed so far."""

    id: str
    attempts: int


class Jobs(Protocol):
    """The queue as a worker sees it; work enters it through ``UnitOfWork.schedule``.

    Leases   ``claim`` hands out ready jobs whose time has come, oldest first, each for ``lease``. A
             worker that dies loses its jobs to others when the lease ends; ``finish``, ``retry`` and
             ``bury`` by a worker whose lease is over change nothing and answer False.
    Errors   Unavailable when the queue cannot be reached.
    Source   docs/jobs.md.
    """

    def claim(self, worker: str, count: int, lease: timedelta) -> list[Job]: ...

    def due(self, count: int) -> list[DueJob]:
        """What ``claim`` would hand out, oldest first, without claiming it."""
        ...

    def take(self, id: str, worker: str, lease: timedelta) -> Job | None:
        """Claim this one; None when it is done, leased to somebody, not due yet, or unknown."""
        ...

    def finish(self, job: Job, worker: str) -> bool: ...

    def retry(self, job: Job, worker: str, at: datetime, error: str) -> bool: ...

    def bury(self, job: Job, worker: str, error: str) -> bool:
        """Keep it as a dead letter for a person to look at."""
        ...

    def next_due(self) -> datetime | None:
        """When the earliest ready job may run; None when there is none."""
        ...


JobHandler = Callable[[JobPayload], None]
