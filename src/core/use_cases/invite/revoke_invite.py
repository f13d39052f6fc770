"""Withdraw an invitation."""

from core.domain.actor import Actor
from core.domain.invite import InviteKind, InviteState
from core.use_cases.replay import replayed
from ports.clock import Clock
from ports.unit_of_work import Begin


class RevokeInvite:
    """Repeatable; a user's that was accepted has left the list already, and stays as it is.

    Raises InviteNotFound, InviteAlreadyAccepted (a customer's).
    """

    def __init__(self, begin: Begin, clock: Clock) -> None:
        self._begin = begin
        self._clock = clock

    @replayed
    def __call__(self, actor: Actor, id: str) -> None:
        with self._begin(actor, "invite.revoke") as work:
            invite = work.invites.get(id)
            if invite.kind is InviteKind.USER and invite.state is InviteState.ACCEPTED:
                return
            invite.revoke(self._clock.now())
            work.commit()
