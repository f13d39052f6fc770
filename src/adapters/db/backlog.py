"""What waits or was given up, counted by the indexes on the states."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, Engine, Select, Table, func, select

from adapters.db.tables import jobs, webhook_events
from adapters.db.transaction import transaction
from core.domain.webhook_event import WebhookStatus
from ports.metrics import Waiting


def _counted(table: Table, name: Column[Any], state: Column[Any], states: Sequence[str]) -> Select[Any]:
    return (
        select(name.label("name"), state.label("state"), func.count().label("count"))
        .select_from(table)
        .where(state.in_(states))
        .group_by(name, state)
        .order_by(name, state)
    )


_JOBS = _counted(jobs, jobs.c.kind, jobs.c.state, ["ready", "dead"])
_EVENTS = _counted(
    webhook_events,
    webhook_events.c.provider,
    webhook_events.c.status,
    [WebhookStatus.RECEIVED.value, WebhookStatus.PARKED.value, WebhookStatus.FAILED.value],
)


class SqlBacklog:
    """engine: the one for reading."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def jobs(self) -> Sequence[Waiting]:
        return self._count(_JOBS)

    def webhook_events(self) -> Sequence[Waiting]:
        return self._count(_EVENTS)

    def _count(self, statement: Select[Any]) -> Sequence[Waiting]:
        with transaction(self._engine) as work:
            return [Waiting(**row) for row in work.rows(statement)]
