"""The job queue over a Memory, for tests and for workers of a shop that forgets at exit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from adapters.memory.store import Memory, QueuedJob
from ports.clock import Clock
from ports.jobs import DueJob, Job


class InMemoryJobs:
    def __init__(self, memory: Memory, clock: Clock) -> None:
        self._memory = memory
        self._clock = clock

    def claim(self, worker: str, count: int, lease: timedelta) -> list[Job]:
        now = self._clock.now()
        with self._memory.lock:
            self._bury_lost(now)
            return [self._lease(job, worker, now + lease) for job in self._all_due(now)[:count]]

    def due(self, count: int) -> list[DueJob]:
        with self._memory.lock:
            return [DueJob(id=job.id, attempts=job.attempts) for job in self._all_due(self._clock.now())[:count]]

    def take(self, id: str, worker: str, lease: timedelta) -> Job | None:
        now = self._clock.now()
        with self._memory.lock:
            self._bury_lost(now)
            wanted = next((job for job in self._all_due(now) if job.id == id), None)
            return None if wanted is None else self._lease(wanted, worker, now + lease)

    def finish(self, job: Job, worker: str) -> bool:
        def done(held: QueuedJob) -> None:
            held.state = "done"

        return self._end(job, worker, done)

    def retry(self, job: Job, worker: str, at: datetime, error: str) -> bool:
        def again(held: QueuedJob) -> None:
            held.run_at, held.last_error = at, error

        return self._end(job, worker, again)

    def bury(self, job: Job, worker: str, error: str) -> bool:
        def dead(held: QueuedJob) -> None:
            held.state, held.last_error = "dead", error

        return self._end(job, worker, dead)

    def next_due(self) -> datetime | None:
        with self._memory.lock:
            return min((_due(job) for job in self._ready()), default=None)

    def _bury_lost(self, now: datetime) -> None:
        for job in self._ready():
            lost = job.lease_until is not None and job.lease_until <= now
            if lost and job.attempts >= job.max_attempts:
                job.state, job.last_error = "dead", "its worker did not come back"

    def _all_due(self, now: datetime) -> list[QueuedJob]:
        return sorted((job for job in self._ready() if _due(job) <= now), key=lambda job: (job.run_at, job.id))

    def _ready(self) -> list[QueuedJob]:
        return [job for job in self._memory.jobs.values() if job.state == "ready"]

    @staticmethod
    def _lease(job: QueuedJob, worker: str, until: datetime) -> Job:
        job.attempts += 1
        job.lease_by, job.lease_until = worker, until
        return Job(
            id=job.id,
            kind=job.kind,
            payload=dict(job.payload),
            attempt=job.attempts,
            max_attempts=job.max_attempts,
        )

    def _end(self, job: Job, worker: str, change: Callable[[QueuedJob], None]) -> bool:
        with self._memory.lock:
            held = self._memory.jobs.get(job.id)
            if held is None or held.state != "ready" or held.lease_until is None:
                return False
            mine = held.lease_by == worker and held.attempts == job.attempt
            if not mine or held.lease_until <= self._clock.now():
                return False
            change(held)
            held.lease_by = held.lease_until = None
            return True


def _due(job: QueuedJob) -> datetime:
    return job.run_at if job.lease_until is None else max(job.run_at, job.lease_until)
