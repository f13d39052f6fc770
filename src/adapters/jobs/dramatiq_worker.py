"""Jobs carried to workers by dramatiq over Valkey or Redis.

The jobs table stays the truth: messages carry ids and nothing else, and a worker claims its job in the
table before it runs it. So a message may be lost, doubled or late without harm: what is still due after
a while is sent again.
"""

import logging
import os
import secrets
import socket
import threading
from time import monotonic

import dramatiq
from dramatiq.brokers.redis import RedisBroker

from adapters.jobs.periodic import PeriodicJobs
from core.domain.errors import Unavailable
from core.use_cases.jobs.run_reactions import RunReactions
from ports.jobs import Jobs

NAMESPACE = "perseus-jobs"
QUEUE = "jobs"
RUN_JOB = "run_job"
POLL_SECONDS = 0.5
TROUBLE_SECONDS_MAX = 30.0
STOP_SECONDS = 30.0
AHEAD = 500  # how many messages are under way at most
SEND_AGAIN_SECONDS = 60.0
CONNECT_SECONDS = 2.0

log = logging.getLogger("perseus.jobs")


def open_broker(url: str) -> RedisBroker:
    """Nothing is connected before it is used. Retries, limits and results are the table's business."""
    return RedisBroker(  # type: ignore[no-untyped-call]
        url=f"{url}{'&' if '?' in url else '?'}socket_connect_timeout={CONNECT_SECONDS:g}",
        middleware=[],
        namespace=NAMESPACE,
    )


class DramatiqCourier:
    """Sends the ids of due jobs, and queues the periodic ones; runs none itself. Any number of them may
    work on one database and one broker: a note there tells what was sent already."""

    def __init__(
        self,
        broker: RedisBroker,
        jobs: Jobs,
        periodic: PeriodicJobs | None = None,
        *,
        poll_seconds: float = POLL_SECONDS,
        send_again_seconds: float = SEND_AGAIN_SECONDS,
    ) -> None:
        self._broker = broker
        self._jobs = jobs
        self._periodic = periodic
        self._poll = poll_seconds
        self._note_ms = int(send_again_seconds * 1000)
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        if self._thread is not None:
            raise RuntimeError("the courier runs already")
        self._stopping.clear()
        self._broker.declare_queue(QUEUE)
        self._thread = threading.Thread(target=self._work, name="jobs-courier", daemon=True)
        self._thread.start()

    def stop(self, seconds: float = STOP_SECONDS) -> bool:
        """Whether it ended in time."""
        self._stopping.set()
        thread, self._thread = self._thread, None
        if thread is None:
            return True
        thread.join(seconds)
        return not thread.is_alive()

    def send_due(self) -> int:
        """Send what is due and was not sent lately; how many. Raises Unavailable and the broker's errors."""
        sent = 0
        for due in self._jobs.due(AHEAD):
            # An attempt is sent once; the next attempt of the same job is another message.
            note = f"{NAMESPACE}:sent:{due.id}:{due.attempts}"
            if self._broker.client.set(note, 1, nx=True, px=self._note_ms):
                self._broker.enqueue(_message(due.id))
                sent += 1
        return sent

    def _work(self) -> None:
        trouble = 0.0
        while not self._stopping.is_set():
            try:
                if self._periodic is not None:
                    self._periodic.queue_due()
                self.send_due()
                pause = self._poll
                trouble = 0.0
            except Exception:
                pause = trouble = min(max(2 * trouble, self._poll), TROUBLE_SECONDS_MAX)
                log.exception("due jobs cannot be sent; next try in %.1f s", trouble)
            self._stopping.wait(pause)


class DramatiqWorker:
    """A courier with hands of its own. threads: how many jobs run at a time."""

    def __init__(
        self, broker: RedisBroker, reactions: RunReactions, courier: DramatiqCourier, *, threads: int = 4
    ) -> None:
        self._broker = broker
        self._reactions = reactions
        self._courier = courier
        self._threads = threads
        self._name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._worker: dramatiq.Worker | None = None
        dramatiq.actor(actor_name=RUN_JOB, queue_name=QUEUE, broker=broker)(self._run)

    def start(self) -> None:
        if self._worker is not None:
            raise RuntimeError("the worker runs already")
        self._worker = dramatiq.Worker(self._broker, worker_threads=self._threads, worker_timeout=100)
        self._worker.start()
        self._courier.start()

    def stop(self, seconds: float = STOP_SECONDS) -> bool:
        """Finish the jobs that have begun; messages not begun go back. Whether that was done in time."""
        deadline = monotonic() + seconds
        self._courier.stop(seconds)
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.stop(timeout=max(1, int((deadline - monotonic()) * 1000)))
        stopped = monotonic() < deadline
        if not stopped:
            log.warning("a job is still running; it will be repeated when its lease is over")
        self._broker.close()
        return stopped

    def _run(self, job_id: str) -> None:
        try:
            self._reactions.run(f"{self._name}:{threading.get_ident()}", job_id)
        except Unavailable:
            log.exception("job %s cannot be claimed; it will be sent again", job_id)


def _message(job_id: str) -> "dramatiq.Message[None]":
    return dramatiq.Message(queue_name=QUEUE, actor_name=RUN_JOB, args=(job_id,), kwargs={}, options={})
