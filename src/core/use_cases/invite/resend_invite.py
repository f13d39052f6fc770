"""Mail an invitation again, with a new link."""

from datetime import timedelta

from core.domain.actor import Actor
from core.domain.customer import EmailTaken
from core.domain.invite import InviteKind, InvitePending
from core.use_cases.invite.finding import find_by_id
from core.use_cases.replay import replayed
from ports.clock import Clock
from ports.unit_of_work import Begin


class ResendInvite:
    """The old link is dead from then on, and the time to accept starts anew: ``days`` from now.

    Raises InviteNotFound, InviteAlreadyAccepted, RevokedInviteNotResent, EmailTaken, and InvitePending
    when a newer invitation has taken this one's place.
    """

    def __init__(self, begin: Begin, clock: Clock, days: int = 7) -> None:
        self._begin = begin
        self._clock = clock
        self._days = days

    @replayed
    def __call__(self, actor: Actor, id: str) -> None:
        with self._begin(actor, "invite.resend") as work:
            invite = find_by_id(work, id)
            invite.resend(self._clock.now(), timedelta(days=self._days))
            if work.customers.registered(invite.email) is not None:
                raise EmailTaken("a customer with this e-mail address has an account already")
            other = work.invites.pending(InviteKind.CUSTOMER, invite.email)
            if other is not None and other.id != invite.id:
                raise InvitePending("this address has a newer invitation; send that one again instead")
            work.commit()
