"""Work that comes round: each kind once per period, however many workers there are."""

from collections.abc import Mapping

from core.domain.actor import SYSTEM
from ports.clock import Clock
from ports.unit_of_work import Begin


class PeriodicJobs:
    """periods: seconds by kind of job. Time is cut into slots of that length from the epoch on; the slot
    is the job's dedupe key, so whoever comes first in a slot queues the job and the others do not."""

    def __init__(self, begin: Begin, clock: Clock, periods: Mapping[str, int]) -> None:
        self._begin = begin
        self._clock = clock
        self._periods = periods
        self._queued: dict[str, int] = {}

    def queue_due(self) -> None:
        """Queue what this process has not queued in the present slot. Raises Unavailable."""
        now = int(self._clock.now().timestamp())
        slots = {kind: now // seconds for kind, seconds in self._periods.items()}
        due = {kind: slot for kind, slot in slots.items() if self._queued.get(kind) != slot}
        if not due:
            return
        with self._begin(SYSTEM, "jobs.queue_periodic") as work:
            for kind, slot in due.items():
                work.schedule(kind, {}, dedupe_key=f"{kind}:{slot}")
            work.commit()
        self._queued |= due
