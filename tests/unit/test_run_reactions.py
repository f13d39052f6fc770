"""The worker's rules: nothing is lost, nothing blocks, nothing is repeated without need."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from adapters.memory.clock import CountingIds, FrozenClock
from adapters.memory.jobs import InMemoryJobs
from adapters.memory.store import Memory
from adapters.memory.unit_of_work import InMemoryBegin
from core.domain.actor import SYSTEM
from core.domain.errors import (
    ConcurrentUpdate,
    DomainError,
    Forbidden,
    Gone,
    Invalid,
    NotAllowed,
    NotFound,
    Unavailable,
)
from core.domain.mail import MailerUnavailable, MailRefused
from core.domain.payment import PaymentDeclined
from core.use_cases.jobs.run_reactions import LEASE, RunReactions, retry_delay
from ports.jobs import JobPayload


class Killed(BaseException):
    """What a worker's process sees of its end."""


class Shop:
    """A queue with handlers that note what they did and fail as told."""

    def __init__(self) -> None:
        self.clock = FrozenClock()
        self.memory = Memory()
        self.jobs = InMemoryJobs(self.memory, self.clock)
        self.done: list[JobPayload] = []
        self.failures: list[BaseException] = []
        self.takes = timedelta(0)
        self.reactions = self.worker({"work": self.work})
        self._begin = InMemoryBegin(self.memory, self.clock, CountingIds())
        self._queued = 0

    def worker(self, handlers: Mapping[str, object]) -> RunReactions:
        return RunReactions(self.jobs, handlers, self.clock, luck=lambda: 0.0)  # type: ignore[arg-type]

    def work(self, payload: JobPayload) -> None:
        self.clock.advance(self.takes)
        if self.failures:
            raise self.failures.pop(0)
        self.done.append(payload)

    def queue(self, count: int = 1, kind: str = "work") -> None:
        with self._begin(SYSTEM, "test.queue") as work:
            for _ in range(count):
                self._queued += 1
                work.schedule(kind, {"number": self._queued}, dedupe_key=f"{kind}:{self._queued}")
            work.commit()

    def states(self) -> list[str]:
        return [job.state for job in self.memory.jobs.values()]

    def errors(self) -> list[str | None]:
        return [job.last_error for job in self.memory.jobs.values()]


@pytest.fixture
def shop() -> Shop:
    return Shop()


def test_every_job_is_done_once(shop: Shop) -> None:
    shop.queue(3)

    assert shop.reactions.run_once("w") == 3
    assert shop.reactions.run_once("w") == 0
    assert shop.done == [{"number": 1}, {"number": 2}, {"number": 3}]
    assert shop.states() == ["done"] * 3


def test_failing_job_does_not_stop_the_others(shop: Shop) -> None:
    shop.queue(3)
    shop.failures = [RuntimeError("bug")]

    shop.reactions.run_once("w")

    assert shop.done == [{"number": 2}, {"number": 3}]
    assert shop.states() == ["ready", "done", "done"]


def test_failed_job_waits_longer_each_time(shop: Shop) -> None:
    shop.queue()
    shop.failures = [Unavailable("down")] * 3

    for seconds in (5, 20, 80):
        assert shop.reactions.run_once("w") == 1
        shop.clock.advance(timedelta(seconds=seconds - 1))
        assert shop.reactions.run_once("w") == 0
        shop.clock.advance(timedelta(seconds=1))
    shop.reactions.run_once("w")

    assert shop.states() == ["done"]


def test_job_waits_as_long_as_whoever_is_unavailable_asks_for(shop: Shop) -> None:
    shop.queue()
    shop.failures = [MailerUnavailable("too often", retry_after=77)]
    shop.reactions.run_once("w")

    shop.clock.advance(timedelta(seconds=76))
    assert shop.reactions.run_once("w") == 0
    shop.clock.advance(timedelta(seconds=1))
    assert shop.reactions.run_once("w") == 1


def test_job_that_always_fails_becomes_a_dead_letter_with_its_error(shop: Shop) -> None:
    shop.queue()
    shop.failures = [RuntimeError("poison")] * 20

    for _ in range(20):
        shop.reactions.run_once("w")
        shop.clock.advance(timedelta(days=2))

    assert len(shop.failures) == 10
    assert shop.states() == ["dead"]
    assert shop.errors() == ["RuntimeError: poison"]


