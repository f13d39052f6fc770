"""Tell who opens an invitation's link what it is for."""

from dataclasses import dataclass
from datetime import datetime

from core.domain.actor import Actor
from core.use_cases.invite.finding import find_invite
from ports.clock import Clock
from ports.tokens import DerivedTokens
from ports.unit_of_work import Begin


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteView:
    email: str
    expires_at: datetime
    first_name: str | None
    last_name: str | None


class LookUpInvite:
    """Changes nothing. Raises InviteNotFound, InviteExpired, InviteRevoked, InviteAlreadyAccepted."""

    def __init__(self, begin: Begin, derived: DerivedTokens, clock: Clock) -> None:
        self._begin = begin
        self._derived = derived
        self._clock = clock

    def __call__(self, actor: Actor, token: str) -> InviteView:
        with self._begin(actor, "invite.look_up") as work:
            invite = find_invite(work, self._derived, token)
            invite.check_acceptable(self._clock.now())
            return InviteView(
                email=invite.email,
                expires_at=invite.expires_at,
                first_name=invite.first_name,
                last_name=invite.last_name,
            )
