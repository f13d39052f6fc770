"""Let go of what has been over for long."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.actor import Actor
from ports.clock import Clock
from ports.housekeeping import OldRecords

FORGET_OLD_RECORDS = "forget_old_records"

log = logging.getLogger("perseus.jobs")


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """For how many days what is over is kept; None for ever."""

    jobs: int | None = 30
    webhook_events: int | None = 90
    sessions: int | None = 30
    download_log: int | None = 365


class ForgetOldRecords:
    """Periodic. Repeatable. Answers how many records went, by sort. Raises Unavailable."""

    def __init__(self, records: OldRecords, clock: Clock, keeping: Keeping) -> None:
        self._records = records
        self._clock = clock
        self._keeping = keeping

    def __call__(self, actor: Actor) -> dict[str, int]:
        keeping, records = self._keeping, self._records
        rules: tuple[tuple[str, int | None, Callable[[datetime], int]], ...] = (
            ("jobs", keeping.jobs, records.forget_jobs),
            ("webhook_events", keeping.webhook_events, records.forget_webhook_events),
            ("sessions", keeping.sessions, records.forget_sessions),
            ("download_log", keeping.download_log, records.forget_download_log),
        )
        now = self._clock.now()
        gone = {sort: forget(now - timedelta(days=days)) for sort, days, forget in rules if days is not None}
        if any(gone.values()):
            log.info("let go of %s", ", ".join(f"{count} {sort}" for sort, count in gone.items() if count))
        return gone
