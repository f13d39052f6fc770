"""Secret keys by which programs act for a member of the staff, within that person's rights."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NewType

from core.domain.actor import Actor, ActorKind, Role
from core.domain.errors import FieldProblem, Forbidden, Invalid, NotAllowed, NotFound
from core.domain.events import Event
from core.domain.permissions import EVERYTHING, READ, role_permits, scopes_permit, weaker

ApiKeyId = NewType("ApiKeyId", str)
PREFIX = "sk_"
TITLE_MAX = 255
SCOPES_MAX = 50
USE_NOTED_EVERY = timedelta(minutes=1)


class ApiKeyNotFound(NotFound):
    pass


def digest_of(token: str) -> str:
    """What is stored of a token. It has 256 random bits, so a plain hash keeps it secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def redacted(token: str) -> str:
    """``sk_1a2***9f0``: enough to tell keys apart."""
    return f"{token[:6]}***{token[-3:]}"


def title_of(text: str) -> str:
    """Raises Invalid without one."""
    title = text.strip()
    if not 0 < len(title) <= TITLE_MAX:
        problem = f"must have between 1 and {TITLE_MAX} characters"
        raise Invalid(f"title {problem}", fields=[FieldProblem("title", problem)])
    return title


@dataclass(slots=True, kw_only=True)
class ApiKey:
    """Aggregate root. user_id: in whose name it acts; it ends with that person's account.

    role: as of its making; what counts is the weaker of it and the person's own. scopes: what it may
    act on (``orders``, ``orders:read``), or EVERYTHING its role may. last_used_at: to the minute.
    revoked_at: may lie ahead.
    """

    id: ApiKeyId
    title: str
    token_hash: str
    redacted: str
    user_id: str
    role: Role
    scopes: tuple[str, ...] = (EVERYTHING,)
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None
    revoked_by: str | None = None
    deleted_at: datetime | None = None
    version: int = 0
    events: list[Event] = field(default_factory=list, compare=False, repr=False)

    def live(self, now: datetime) -> bool:
        ends = (self.expires_at, self.revoked_at, self.deleted_at)
        return all(end is None or now < end for end in ends)

    def rename(self, title: str) -> None:
        self.title = title_of(title)

    def confine(self, scopes: tuple[str, ...], by: Actor) -> None:
        """Raises Invalid for none at all, and for what its role may not touch; Forbidden for more than it had
        before, unless a person asks who could have made such a key."""
        wanted = checked_scopes(scopes, self.role)
        if self._widened(wanted) and not _may_make(by, self.role):
            raise Forbidden("only a person with the role of an API key, or a stronger one, can widen its scopes")
        self.scopes = wanted

    def _widened(self, scopes: tuple[str, ...]) -> bool:
        return not all(
            scopes_permit(self.scopes, scope.removesuffix(READ), reading=scope.endswith(READ)) for scope in scopes
        )

    def revoke(self, by: str | None, at: datetime, now: datetime) -> None:
        """From ``at`` on; a revocation that lies ahead can be brought forward. Raises NotAllowed when it is
        over already."""
        if self.revoked_at is not None and (self.revoked_at <= now or self.revoked_at <= at):
            raise NotAllowed("This API key has already been revoked.")
        self.revoked_by, self.revoked_at = by, at

    def delete(self, now: datetime) -> None:
        """Raises NotAllowed while it still opens anything: revoking comes first, as in Medusa v2."""
        if self.live(now):
            raise NotAllowed("Cannot delete API keys that are not revoked.")
        self.deleted_at = now


def _may_make(actor: Actor, role: Role) -> bool:
    return actor.kind is ActorKind.USER and actor.role is not None and weaker(role, actor.role) is role


def checked_scopes(scopes: tuple[str, ...], role: Role) -> tuple[str, ...]:
    if not 0 < len(scopes) <= SCOPES_MAX:
        raise _wrong(f"name between 1 and {SCOPES_MAX} scopes, or leave scopes out for all that the role may do")
    beyond = [scope for scope in scopes if scope != EVERYTHING and not role_permits(role, scope.removesuffix(READ))]
    if beyond:
        raise _wrong(f"the role {role} may not act on {', '.join(sorted(beyond))}")
    return tuple(dict.fromkeys(scopes))


def _wrong(problem: str) -> Invalid:
    return Invalid(problem, fields=[FieldProblem("scopes", problem)])
