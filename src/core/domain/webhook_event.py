"""What providers tell the shop, kept so that nothing is lost, done twice or done on a stranger's word."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from core.domain.errors import Conflict, Duplicate, Forbidden, Invalid, NotFound
from core.domain.events import Event
from core.domain.values import Metadata

WebhookEventId = NewType("WebhookEventId", str)
PATIENCE = timedelta(days=3)
"""How long an event that is early, or that cannot be acted on, is tried again."""
ERROR_MAX = 500  # characters kept


class WebhookEventNotFound(NotFound):
    pass


class WebhookEventSeen(Duplicate):
    """The provider has told it before."""


class InvalidSignature(Forbidden):
    """Not signed, signed by somebody else, or signed too long ago."""

    code = "INVALID_SIGNATURE"


class MalformedEvent(Invalid):
    """The signature holds, but this is no event."""

    code = "INVALID_JSON"


class EventEarly(Conflict):
    """What the event is about is not known here yet; it is tried again later."""

    code = "EVENT_EARLY"


class EventMismatch(Conflict):
    """The event contradicts what was agreed: another mode, account, amount or currency. A person looks."""

    code = "EVENT_MISMATCH"


class WebhookStatus(StrEnum):
    RECEIVED = "received"  # waits for its turn, or for another try
    PROCESSED = "processed"
    PARKED = "parked"  # early or contradictory: nothing was changed
    IGNORED = "ignored"  # none of the shop's business
    FAILED = "failed"  # given up; can be replayed


@dataclass(frozen=True, slots=True)
class ProviderFact:
    """What an event means in the shop's own words; each kind has one handler."""


@dataclass(slots=True, kw_only=True)
class WebhookEvent:
    """One event of one provider, unique per (provider, event_id).

    payload: what was signed, as JSON. occurred_at: when the provider says it happened; None if it does not.
    livemode: None where the provider makes no such difference. attempts: how often it was processed.
    """

    id: WebhookEventId
    provider: str
    event_id: str
    type: str
    payload: Metadata
    livemode: bool | None = None
    status: WebhookStatus = WebhookStatus.RECEIVED
    attempts: int = 0
    last_error: str | None = None
    occurred_at: datetime | None = None
    received_at: datetime
    processed_at: datetime | None = None
    version: int = 0
    events: list[Event] = field(default_factory=list, compare=False, repr=False)

    @property
    def settled(self) -> bool:
        return self.status in (WebhookStatus.PROCESSED, WebhookStatus.IGNORED)

    def settle(self, status: WebhookStatus, now: datetime) -> None:
        """Processed or ignored, for good: a slower worker that failed on it changes nothing any more."""
        self.attempts += 1
        self.status = status
        self.last_error = None
        self.processed_at = now

    def postpone(self, status: WebhookStatus, error: str) -> None:
        """It did not work out; ``status`` says what becomes of it. Nothing happens once it is settled."""
        if self.settled:
            return
        self.attempts += 1
        self.status = status
        self.last_error = error[:ERROR_MAX]

    def replay(self) -> None:
        """Have it processed again, whatever became of it: handlers are repeatable."""
        self.status = WebhookStatus.RECEIVED

    def patient(self, now: datetime) -> bool:
        return now < self.received_at + PATIENCE
