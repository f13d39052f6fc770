"""Old records and dead jobs of a Memory, which keeps less about them than a database."""

from __future__ import annotations

from collections.abc import MutableMapping
from datetime import datetime
from typing import Any

from adapters.memory.store import Memory, QueuedJob
from core.domain.webhook_event import WebhookStatus
from ports.clock import Clock
from ports.housekeeping import DeadJob


class InMemoryOldRecords:
    """Jobs count as done when they were due; events are kept."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def forget_jobs(self, before: datetime) -> int:
        jobs = self._memory.jobs
        unfinished = {_event(job) for job in jobs.values() if job.state != "done"} - {None}
        old = [job.id for job in jobs.values() if job.state == "done" and job.run_at < before]
        return _forget(jobs, [id for id in old if _event(jobs[id]) not in unfinished])

    def forget_webhook_events(self, before: datetime) -> int:
        settled = (WebhookStatus.PROCESSED, WebhookStatus.IGNORED)
        events = self._memory.webhook_events
        return _forget(events, [it.id for it in events.values() if it.status in settled and it.received_at < before])

    def forget_sessions(self, before: datetime) -> int:
        sessions = self._memory.sessions
        return _forget(
            sessions,
            [it.id for it in sessions.values() if min(it.expires_at, it.revoked_at or it.expires_at) < before],
        )

    def forget_download_log(self, before: datetime) -> int:
        log = self._memory.download_log
        return _forget(log, [entry.id for entry in log.values() if entry.at < before])


class InMemoryDeadLetters:
    """The newest first by their time to run: a Memory does not keep when a job died."""

    def __init__(self, memory: Memory, clock: Clock) -> None:
        self._memory = memory
        self._clock = clock

    def all(self, count: int) -> list[DeadJob]:
        dead = sorted((job for job in self._memory.jobs.values() if job.state == "dead"), key=lambda job: job.id)
        return [
            DeadJob(
                id=job.id,
                kind=job.kind,
                payload=dict(job.payload),
                attempts=job.attempts,
                error=job.last_error or "",
                died_at=None,
            )
            for job in sorted(dead, key=lambda job: job.run_at, reverse=True)[:count]
        ]

    def revive(self, id: str) -> bool:
        job = self._dead(id)
        if job is not None:
            job.state, job.attempts, job.run_at = "ready", 0, self._clock.now()
        return job is not None

    def drop(self, id: str) -> bool:
        job = self._dead(id)
        if job is not None:
            job.state = "done"
        return job is not None

    def _dead(self, id: str) -> QueuedJob | None:
        job = self._memory.jobs.get(id)
        return job if job is not None and job.state == "dead" else None


def _event(job: QueuedJob) -> str | None:
    cause = job.dedupe_key.partition(":")[0]
    return cause if cause.startswith("evt_") else None


def _forget(records: MutableMapping[str, Any], ids: list[str]) -> int:
    for id in ids:
        del records[id]
    return len(ids)
