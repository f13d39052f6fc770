"""The people who run the shop."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NewType

from core.domain.actor import Role
from core.domain.errors import Duplicate, NotAllowed, NotFound, Unauthenticated
from core.domain.events import Event, UserPasswordChanged
from core.domain.values import Metadata

UserId = NewType("UserId", str)


class UserNotFound(NotFound):
    pass


class UserExists(Duplicate):
    code = "EMAIL_TAKEN"


class LastAdmin(NotAllowed):
    """Without an admin nobody could make another."""

    code = "LAST_ADMIN"


class ResetRefused(Unauthenticated):
    """Unknown, used, overtaken or run out: they look the same."""

    code = "INVALID_TOKEN"


RESET_LIFE = timedelta(hours=1)


@dataclass(slots=True, kw_only=True)
class User:
    """email: normalised, unique among live users.

    reset_revision: of the newest link for a new password; older ones are dead. reset_expires_at: None
    when it was used. The link's token is derived from id and revision and nowhere stored.
    """

    id: UserId
    email: str
    role: Role = Role.MEMBER
    password_hash: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    reset_revision: int = 0
    reset_expires_at: datetime | None = None
    metadata: Metadata | None = None
    deleted_at: datetime | None = None
    version: int = 0
    events: list[Event] = field(default_factory=list, compare=False, repr=False)

    def offer_reset(self, now: datetime) -> None:
        """Make room for a new link; it ends those before it."""
        self.reset_revision += 1
        self.reset_expires_at = now + RESET_LIFE

    def check_reset(self, revision: int, now: datetime) -> None:
        """Raises ResetRefused."""
        if self.reset_expires_at is None or now >= self.reset_expires_at or revision != self.reset_revision:
            raise ResetRefused("Invalid or expired password reset token")

    def reset_password(self, hashed: str, change: str) -> None:
        self.password_hash = hashed
        self.reset_expires_at = None
        self.events.append(UserPasswordChanged(user_id=self.id, change=change))
