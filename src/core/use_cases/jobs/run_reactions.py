"""Draining the queue: what was promised in a commit gets done, whatever goes wrong meanwhile."""

import logging
import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from core.domain.errors import Forbidden, Gone, Invalid, NotFound, Unauthenticated, Unavailable
from core.domain.mail import MailRefused
from ports.clock import Clock
from ports.jobs import HANDED_BACK, Job, JobHandler, Jobs

LEASE = timedelta(minutes=5)
BATCH = 8
FIRST_DELAY = timedelta(seconds=5)
GROWTH = 4
LONGEST_DELAY = timedelta(days=1)  # ten tries span a little over two days
JITTER = 0.1
ERROR_MAX = 500  # characters kept

HOPELESS = (Invalid, NotFound, Unauthenticated, Forbidden, Gone, MailRefused)
"""Refusals that would be the same next time; everything else may pass."""

log = logging.getLogger("perseus.jobs")


def retry_delay(attempt: int, luck: float) -> timedelta:
    """How long to wait after the attempt of that number (from 1) has failed: 5 s, 20 s, 80 s, ... a day.

    luck from 0 to 1 moves it by up to a tenth, so that jobs which failed together do not return together.
    """
    # Bounded before it is computed: a huge attempt number must not make a huge power.
    grown = FIRST_DELAY * int(GROWTH ** min(attempt - 1, 12))
    return min(grown, LONGEST_DELAY) * (1 + JITTER * luck)


class RunReactions:
    """Claims jobs, runs their handlers and tells the queue how it went.

    One failing job never keeps another from running. A failure is tried again with growing delays; the
    job becomes a dead letter after its last try, when its kind is unknown, or when the refusal is one
    that cannot pass (HOPELESS). lease: how long a batch may take before other workers may repeat it.
    """

    def __init__(
        self,
        jobs: Jobs,
        handlers: Mapping[str, JobHandler],
        clock: Clock,
        *,
        lease: timedelta = LEASE,
        batch: int = BATCH,
        luck: Callable[[], float] = random.random,
    ) -> None:
        self._jobs = jobs
        self._handlers = handlers
        self._clock = clock
        self._lease = lease
        self._batch = batch
        self._luck = luck

    def run_once(self, worker: str, stopping: Callable[[], bool] = lambda: False) -> int:
        """Run one batch; how many jobs were claimed. Jobs not begun when ``stopping`` says so, or when
        half the lease is over, go back to the queue. Raises Unavailable when it cannot be reached."""
        claimed_at = self._clock.now()
        claimed = self._jobs.claim(worker, self._batch, self._lease)
        for job in claimed:
            if stopping() or self._clock.now() - claimed_at > self._lease / 2:
                self._jobs.retry(job, worker, self._clock.now(), HANDED_BACK)
            else:
                self._run(job, worker)
        return len(claimed)

    def run(self, worker: str, job_id: str) -> bool:
        """Run this job if it is still due; whether it was. Raises Unavailable."""
        job = self._jobs.take(job_id, worker, self._lease)
        if job is None:
            return False
        self._run(job, worker)
        return True

    def _run(self, job: Job, worker: str) -> None:
        try:
            failure = self._attempt(job)
            known = self._settle(job, worker, failure)
        except Exception:
            # The queue itself failed. The lease will end and somebody will run the job again.
            log.exception("job %s (%s): its outcome could not be recorded", job.id, job.kind)
            return
        if not known:
            log.warning("job %s (%s): finished after its lease was over", job.id, job.kind)

    def _attempt(self, job: Job) -> Exception | None:
        handler = self._handlers.get(job.kind)
        if handler is None:
            return Invalid(f"no handler for jobs of kind {job.kind}")
        try:
            handler(job.payload)
        except Exception as error:
            log.warning("job %s (%s): try %d failed", job.id, job.kind, job.attempt, exc_info=error)
            return error
        return None

    def _settle(self, job: Job, worker: str, failure: Exception | None) -> bool:
        if failure is None:
            return self._jobs.finish(job, worker)
        error = f"{type(failure).__name__}: {failure}"[:ERROR_MAX]
        if isinstance(failure, HOPELESS) or job.attempt >= job.max_attempts:
            log.error("job %s (%s): given up after try %d: %s", job.id, job.kind, job.attempt, error)
            return self._jobs.bury(job, worker, error)
        return self._jobs.retry(job, worker, self._next_try(job, failure), error)

    def _next_try(self, job: Job, failure: Exception) -> datetime:
        """Not before whoever is unavailable wants to be asked again."""
        delay = retry_delay(job.attempt, self._luck())
        if isinstance(failure, Unavailable):
            delay = max(delay, timedelta(seconds=failure.retry_after))
        return self._clock.now() + delay
