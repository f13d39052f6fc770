"""Working off jobs in threads of the server's own process: nothing else has to be installed."""

import logging
import os
import secrets
import socket
import threading
from time import monotonic

from adapters.jobs.periodic import PeriodicJobs
from core.use_cases.jobs.run_reactions import RunReactions
from ports.clock import Clock
from ports.jobs import Jobs

POLL_SECONDS = 0.5
TROUBLE_SECONDS_MAX = 30.0
STOP_SECONDS = 30.0

log = logging.getLogger("perseus.jobs")


class EmbeddedWorker:
    """Runs until ``stop``. ``wake`` makes it look at once instead of at the next poll.

    threads: how many jobs run at a time. periodic: queued by the first thread. A queue that cannot be
    reached is tried again, ever more slowly, up to every half minute.
    """

    def __init__(
        self,
        reactions: RunReactions,
        jobs: Jobs,
        clock: Clock,
        periodic: PeriodicJobs | None = None,
        *,
        threads: int = 1,
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        self._reactions = reactions
        self._jobs = jobs
        self._clock = clock
        self._periodic = periodic
        self._poll = poll_seconds
        self._stopping = threading.Event()
        self._bells = [threading.Event() for _ in range(threads)]
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        if self._threads:
            raise RuntimeError("the worker runs already")
        self._stopping.clear()
        name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._threads = [
            threading.Thread(target=self._work, args=(f"{name}:{n}", n), name=f"jobs-{n}", daemon=True)
            for n in range(len(self._bells))
        ]
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        for bell in self._bells:
            bell.set()

    def stop(self, seconds: float = STOP_SECONDS) -> bool:
        """Finish the jobs that have begun and hand back the rest; whether that was done in time."""
        self._stopping.set()
        self.wake()
        deadline = monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, deadline - monotonic()))
        stopped = not any(thread.is_alive() for thread in self._threads)
        if not stopped:
            log.warning("a job is still running; it will be repeated when its lease is over")
        self._threads = []
        return stopped

    def _work(self, worker: str, number: int) -> None:
        bell = self._bells[number]
        trouble = 0.0
        while not self._stopping.is_set():
            bell.clear()  # before looking, so that a bell rung while looking is heard
            try:
                if number == 0 and self._periodic is not None:
                    self._periodic.queue_due()
                pause = self._drain(worker)
                trouble = 0.0
            except Exception:
                pause = trouble = min(max(2 * trouble, self._poll), TROUBLE_SECONDS_MAX)
                log.exception("the queue cannot be worked off; next try in %.1f s", trouble)
            if pause and not self._stopping.is_set():
                bell.wait(pause)

    def _drain(self, worker: str) -> float:
        """Run what is due; how many seconds to rest afterwards."""
        # Looking is a read; claiming is a write, which on SQLite keeps every other writer waiting.
        due = self._jobs.next_due()
        wait = self._poll if due is None else (due - self._clock.now()).total_seconds()
        if wait > 0:
            return min(wait, self._poll)
        claimed = self._reactions.run_once(worker, self._stopping.is_set)
        return 0.0 if claimed else self._poll
