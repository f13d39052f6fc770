"""Issue an invitation again, with a new link."""

from datetime import timedelta

from core.domain.actor import Actor
from core.domain.customer import EmailTaken
from core.domain.invite import Invite, InviteKind, InvitePending, InviteState, InviteUnusable
from core.use_cases.invite.invite_user import LIFE
from core.use_cases.replay import replayed
from ports.clock import Clock
from ports.unit_of_work import Begin, UnitOfWork


class ResendInvite:
    """The old link is dead from then on, and the time to accept starts anew: ``days`` from now for a
    customer's. Answers the invitation's kind.

    Raises InviteNotFound, InviteUnusable (a user's), InviteAlreadyAccepted, RevokedInviteNotResent,
    EmailTaken, and InvitePending when a newer invitation has taken this one's place.
    """

    def __init__(self, begin: Begin, clock: Clock, days: int = 7) -> None:
        self._begin = begin
        self._clock = clock
        self._days = days

    @replayed
    def __call__(self, actor: Actor, id: str) -> InviteKind:
        with self._begin(actor, "invite.resend") as work:
            invite = work.invites.get(id)
            if invite.kind is InviteKind.CUSTOMER:
                self._resend(work, invite)
            elif invite.state is not InviteState.PENDING:
                raise InviteUnusable("Invite doesn't exist")
            else:
                invite.reissue(None, self._clock.now(), LIFE)
            work.commit()
        return invite.kind

    def _resend(self, work: UnitOfWork, invite: Invite) -> None:
        invite.resend(self._clock.now(), timedelta(days=self._days))
        if work.customers.registered(invite.email) is not None:
            raise EmailTaken("a customer with this e-mail address has an account already")
        other = work.invites.pending(InviteKind.CUSTOMER, invite.email)
        if other is not None and other.id != invite.id:
            raise InvitePending("this address has a newer invitation; send that one again instead")
