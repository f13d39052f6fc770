"""A login that can be ended: what a bearer token or a session cookie points at."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from core.domain.errors import NotFound, Unauthenticated
from core.domain.events import Event

SessionId = NewType("SessionId", str)
USER_TOKEN_LIFE = timedelta(hours=24)
CUSTOMER_TOKEN_LIFE = timedelta(days=30)
COOKIE_LIFE = timedelta(hours=10)


class SessionNotFound(NotFound):
    pass


class SessionOver(Unauthenticated):
    code = "TOKEN_EXPIRED"


class Carrier(StrEnum):
    BEARER = "bearer"
    COOKIE = "cookie"


@dataclass(slots=True, kw_only=True)
class Session:
    """user_id and customer_id: who is logged in; a cookie may hold one of each, as in Medusa v1."""

    id: SessionId
    carrier: Carrier
    expires_at: datetime
    user_id: str | None = None
    customer_id: str | None = None
    revoked_at: datetime | None = None
    version: int = 0
    events: list[Event] = field(default_factory=list, compare=False, repr=False)

    def live(self, now: datetime) -> bool:
        return self.revoked_at is None and now < self.expires_at

    def revoke(self, now: datetime) -> None:
        self.revoked_at = self.revoked_at or now
