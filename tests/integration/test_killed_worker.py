"""A worker's process dies in the middle of a job; the database remembers, and another one does it again."""

import signal
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Event
from time import sleep

from adapters.db.engine import open_engines
from adapters.db.jobs import SqlJobs
from adapters.db.unit_of_work import SqlBegin
from adapters.memory.clock import FrozenClock
from adapters.system.clock import SystemClock
from adapters.system.ids import UlidIds
from core.domain.actor import SYSTEM
from core.use_cases.jobs.run_reactions import LEASE, RunReactions
from ports.jobs import JobPayload
from tests.processes import processes


def _work_until_killed(url: str, begun: Event) -> None:
    clock = SystemClock()

    def endless(payload: JobPayload) -> None:
        begun.set()
        while True:
            sleep(0.1)

    RunReactions(SqlJobs(open_engines(url), clock), {"work": endless}, clock).run_once("victim")


def test_job_of_a_killed_process_is_done_once_its_lease_is_over(queue_url: str) -> None:
    engines = open_engines(queue_url)
    with SqlBegin(engines.write, SystemClock(), UlidIds(), {})(SYSTEM, "test.queue") as work:
        for number in range(3):
            work.schedule("work", {"number": number}, dedupe_key=f"work:{number}")
        work.commit()
    context = processes()
    begun = context.Event()
    victim = context.Process(target=_work_until_killed, args=(queue_url, begun))
    victim.start()
    assert begun.wait(30)
    victim.kill()
    victim.join(10)
    assert victim.exitcode == -signal.SIGKILL

    done: list[object] = []
    clock = FrozenClock(datetime.now(UTC))
    heir = RunReactions(SqlJobs(engines, clock), {"work": lambda payload: done.append(payload["number"])}, clock)
    assert heir.run_once("heir") == 0

    clock.advance(LEASE + timedelta(seconds=1))
    heir.run_once("heir")

    assert sorted(map(str, done)) == ["0", "1", "2"]
    assert heir.run_once("heir") == 0
    engines.dispose()
