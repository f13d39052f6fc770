"""An invitation makes at most one account; revoked, expired and used ones make none."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from core.domain.actor import Role
from core.domain.errors import Conflict, Duplicate, Gone, Invalid, NotFound
from core.domain.events import Event, InviteAccepted, InviteIssued
from core.domain.values import Metadata

InviteId = NewType("InviteId", str)
DAYS_MIN, DAYS_MAX = 1, 30


class InviteNotFound(NotFound):
    pass


class InviteExpired(Gone):
    code = "INVITE_EXPIRED"


class InviteRevoked(Gone):
    code = "INVITE_REVOKED"


class RevokedInviteNotResent(Conflict):
    code = "INVITE_REVOKED"


class InviteAlreadyAccepted(Conflict):
    code = "INVITE_ALREADY_ACCEPTED"


class InvitePending(Duplicate):
    code = "INVITE_PENDING"


class InviteUnusable(Invalid):
    """Of a user: a token that never was one, or whose invitation is over."""

    code = "INVITE_INVALID"


class InviteKind(StrEnum):
    CUSTOMER = "customer"
    USER = "user"


class InviteState(StrEnum):
    """What is stored. A pending invite past ``expires_at`` reads as expired (``status_of``); it is
    stored as expired once a new invitation to the same address takes its place."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REVOKED = "revoked"
    EXPIRED = "expired"


def status_of(state: str, expires_at: datetime, now: datetime) -> str:
    """The one status vocabulary: pending, accepted, revoked, expired."""
    return "expired" if state == InviteState.PENDING and now >= expires_at else state


@dataclass(slots=True, kw_only=True)
class Invite:
    """revision: goes up with each resend; tokens of older revisions are dead.

    At most one stored-as-pending invite per kind and e-mail (a unique key).
    """

    id: InviteId
    kind: InviteKind
    email: str
    expires_at: datetime
    first_name: str | None = None
    last_name: str | None = None
    role: Role | None = None
    customer_group_ids: tuple[str, ...] = ()
    state: InviteState = InviteState.PENDING
    revision: int = 1
    invited_by: str | None = None
    accepted_at: datetime | None = None
    revoked_at: datetime | None = None
    customer_id: str | None = None
    metadata: Metadata | None = None
    version: int = 0
    events: list[Event] = field(default_factory=list, compare=False, repr=False)

    def lapsed(self, now: datetime) -> bool:
        return status_of(self.state, self.expires_at, now) == InviteState.EXPIRED

    def lapse(self) -> None:
        """Make room for a new invitation to the same address."""
        self.state = InviteState.EXPIRED

    def issue(self) -> None:
        """Have the invitation mailed."""
        self.events.append(InviteIssued(invite_id=self.id, revision=self.revision))

    def check_acceptable(self, now: datetime) -> None:
        """Raises InviteAlreadyAccepted, InviteRevoked, InviteExpired."""
        if self.state is InviteState.ACCEPTED:
            raise InviteAlreadyAccepted("this invitation has been accepted already; log in instead")
        if self.state is InviteState.REVOKED:
            raise InviteRevoked("this invitation was withdrawn")
        if self.lapsed(now):
            raise InviteExpired("this invitation has expired; ask for a new one")

    def accept(self, customer_id: str, now: datetime) -> None:
        self.check_acceptable(now)
        self.state = InviteState.ACCEPTED
        self.accepted_at = now
        self.customer_id = customer_id
        self.events.append(InviteAccepted(invite_id=self.id, customer_id=customer_id))

    def revoke(self, now: datetime) -> None:
        """Repeatable. Raises InviteAlreadyAccepted."""
        if self.state is InviteState.ACCEPTED:
            raise InviteAlreadyAccepted("an accepted invitation cannot be withdrawn")
        self.state = InviteState.REVOKED
        self.revoked_at = self.revoked_at or now

    def check_usable(self, now: datetime) -> None:
        """For users, whose invitations all end the same way. Raises InviteUnusable."""
        if self.state is not InviteState.PENDING or self.lapsed(now):
            raise InviteUnusable("Invalid invite")

    def reissue(self, role: Role | None, now: datetime, life: timedelta) -> None:
        """A new token and a new expiry for a user's invitation, and perhaps another role."""
        self.role = role or self.role
        self.revision += 1
        self.expires_at = now + life
        self.issue()

    def join(self, now: datetime) -> None:
        """A user has come of it. Raises InviteUnusable."""
        self.check_usable(now)
        self.state = InviteState.ACCEPTED
        self.accepted_at = now

    def resend(self, now: datetime, life: timedelta) -> None:
        """A new token and a new expiry. Raises InviteAlreadyAccepted, RevokedInviteNotResent."""
        if self.state is InviteState.ACCEPTED:
            raise InviteAlreadyAccepted("an accepted invitation cannot be sent again")
        if self.state is InviteState.REVOKED:
            raise RevokedInviteNotResent("a withdrawn invitation cannot be sent again; create a new one")
        self.state = InviteState.PENDING
        self.revision += 1
        self.expires_at = now + life
        self.issue()