@pytest.mark.parametrize("kind", [Invalid, NotFound, Forbidden, Gone, MailRefused])
def test_refusal_that_cannot_pass_is_final_at_once(shop: Shop, kind: type[DomainError]) -> None:
    shop.queue()
    shop.failures = [kind("never")]

    shop.reactions.run_once("w")

    assert shop.states() == ["dead"]


@pytest.mark.parametrize("kind", [Unavailable, ConcurrentUpdate, NotAllowed, PaymentDeclined])
def test_refusal_that_may_pass_is_tried_again(shop: Shop, kind: type[DomainError]) -> None:
    shop.queue()
    shop.failures = [kind("not now")]

    shop.reactions.run_once("w")

    assert shop.states() == ["ready"]


def test_job_nobody_knows_becomes_a_dead_letter(shop: Shop) -> None:
    shop.queue(kind="juggle")

    shop.reactions.run_once("w")

    assert shop.states() == ["dead"]
    assert "juggle" in str(shop.errors()[0])


def test_job_of_a_killed_worker_is_done_by_another_once_its_lease_is_over(shop: Shop) -> None:
    shop.queue(2)
    shop.failures = [Killed()]
    with pytest.raises(Killed):
        shop.reactions.run_once("first")
    assert shop.reactions.run_once("second") == 0

    shop.clock.advance(LEASE)
    shop.reactions.run_once("second")

    assert shop.done == [{"number": 1}, {"number": 2}]
    assert shop.states() == ["done", "done"]


def test_worker_that_comes_back_late_does_not_decide_any_more(shop: Shop) -> None:
    shop.queue()
    other = shop.worker({"work": lambda payload: None})

    def slow(payload: JobPayload) -> None:
        shop.clock.advance(LEASE)
        other.run_once("second")
        raise Invalid("too late to matter")

    shop.worker({"work": slow}).run_once("first")

    assert shop.states() == ["done"]
    assert shop.errors() == [None]


def test_jobs_not_begun_when_half_the_lease_is_over_go_back(shop: Shop) -> None:
    shop.queue(3)
    shop.takes = LEASE / 2 + timedelta(seconds=1)

    shop.reactions.run_once("w")
    assert shop.done == [{"number": 1}]

    shop.takes = timedelta(0)
    shop.reactions.run_once("w")

    assert shop.states() == ["done"] * 3


def test_stopping_worker_finishes_what_it_began_and_hands_back_the_rest(shop: Shop) -> None:
    shop.queue(3)

    shop.reactions.run_once("w", stopping=lambda: bool(shop.done))

    assert shop.done == [{"number": 1}]
    assert shop.states() == ["done", "ready", "ready"]
    assert shop.worker({"work": shop.work}).run_once("next") == 2


def test_long_errors_are_cut(shop: Shop) -> None:
    shop.queue()
    shop.failures = [RuntimeError("x" * 100_000)]

    shop.reactions.run_once("w")

    assert len(str(shop.errors()[0])) == 500


def test_failure_of_the_queue_itself_does_not_stop_the_batch(shop: Shop) -> None:
    class Broken(InMemoryJobs):
        def finish(self, job: object, worker: str) -> bool:
            raise Unavailable("the queue is gone")

    shop.queue(2)
    jobs = Broken(shop.memory, shop.clock)

    RunReactions(jobs, {"work": shop.work}, shop.clock).run_once("w")

    assert len(shop.done) == 2
    assert shop.states() == ["ready", "ready"]


def test_ten_tries_span_two_days_but_not_three() -> None:
    waits = [retry_delay(attempt, luck=0.0) for attempt in range(1, 10)]

    assert waits == sorted(waits)
    assert timedelta(days=2) < sum(waits, timedelta()) < timedelta(days=3)


def test_luck_moves_the_delay_by_a_tenth_at_most() -> None:
    assert retry_delay(1, luck=1.0) == retry_delay(1, luck=0.0) * 1.1
    assert retry_delay(10_000, luck=0.0) == timedelta(days=1)
