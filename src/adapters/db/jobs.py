"""The job queue as a table: claimed under a lease, finished only by the worker that holds it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Update, and_, bindparam, case, func, or_, select, update

from adapters.db.engine import Engines
from adapters.db.tables import jobs
from adapters.db.transaction import looking, single, transaction
from ports.clock import Clock
from ports.jobs import DueJob, Job

_JOB = jobs.c
_FREE = or_(_JOB.lease_until.is_(None), _JOB.lease_until <= bindparam("now"))
_USED_UP = (
    update(jobs)
    .where(_JOB.state == "ready", _JOB.attempts >= _JOB.max_attempts, _JOB.lease_until <= bindparam("now"))
    .values(state="dead", finished_at=bindparam("now"), last_error="its worker did not come back")
)
_DUE = (
    select(_JOB.id)
    .where(_JOB.state == "ready", _JOB.run_at <= bindparam("now"), _FREE)
    .order_by(_JOB.run_at, _JOB.id)
    .limit(bindparam("count"))
    .with_for_update(skip_locked=True)
)
_LISTED = (
    select(_JOB.id, _JOB.attempts)
    .where(_JOB.state == "ready", _JOB.run_at <= bindparam("now"), _FREE)
    .order_by(_JOB.run_at, _JOB.id)
    .limit(bindparam("count"))
)
_THIS = and_(_JOB.id == bindparam("job"), _JOB.state == "ready", _JOB.run_at <= bindparam("now"), _FREE)
_IS_DUE = select(_JOB.id).where(_THIS)
_LEASED = {"lease_until": bindparam("until"), "lease_by": bindparam("worker"), "attempts": _JOB.attempts + 1}
_COLUMNS = (_JOB.id, _JOB.kind, _JOB.payload, _JOB.attempts, _JOB.max_attempts, _JOB.run_at)
_TAKE = update(jobs).where(_THIS).values(_LEASED).returning(*_COLUMNS)
# A table expression of its own is worked out once; a sub-query could be run again for more rows.
_TAKEN = _DUE.cte("due")
_CLAIM = update(jobs).where(_JOB.id.in_(select(_TAKEN.c.id))).values(_LEASED).returning(*_COLUMNS)
_HELD = (
    update(jobs)
    .where(
        _JOB.id == bindparam("job"),
        _JOB.state == "ready",
        _JOB.lease_by == bindparam("worker"),
        _JOB.attempts == bindparam("attempt"),
        _JOB.lease_until > bindparam("now"),
    )
    .values(lease_until=None, lease_by=None)
)
_FINISH = _HELD.values(state="done", finished_at=bindparam("now"))
_RETRY = _HELD.values(run_at=bindparam("at"), last_error=bindparam("error"))
_BURY = _HELD.values(state="dead", finished_at=bindparam("now"), last_error=bindparam("error"))
_NEXT = select(func.min(case((and_(_JOB.lease_until > _JOB.run_at), _JOB.lease_until), else_=_JOB.run_at))).where(
    _JOB.state == "ready"
)


class SqlJobs:
    """Each call is a transaction of its own; looking whether anything is due takes no write lock."""

    def __init__(self, engines: Engines, clock: Clock) -> None:
        self._engines = engines
        self._clock = clock

    def claim(self, worker: str, count: int, lease: timedelta) -> list[Job]:
        now = self._clock.now()
        due = self.next_due()
        if due is None or due > now:
            return []
        with transaction(self._engines.write) as work:
            work.run(_USED_UP, {"now": now})
            wanted = {"now": now, "count": count, "until": now + lease, "worker": worker}
            rows = work.run(_CLAIM, wanted).all()
        return [_job(row) for row in sorted(rows, key=lambda row: (row.run_at, row.id))]

    def due(self, count: int) -> list[DueJob]:
        with looking(self._engines.read) as work:
            rows = work.run(_LISTED, {"now": self._clock.now(), "count": count}).all()
        return [DueJob(id=row.id, attempts=row.attempts) for row in rows]

    def take(self, id: str, worker: str, lease: timedelta) -> Job | None:
        now = self._clock.now()
        with looking(self._engines.read) as work:
            if work.run(_IS_DUE, {"job": id, "now": now}).first() is None:
                return None
        with transaction(self._engines.write) as work:
            work.run(_USED_UP, {"now": now})
            row = work.run(_TAKE, {"job": id, "now": now, "until": now + lease, "worker": worker}).first()
        return None if row is None else _job(row)

    def finish(self, job: Job, worker: str) -> bool:
        return self._end(_FINISH, job, worker)

    def retry(self, job: Job, worker: str, at: datetime, error: str) -> bool:
        return self._end(_RETRY, job, worker, at=at, error=error)

    def bury(self, job: Job, worker: str, error: str) -> bool:
        return self._end(_BURY, job, worker, error=error)

    def next_due(self) -> datetime | None:
        with looking(self._engines.read) as work:
            due: datetime | None = work.run(_NEXT).scalar_one()
        return due

    def _end(self, statement: Update, job: Job, worker: str, **more: Any) -> bool:
        held = {"job": job.id, "worker": worker, "attempt": job.attempt, "now": self._clock.now(), **more}
        with single(self._engines.write) as work:
            return work.run(statement, held).rowcount == 1


def _job(row: Row[Any]) -> Job:
    return Job(id=row.id, kind=row.kind, payload=row.payload, attempt=row.attempts, max_attempts=row.max_attempts)
