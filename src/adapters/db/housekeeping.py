"""Old rows removed a thousand at a time, and the jobs that were given up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Table, bindparam, delete, or_, select, update

from adapters.db.engine import Engines
from adapters.db.tables import download_log, events, jobs, sessions, webhook_events
from adapters.db.transaction import transaction
from core.domain.webhook_event import WebhookStatus
from ports.clock import Clock
from ports.housekeeping import DeadJob

BATCH = 1_000
BATCHES = 20  # per call

_BEFORE: BindParameter[Any] = bindparam("before")
_UNDONE = select(jobs.c.dedupe_key).where(jobs.c.state != "done", jobs.c.created_at < _BEFORE)
_DONE = (
    select(jobs.c.id, jobs.c.dedupe_key)
    .where(jobs.c.state == "done", jobs.c.finished_at < _BEFORE, jobs.c.id > bindparam("after"))
    .order_by(jobs.c.id)
    .limit(BATCH)
)
_TOLD = (
    select(events.c.seq, events.c.id)
    .where(events.c.at < _BEFORE, events.c.seq > bindparam("after"))
    .order_by(events.c.seq)
    .limit(BATCH)
)
_THESE: BindParameter[Any] = bindparam("these", expanding=True)
_DROP_JOBS = delete(jobs).where(jobs.c.id.in_(_THESE))
_DROP_EVENTS = delete(events).where(events.c.seq.in_(_THESE))
_DEAD = (
    select(jobs.c.id, jobs.c.kind, jobs.c.payload, jobs.c.attempts, jobs.c.last_error, jobs.c.finished_at)
    .where(jobs.c.state == "dead")
    .order_by(jobs.c.finished_at.desc(), jobs.c.id)
    .limit(bindparam("count"))
)
_ONE_DEAD = update(jobs).where(jobs.c.id == bindparam("job"), jobs.c.state == "dead")
_REVIVE = _ONE_DEAD.values(state="ready", attempts=0, run_at=bindparam("now"), finished_at=None)
_SEEN_TO = _ONE_DEAD.values(state="done", finished_at=bindparam("now"))


class SqlOldRecords:
    def __init__(self, engines: Engines) -> None:
        self._engines = engines

    def forget_jobs(self, before: datetime) -> int:
        """Events go first: a job without its event puzzles nobody, an event without its jobs would."""
        with transaction(self._engines.read) as work:
            unfinished = {_event(row) for row in work.rows(_UNDONE, {"before": before})} - {None}
        gone = 0
        after: Any = -1
        for _ in range(BATCHES):
            with transaction(self._engines.write) as work:
                told = work.rows(_TOLD, {"before": before, "after": after})
                these = [row["seq"] for row in told if row["id"] not in unfinished]
                gone += work.run(_DROP_EVENTS, {"these": these}).rowcount if these else 0
            if len(told) < BATCH:
                break
            after = told[-1]["seq"]
        else:
            return gone  # more events than one call takes: their jobs have to wait for them
        after = ""
        for _ in range(BATCHES):
            with transaction(self._engines.write) as work:
                done = work.rows(_DONE, {"before": before, "after": after})
                ids = [row["id"] for row in done if _event(row) not in unfinished]
                gone += work.run(_DROP_JOBS, {"these": ids}).rowcount if ids else 0
            if len(done) < BATCH:
                break
            after = done[-1]["id"]
        return gone

    def forget_webhook_events(self, before: datetime) -> int:
        settled = (WebhookStatus.PROCESSED.value, WebhookStatus.IGNORED.value)
        return self._forget(
            webhook_events, webhook_events.c.status.in_(settled), webhook_events.c.received_at < before
        )

    def forget_sessions(self, before: datetime) -> int:
        return self._forget(sessions, or_(sessions.c.expires_at < before, sessions.c.revoked_at < before))

    def forget_download_log(self, before: datetime) -> int:
        return self._forget(download_log, download_log.c.at < before)

    def _forget(self, table: Table, *which: ColumnElement[bool]) -> int:
        some = select(table.c.id).where(*which).limit(BATCH)
        gone = 0
        for _ in range(BATCHES):
            with transaction(self._engines.write) as work:
                went = work.run(delete(table).where(table.c.id.in_(some))).rowcount
            gone += went
            if went < BATCH:
                break
        return gone


def _event(job: Mapping[str, Any]) -> str | None:
    """The event that called for a job; None for the periodic and the scheduled."""
    cause = str(job["dedupe_key"]).partition(":")[0]
    return cause if cause.startswith("evt_") else None


class SqlDeadLetters:
    def __init__(self, engines: Engines, clock: Clock) -> None:
        self._engines = engines
        self._clock = clock

    def all(self, count: int) -> list[DeadJob]:
        with transaction(self._engines.read) as work:
            rows = work.rows(_DEAD, {"count": count})
        return [
            DeadJob(
                id=row["id"],
                kind=row["kind"],
                payload=row["payload"],
                attempts=row["attempts"],
                error=row["last_error"] or "",
                died_at=row["finished_at"],
            )
            for row in rows
        ]

    def revive(self, id: str) -> bool:
        return self._move(_REVIVE, id)

    def drop(self, id: str) -> bool:
        return self._move(_SEEN_TO, id)

    def _move(self, statement: Any, id: str) -> bool:
        with transaction(self._engines.write) as work:
            return work.run(statement, {"job": id, "now": self._clock.now()}).rowcount == 1
