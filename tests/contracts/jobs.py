"""What every job queue promises its workers."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from core.domain.errors import ConcurrentUpdate
from ports.jobs import MAX_ATTEMPTS, Job
from tests.contracts.shop import Shop, at_once

LEASE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


class JobsContract:
    @pytest.fixture
    def shop(self) -> Shop:
        """A shop as it is right after it was set up."""
        raise NotImplementedError

    @staticmethod
    def queue(shop: Shop, *keys: str, at: datetime | None = None) -> None:
        with shop.open() as work:
            for key in keys:
                work.schedule("work", {"key": key}, dedupe_key=key, at=at)
            work.commit()

    @staticmethod
    def claim(shop: Shop, worker: str = "me", count: int = 10) -> list[Job]:
        return shop.jobs.claim(worker, count, LEASE)

    def test_claimed_job_says_what_to_do(self, shop: Shop) -> None:
        self.queue(shop, "a")

        (job,) = self.claim(shop)
        assert (job.kind, job.payload, job.attempt, job.max_attempts) == ("work", {"key": "a"}, 1, MAX_ATTEMPTS)

    def test_oldest_comes_first_and_no_more_than_asked_for(self, shop: Shop) -> None:
        self.queue(shop, "late", at=shop.clock.now() - SECOND)
        self.queue(shop, "later")
        self.queue(shop, "early", at=shop.clock.now() - LEASE)

        assert [job.payload["key"] for job in self.claim(shop, count=2)] == ["early", "late"]
        assert [job.payload["key"] for job in self.claim(shop, count=2)] == ["later"]

    def test_leased_job_is_not_handed_out_again(self, shop: Shop) -> None:
        self.queue(shop, "a")
        self.claim(shop)

        assert self.claim(shop, "other") == []

    def test_job_waits_for_its_time(self, shop: Shop) -> None:
        self.queue(shop, "a", at=shop.clock.now() + LEASE)

        assert self.claim(shop) == []
        shop.clock.advance(LEASE)
        assert len(self.claim(shop)) == 1

    def test_finished_job_is_over(self, shop: Shop) -> None:
        self.queue(shop, "a")
        (job,) = self.claim(shop)

        assert shop.jobs.finish(job, "me")
        shop.clock.advance(LEASE * 2)
        assert self.claim(shop) == []
        assert not shop.jobs.finish(job, "me")

    def test_dead_workers_job_goes_to_another(self, shop: Shop) -> None:
        self.queue(shop, "a")
        (first,) = self.claim(shop, "dead")
        shop.clock.advance(LEASE)
        (second,) = self.claim(shop, "other")

        assert (second.id, second.attempt) == (first.id, 2)
        assert not shop.jobs.finish(first, "dead")
        assert not shop.jobs.retry(first, "dead", shop.clock.now(), "late")
        assert not shop.jobs.bury(first, "dead", "late")
        assert shop.jobs.finish(second, "other")

    def test_lease_that_is_over_cannot_finish(self, shop: Shop) -> None:
        self.queue(shop, "a")
        (job,) = self.claim(shop)
        shop.clock.advance(LEASE)

        assert not shop.jobs.finish(job, "me")

    def test_old_attempt_of_the_same_worker_cannot_finish(self, shop: Shop) -> None:
        self.queue(shop, "a")
        (first,) = self.claim(shop)
        shop.clock.advance(LEASE)
        (second,) = self.claim(shop)

        assert not shop.jobs.finish(first, "me")
        assert shop.jobs.finish(second, "me")

    def test_stranger_cannot_finish(self, shop: Shop) -> None:
        self.queue(shop, "a")
        (job,) = self.claim(shop)

        assert not shop.jobs.finish(job, "stranger")

    def test_retried_job_comes_back_at_its_time(self, shop: Shop) -> None:
        self.queue(shop, "a")
        (job,) = self.claim(shop)

        assert shop.jobs.retry(job, "me", shop.clock.now() + SECOND, "not yet")
        assert self.claim(shop) == []
        shop.clock.advance(SECOND)
        (again,) = self.claim(shop)
        assert again.attempt == 2

    def test_buried_job_stays_dead(self, shop: Shop) -> None:
        self.queue(shop, "a")
        (job,) = self.claim(shop)

        assert shop.jobs.bury(job, "me", "hopeless")
        shop.clock.advance(LEASE * 2)
        assert self.claim(shop) == []
        assert shop.jobs.next_due() is None

    def test_job_that_kills_its_workers_is_buried(self, shop: Shop) -> None:
        self.queue(shop, "a")
        for _ in range(MAX_ATTEMPTS):
            assert len(self.claim(shop)) == 1
            shop.clock.advance(LEASE)

        assert self.claim(shop) == []
        assert shop.jobs.next_due() is None

    def test_next_due_is_the_earliest(self, shop: Shop) -> None:
        assert shop.jobs.next_due() is None
        self.queue(shop, "a", at=shop.clock.now() + LEASE)
        self.queue(shop, "b", at=shop.clock.now() + SECOND)

        assert shop.jobs.next_due() == shop.clock.now() + SECOND

    def test_leased_job_is_due_when_its_lease_ends(self, shop: Shop) -> None:
        self.queue(shop, "a")
        self.claim(shop)

        assert shop.jobs.next_due() == shop.clock.now() + LEASE

    def test_due_jobs_are_listed_oldest_first_and_stay_for_anybody(self, shop: Shop) -> None:
        self.queue(shop, "b")
        self.queue(shop, "a", at=shop.clock.now() - SECOND)
        self.queue(shop, "later", at=shop.clock.now() + SECOND)

        listed = shop.jobs.due(10)
        assert [due.attempts for due in listed] == [0, 0]
        assert shop.jobs.due(1) == listed[:1]
        assert [job.id for job in self.claim(shop)] == [due.id for due in listed]
        assert shop.jobs.due(10) == []
        shop.clock.advance(LEASE)
        assert [due.attempts for due in shop.jobs.due(10)] == [1, 1, 0]

    def test_one_job_is_taken_by_one(self, shop: Shop) -> None:
        self.queue(shop, "a", "b")
        first, second = shop.jobs.due(2)

        job = shop.jobs.take(second.id, "me", LEASE)
        assert job is not None
        assert (job.id, job.payload, job.attempt) == (second.id, {"key": "b"}, 1)
        assert shop.jobs.take(second.id, "other", LEASE) is None
        assert [due.id for due in shop.jobs.due(2)] == [first.id]
        assert shop.jobs.finish(job, "me")
        assert shop.jobs.take(second.id, "me", LEASE) is None
        assert shop.jobs.take("job_unknown", "me", LEASE) is None

    def test_job_is_not_taken_before_its_time(self, shop: Shop) -> None:
        self.queue(shop, "a")
        (due,) = shop.jobs.due(1)
        job = shop.jobs.take(due.id, "me", LEASE)
        assert job is not None
        shop.jobs.retry(job, "me", shop.clock.now() + SECOND, "not yet")

        assert shop.jobs.take(due.id, "me", LEASE) is None
        shop.clock.advance(SECOND)
        assert shop.jobs.take(due.id, "me", LEASE) is not None

    def test_taken_job_that_kills_its_workers_is_buried(self, shop: Shop) -> None:
        self.queue(shop, "a")
        (due,) = shop.jobs.due(1)
        for _ in range(MAX_ATTEMPTS):
            assert shop.jobs.take(due.id, "me", LEASE) is not None
            shop.clock.advance(LEASE)

        assert shop.jobs.take(due.id, "me", LEASE) is None
        assert shop.jobs.next_due() is None

    def test_parallel_takers_of_one_job_leave_it_to_one(self, shop: Shop) -> None:
        self.queue(shop, "a")
        (due,) = shop.jobs.due(1)

        def take(number: int) -> bool:
            try:
                return shop.jobs.take(due.id, f"worker {number}", LEASE) is not None
            except ConcurrentUpdate:
                return False

        assert sum(at_once(6, take)) == 1

    def test_parallel_workers_share_the_work(self, shop: Shop) -> None:
        self.queue(shop, *(f"job {number}" for number in range(24)))

        claims = at_once(6, lambda number: [job.id for job in self.claim(shop, f"worker {number}", count=4)])

        ids = [id for claimed in claims for id in claimed]
        assert len(ids) == len(set(ids)) == 24
