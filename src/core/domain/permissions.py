"""What the roles of staff may act on: one table, and how far a key may reach with the role it was given."""

from __future__ import annotations

from collections.abc import Iterable

from core.domain.actor import Role

# What only some roles may touch; every other word is open to all of the staff.
GUARDED: dict[str, frozenset[Role]] = {
    "users": frozenset({Role.ADMIN}),
    "invites": frozenset({Role.ADMIN}),
    "store": frozenset({Role.ADMIN}),
    "audit": frozenset({Role.ADMIN}),
    "keys": frozenset({Role.ADMIN, Role.DEVELOPER}),
    "webhook_events": frozenset({Role.ADMIN, Role.DEVELOPER}),
}
EVERYTHING = "*"
"""The scope of a key that may do whatever its role may."""
READ = ":read"
"""``orders:read`` is the part of ``orders`` that changes nothing."""

# Each may do all that those after it may.
_POWER = (Role.ADMIN, Role.DEVELOPER, Role.MEMBER)


def role_permits(role: Role, permission: str) -> bool:
    return permission not in GUARDED or role in GUARDED[permission]


def scopes_permit(scopes: Iterable[str], permission: str, *, reading: bool) -> bool:
    """Nothing is permitted by no scopes."""
    fitting = {EVERYTHING, permission, permission + READ} if reading else {EVERYTHING, permission}
    return not fitting.isdisjoint(scopes)


def weaker(one: Role, other: Role) -> Role:
    """What is left of a role that was given by somebody whose own is ``other`` now."""
    return max(one, other, key=_POWER.index)
