"""What every store of old records and dead jobs promises."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.domain.download import DownloadLogEntry, LogAction
from core.domain.webhook_event import WebhookStatus
from ports.housekeeping import DeadLetters, OldRecords
from tests.contracts import full_records as full
from tests.contracts import full_sales as sales
from tests.contracts.shop import Shop

LEASE = timedelta(minutes=1)
DAY = timedelta(days=1)


class OldRecordsContract:
    @pytest.fixture
    def shop(self) -> Shop:
        """A shop as it is right after it was set up."""
        raise NotImplementedError

    @pytest.fixture
    def records(self, shop: Shop) -> OldRecords:
        raise NotImplementedError

    @staticmethod
    def queue(shop: Shop, *keys: str) -> None:
        with shop.open() as work:
            for key in keys:
                work.schedule("work", {"key": key}, dedupe_key=key)
            work.commit()

    @staticmethod
    def finish_all(shop: Shop) -> None:
        for job in shop.jobs.claim("me", 100, LEASE):
            assert shop.jobs.finish(job, "me")

    def test_done_jobs_go_and_others_stay(self, shop: Shop, records: OldRecords) -> None:
        self.queue(shop, "done:1", "done:2")
        self.finish_all(shop)
        self.queue(shop, "ready:1")
        assert records.forget_jobs(full.NOON - DAY) == 0

        assert records.forget_jobs(shop.clock.now() + DAY) == 2
        assert [payload["key"] for _, payload in shop.queued()] == ["ready:1"]
        assert records.forget_jobs(shop.clock.now() + DAY) == 0

    def test_event_that_is_not_all_done_keeps_its_jobs(self, shop: Shop, records: OldRecords) -> None:
        shop.furnish()
        mail = sales.a_mail("mail_1")
        mail.queue()
        order = sales.an_order(channel_id=None, cart_id=None)
        order.placed()
        shop.save(lambda work: work.mails.add(mail), lambda work: work.orders.add(order))
        for job in shop.jobs.claim("me", 100, LEASE):
            if job.kind == "send_order_confirmation":
                assert shop.jobs.bury(job, "me", "hopeless")
            else:
                assert shop.jobs.finish(job, "me")
        records.forget_jobs(shop.clock.now() + DAY)

        assert sorted(kind for kind, _ in shop.queued()) == ["capture_digital_order", "send_order_confirmation"]
        assert "order.placed" in [name for name, _ in shop.events()]

    def test_settled_webhook_events_go_and_others_stay(self, shop: Shop, records: OldRecords) -> None:
        for number, status in enumerate(WebhookStatus):
            event = sales.a_webhook_event(f"whe_{number}", event_id=f"evt_{number}", status=status)
            shop.save(lambda work, event=event: work.webhook_events.add(event))
        assert records.forget_webhook_events(full.NOON) == 0

        assert records.forget_webhook_events(full.later(minutes=2)) == 2
        left = [
            status
            for number, status in enumerate(WebhookStatus)
            if shop.read(lambda work, number=number: work.webhook_events.by_event("stripe", f"evt_{number}"))
        ]
        assert left == [WebhookStatus.RECEIVED, WebhookStatus.PARKED, WebhookStatus.FAILED]

    def test_sessions_that_ended_or_expired_go(self, shop: Shop, records: OldRecords) -> None:
        shop.furnish()
        expired = full.a_session("sess_expired")
        expired.revoked_at = None
        ended = full.a_session("sess_ended")
        ended.expires_at = full.later(days=9)
        alive = full.a_session("sess_alive")
        alive.revoked_at, alive.expires_at = None, full.later(days=9)
        for session in (expired, ended, alive):
            shop.save(lambda work, session=session: work.sessions.add(session))

        assert records.forget_sessions(full.later(minutes=59)) == 0
        assert records.forget_sessions(full.later(days=1)) == 2
        assert shop.read(lambda work: work.sessions.get("sess_alive").id) == "sess_alive"

    def test_old_entries_of_the_download_log_go(self, shop: Shop, records: OldRecords) -> None:
        shop.sell()
        for number in range(3):
            entry = DownloadLogEntry(
                id=f"dlog_{number}",
                download_id="dl_1",
                order_id="order_1",
                action=LogAction.ISSUE,
                outcome="ok",
                at=full.later(days=number),
            )
            shop.save(lambda work, entry=entry: work.downloads.log(entry))

        assert records.forget_download_log(full.later(days=2)) == 2
        assert records.forget_download_log(full.later(days=2)) == 0
        assert records.forget_download_log(full.later(days=3)) == 1


class DeadLettersContract:
    @pytest.fixture
    def shop(self) -> Shop:
        """A shop as it is right after it was set up."""
        raise NotImplementedError

    @pytest.fixture
    def letters(self, shop: Shop) -> DeadLetters:
        raise NotImplementedError

    @staticmethod
    def bury(shop: Shop, key: str) -> str:
        with shop.open() as work:
            work.schedule("work", {"key": key}, dedupe_key=key)
            work.commit()
        (job,) = shop.jobs.claim("me", 1, LEASE)
        assert shop.jobs.bury(job, "me", f"{key} is hopeless")
        return job.id

    def test_dead_jobs_are_listed_with_their_reasons_the_newest_first(self, shop: Shop, letters: DeadLetters) -> None:
        assert letters.all(10) == []
        first = self.bury(shop, "a")
        shop.clock.advance(LEASE)
        second = self.bury(shop, "b")

        found = letters.all(10)
        assert [(job.id, job.kind, job.payload, job.attempts, job.error) for job in found] == [
            (second, "work", {"key": "b"}, 1, "b is hopeless"),
            (first, "work", {"key": "a"}, 1, "a is hopeless"),
        ]
        assert letters.all(1) == found[:1]

    def test_revived_job_runs_like_a_new_one(self, shop: Shop, letters: DeadLetters) -> None:
        id = self.bury(shop, "a")
        shop.clock.advance(LEASE)

        assert letters.revive(id)
        assert not letters.revive(id)
        (job,) = shop.jobs.claim("me", 1, LEASE)
        assert (job.id, job.attempt) == (id, 1)
        assert letters.all(10) == []

    def test_dropped_job_is_over(self, shop: Shop, letters: DeadLetters) -> None:
        id = self.bury(shop, "a")

        assert letters.drop(id)
        assert not letters.drop(id)
        assert not letters.revive(id)
        assert letters.all(10) == []
        assert shop.jobs.claim("me", 1, LEASE) == []

    def test_jobs_that_are_alive_cannot_be_revived(self, shop: Shop, letters: DeadLetters) -> None:
        with shop.open() as work:
            work.schedule("work", {}, dedupe_key="a")
            work.commit()
        (due,) = shop.jobs.due(1)

        assert not letters.revive(due.id)
        assert not letters.drop(due.id)
        assert not letters.revive("job_unknown")
