"""Who may call a route: one word per route, one table for the roles."""

from __future__ import annotations

from dataclasses import dataclass

from core.domain.actor import Actor, ActorKind, Role
from core.domain.errors import Forbidden

# What only some roles may touch; every other word is open to all of the staff.
_GUARDED: dict[str, frozenset[Role]] = {
    "users": frozenset({Role.ADMIN}),
    "invites": frozenset({Role.ADMIN}),
    "store": frozenset({Role.ADMIN}),
    "audit": frozenset({Role.ADMIN}),
    "keys": frozenset({Role.ADMIN, Role.DEVELOPER}),
    "webhook_events": frozenset({Role.ADMIN, Role.DEVELOPER}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Allow:
    """kinds: whose credentials count here. required: without any of them it is a 401.

    permission: what is acted on, for roles; None where roles do not matter.
    """

    kinds: frozenset[ActorKind]
    required: bool
    permission: str | None = None

    def roles(self) -> list[str]:
        """Names for the documentation, most powerful first."""
        if self.permission is None:
            return sorted(self.kinds) if self.required else [ActorKind.ANONYMOUS, *sorted(self.kinds)]
        return [role for role in Role if self._permits(role)]

    def check(self, actor: Actor) -> None:
        """Raises Forbidden when the actor's role does not reach this far."""
        if self.permission is not None and not self._permits(actor.role or Role.MEMBER):
            raise Forbidden(f"your role may not act on {self.permission}")

    def _permits(self, role: Role) -> bool:
        return self.permission not in _GUARDED or role in _GUARDED[self.permission]


PUBLIC = Allow(kinds=frozenset(), required=False)
EVERYONE = Allow(kinds=frozenset({ActorKind.CUSTOMER}), required=False)
CUSTOMER = Allow(kinds=frozenset({ActorKind.CUSTOMER}), required=True)
SIGNED_IN = Allow(kinds=frozenset({ActorKind.CUSTOMER, ActorKind.USER}), required=True)
ANYBODY = Allow(kinds=frozenset({ActorKind.CUSTOMER, ActorKind.USER}), required=False)


def admin(permission: str) -> Allow:
    """The shop's staff, as far as their role permits: ``admin("orders")``."""
    return Allow(kinds=frozenset({ActorKind.USER, ActorKind.API_KEY}), required=True, permission=permission)
