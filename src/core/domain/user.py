"""The people who run the shop."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NewType

from core.domain.actor import Role
from core.domain.errors import Duplicate, NotFound
from core.domain.events import Event
from core.domain.values import Metadata

UserId = NewType("UserId", str)


class UserNotFound(NotFound):
    pass


class UserExists(Duplicate):
    code = "EMAIL_TAKEN"


@dataclass(slots=True, kw_only=True)
class User:
    """email: normalised, unique among live users."""

    id: UserId
    email: str
    role: Role = Role.MEMBER
    password_hash: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    metadata: Metadata | None = None
    deleted_at: datetime | None = None
    version: int = 0
    events: list[Event] = field(default_factory=list, compare=False, repr=False)
