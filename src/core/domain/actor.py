"""Who asks. The first argument of every use case."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class ActorKind(StrEnum):
    ANONYMOUS = "anonymous"
    CUSTOMER = "customer"
    USER = "user"  # an admin user
    API_KEY = "api_key"
    PROVIDER = "provider"  # a webhook whose signature held
    SYSTEM = "system"  # the shop itself: jobs, command line


class Role(StrEnum):
    ADMIN = "admin"
    MEMBER = "member"
    DEVELOPER = "developer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """An identity that has been established, and where the request came from.

    id: of the customer, user or key; None for anonymous callers and the system.
    network: the caller's address shortened to what budgets count by (IPv4 /32, IPv6 /64).
    agent: the browser's family, never the full header.
    request_id: ties logs and audit rows to one request.
    scopes: what an API key may act on (core.domain.permissions). owner_id: the user an API key acts for.
    session_id: the login this request rides on, if any.
    idempotency_claim: the claim whose business transaction this actor's commit marks executed.
    """

    kind: ActorKind
    id: str | None = None
    role: Role | None = None
    scopes: frozenset[str] = frozenset()
    network: str | None = None
    agent: str | None = None
    request_id: str | None = None
    session_id: str | None = None
    idempotency_claim: str | None = None
    owner_id: str | None = None

    @property
    def is_admin(self) -> bool:
        """Acts for the shop with credentials of its staff: its writes are audited."""
        return self.kind in (ActorKind.USER, ActorKind.API_KEY)

    @property
    def user_id(self) -> str | None:
        """The member of the staff this is, or whose key it is."""
        return self.owner_id if self.kind is ActorKind.API_KEY else self.id if self.kind is ActorKind.USER else None

    @property
    def customer_id(self) -> str | None:
        return self.id if self.kind is ActorKind.CUSTOMER else None

    def claiming(self, claim: str) -> Actor:
        return replace(self, idempotency_claim=claim)

    @property
    def unclaimed(self) -> Actor:
        """For commits before the decisive one: they do not mark the claim executed."""
        return replace(self, idempotency_claim=None)


SYSTEM = Actor(kind=ActorKind.SYSTEM)
ANONYMOUS = Actor(kind=ActorKind.ANONYMOUS)
