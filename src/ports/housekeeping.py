"""What a shop that runs for years lets go of, and what waits for a person."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ports.jobs import JobPayload


class OldRecords(Protocol):
    """Removing what nobody needs any more, in small transactions, so that nobody waits for it.

    Each answers how many went, at most some ten thousand per call; whoever calls comes again. Repeatable.

    jobs              done before, and told events whose jobs are all done. What was given up stays, with
                      its event and the event's other jobs, so that the outbox can always be followed.
    webhook_events    processed or ignored, and received before.
    sessions          that expired or were ended before.
    download_log      entries written before.
    Errors            Unavailable.
    """

    def forget_jobs(self, before: datetime) -> int: ...

    def forget_webhook_events(self, before: datetime) -> int: ...

    def forget_sessions(self, before: datetime) -> int: ...

    def forget_download_log(self, before: datetime) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadJob:
    """A job that was given up. error: why, as its last try said."""

    id: str
    kind: str
    payload: JobPayload
    attempts: int
    error: str
    died_at: datetime | None


class DeadLetters(Protocol):
    """The jobs that were given up. Errors: Unavailable."""

    def all(self, count: int) -> list[DeadJob]:
        """The newest first."""
        ...

    def revive(self, id: str) -> bool:
        """Let it be tried again, at once and as often as a new one; False when it is not dead."""
        ...

    def drop(self, id: str) -> bool:
        """Count it as seen to; False when it is not dead. Its error is kept as long as done jobs are."""
        ...
