"""Withdraw an invitation."""

from core.domain.actor import Actor
from core.use_cases.invite.finding import find_by_id
from core.use_cases.replay import replayed
from ports.clock import Clock
from ports.unit_of_work import Begin


class RevokeInvite:
    """Repeatable. Raises InviteNotFound, InviteAlreadyAccepted."""

    def __init__(self, begin: Begin, clock: Clock) -> None:
        self._begin = begin
        self._clock = clock

    @replayed
    def __call__(self, actor: Actor, id: str) -> None:
        with self._begin(actor, "invite.revoke") as work:
            find_by_id(work, id).revoke(self._clock.now())
            work.commit()
