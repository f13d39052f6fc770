"""Who may call a route: one word per route; what roles and keys may do with it is the core's table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.domain.actor import Actor, ActorKind, Role
from core.domain.errors import Forbidden
from core.domain.permissions import role_permits, scopes_permit

# Every word that a route was declared with: what scopes of API keys may name.
PERMISSIONS: set[str] = set()


@dataclass(frozen=True, slots=True, kw_only=True)
class Allow:
    """kinds: whose credentials count here. required: without any of them it is a 401.

    permission: what is acted on, for roles and scopes; None where neither matters.
    people: all people of the staff may, whatever their role; keys are held to their role's.
    own: the part of the path with a user's id, where people of the staff may act on themselves whatever their role.
    """

    kinds: frozenset[ActorKind]
    required: bool
    permission: str | None = None
    people: bool = False
    own: str | None = None

    def roles(self) -> list[str]:
        """Names for the documentation, most powerful first."""
        if self.permission is None:
            return sorted(self.kinds) if self.required else [ActorKind.ANONYMOUS, *sorted(self.kinds)]
        return [role for role in Role if self.people or role_permits(role, self.permission)]

    def check(self, actor: Actor, parts: Mapping[str, object], *, reading: bool) -> None:
        """Raises Forbidden when the actor's role, or the key's scopes, do not reach this far.

        parts: of the path, by name."""
        if self.permission is None or (actor.kind is ActorKind.USER and (self.people or self._is_own(actor, parts))):
            return
        if not role_permits(actor.role or Role.MEMBER, self.permission):
            raise Forbidden(f"your role may not act on {self.permission}")
        if actor.kind is ActorKind.API_KEY and not scopes_permit(actor.scopes, self.permission, reading=reading):
            raise Forbidden(f"this API key may not act on {self.permission}")

    def _is_own(self, actor: Actor, parts: Mapping[str, object]) -> bool:
        return self.own is not None and parts.get(self.own) == actor.id


PUBLIC = Allow(kinds=frozenset(), required=False)
EVERYONE = Allow(kinds=frozenset({ActorKind.CUSTOMER}), required=False)
CUSTOMER = Allow(kinds=frozenset({ActorKind.CUSTOMER}), required=True)
SIGNED_IN = Allow(kinds=frozenset({ActorKind.CUSTOMER, ActorKind.USER}), required=True)
ANYBODY = Allow(kinds=frozenset({ActorKind.CUSTOMER, ActorKind.USER}), required=False)


def admin(permission: str, *, people: bool = False, own: str | None = None) -> Allow:
    """The shop's staff and their API keys, as far as role and scopes permit: ``admin("orders")``."""
    PERMISSIONS.add(permission)
    staff = frozenset({ActorKind.USER, ActorKind.API_KEY})
    return Allow(kinds=staff, required=True, permission=permission, people=people, own=own)
