"""The worker's threads: they find work, stop when told to, and survive a queue that is gone for a while."""

import logging
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from time import monotonic, sleep

import pytest

from adapters.jobs.embedded_worker import EmbeddedWorker
from adapters.jobs.periodic import PeriodicJobs
from adapters.memory.clock import CountingIds, FrozenClock
from adapters.memory.jobs import InMemoryJobs
from adapters.memory.store import Memory
from adapters.memory.unit_of_work import InMemoryBegin
from core.domain.actor import SYSTEM
from core.domain.errors import Unavailable
from core.use_cases.jobs.run_reactions import RunReactions
from ports.jobs import JobPayload


class Shop:
    def __init__(self) -> None:
        self.clock = FrozenClock()
        self.memory = Memory()
        self.jobs = InMemoryJobs(self.memory, self.clock)
        self.begin = InMemoryBegin(self.memory, self.clock, CountingIds())
        self.done: list[int] = []
        self.gate = threading.Event()
        self.gate.set()
        self.begun = threading.Event()
        self._queued = 0

    def work(self, payload: JobPayload) -> None:
        self.begun.set()
        self.gate.wait(10)
        self.done.append(int(payload["number"]))

    def worker(self, jobs: InMemoryJobs | None = None, **settings: object) -> EmbeddedWorker:
        queue = jobs or self.jobs
        reactions = RunReactions(queue, {"work": self.work}, self.clock)
        return EmbeddedWorker(reactions, queue, self.clock, **({"poll_seconds": 0.01} | settings))  # type: ignore[arg-type]

    def queue(self, count: int = 1, *, after: timedelta = timedelta(0)) -> None:
        with self.begin(SYSTEM, "test.queue") as work:
            for _ in range(count):
                self._queued += 1
                work.schedule(
                    "work",
                    {"number": self._queued},
                    dedupe_key=str(self._queued),
                    at=self.clock.now() + after,
                )
            work.commit()


def eventually(holds: Callable[[], bool], seconds: float = 5.0) -> bool:
    deadline = monotonic() + seconds
    while not holds():
        if monotonic() > deadline:
            return False
        sleep(0.005)
    return True


@pytest.fixture
def shop() -> Iterator[Shop]:
    shop = Shop()
    yield shop
    shop.gate.set()


def test_it_does_what_is_queued_before_and_after_it_starts(shop: Shop) -> None:
    shop.queue(3)
    worker = shop.worker()
    worker.start()
    assert eventually(lambda: len(shop.done) == 3)
    shop.queue(30)

    assert eventually(lambda: len(shop.done) == 33)
    assert worker.stop(5)
    assert sorted(shop.done) == list(range(1, 34))


def test_several_threads_share_the_work(shop: Shop) -> None:
    shop.queue(100)
    worker = shop.worker(threads=3)
    worker.start()

    assert eventually(lambda: len(shop.done) == 100)
    assert worker.stop(5)
    assert sorted(shop.done) == list(range(1, 101))


def test_waking_is_faster_than_polling(shop: Shop) -> None:
    worker = shop.worker(poll_seconds=60.0)
    worker.start()
    sleep(0.05)
    shop.queue()
    assert shop.done == []
    worker.wake()

    assert eventually(lambda: shop.done == [1])
    assert worker.stop(5)


def test_woken_worker_goes_back_to_rest(shop: Shop) -> None:
    class Counting(InMemoryJobs):
        looks = 0

        def next_due(self) -> datetime | None:
            self.looks += 1
            return super().next_due()

    jobs = Counting(shop.memory, shop.clock)
    worker = shop.worker(jobs, poll_seconds=60.0)
    worker.start()
    worker.wake()
    sleep(0.05)

    assert jobs.looks <= 3
    assert worker.stop(5)


def test_job_for_later_waits_for_its_time(shop: Shop) -> None:
    shop.queue(after=timedelta(minutes=3))
    worker = shop.worker()
    worker.start()
    sleep(0.05)
    assert shop.done == []
    shop.clock.advance(timedelta(minutes=3))

    assert eventually(lambda: shop.done == [1])
    assert worker.stop(5)


def test_stopping_finishes_the_job_under_way_and_leaves_the_rest_to_others(shop: Shop) -> None:
    shop.gate.clear()
    shop.queue(3)
    worker = shop.worker()
    worker.start()
    assert shop.begun.wait(5)
    threading.Timer(0.05, shop.gate.set).start()

    assert worker.stop(5)
    assert shop.done == [1]
    assert sorted(job.state for job in shop.memory.jobs.values()) == ["done", "ready", "ready"]
    assert {job.lease_by for job in shop.memory.jobs.values()} == {None}


def test_stopping_does_not_wait_for_ever(shop: Shop) -> None:
    shop.gate.clear()
    shop.queue()
    worker = shop.worker()
    worker.start()
    assert shop.begun.wait(5)

    assert not worker.stop(0.05)


def test_stopped_worker_can_be_started_again(shop: Shop) -> None:
    worker = shop.worker()
    worker.start()
    with pytest.raises(RuntimeError, match="runs already"):
        worker.start()
    assert worker.stop(5)
    shop.queue()
    worker.start()

    assert eventually(lambda: shop.done == [1])
    assert worker.stop(5)


def test_queue_that_is_gone_for_a_while_is_worked_off_afterwards(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    class Flaky(InMemoryJobs):
        failures = 3

        def next_due(self) -> datetime | None:
            if self.failures:
                self.failures -= 1
                raise Unavailable("the database is away")
            return super().next_due()

    shop.queue()
    worker = shop.worker(Flaky(shop.memory, shop.clock))
    with caplog.at_level(logging.ERROR, "perseus.jobs"):
        worker.start()
        assert eventually(lambda: shop.done == [1])

    assert worker.stop(5)
    assert len(caplog.records) == 3


class TestPeriodicJobs:
    def test_each_kind_is_queued_once_per_period_by_however_many_workers(self, shop: Shop) -> None:
        crowd = [PeriodicJobs(shop.begin, shop.clock, {"sweep": 3_600, "forget": 600}) for _ in range(3)]
        for _ in range(13):
            for periodic in crowd:
                periodic.queue_due()
                periodic.queue_due()
            shop.clock.advance(timedelta(minutes=10))

        kinds = [job.kind for job in shop.memory.jobs.values()]

        assert (kinds.count("sweep"), kinds.count("forget")) == (3, 13)

    def test_trouble_does_not_lose_the_slot(self, shop: Shop) -> None:
        class Away(InMemoryBegin):
            away = True

            def __call__(self, actor, action):  # type: ignore[no-untyped-def]
                if self.away:
                    raise Unavailable("the database is away")
                return super().__call__(actor, action)

        begin = Away(shop.memory, shop.clock, CountingIds())
        periodic = PeriodicJobs(begin, shop.clock, {"sweep": 3_600})
        with pytest.raises(Unavailable):
            periodic.queue_due()
        begin.away = False
        periodic.queue_due()

        assert [job.kind for job in shop.memory.jobs.values()] == ["sweep"]

    def test_worker_queues_and_does_them(self, shop: Shop) -> None:
        swept = threading.Event()
        reactions = RunReactions(shop.jobs, {"sweep": lambda payload: swept.set()}, shop.clock)
        periodic = PeriodicJobs(shop.begin, shop.clock, {"sweep": 3_600})
        worker = EmbeddedWorker(reactions, shop.jobs, shop.clock, periodic, poll_seconds=0.01)
        worker.start()

        assert swept.wait(5)
        assert worker.stop(5)
