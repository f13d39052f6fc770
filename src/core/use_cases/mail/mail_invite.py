"""Mail an invitation to whom it is for."""

from core.domain.actor import Actor
from core.domain.invite import InviteKind, InviteState
from core.domain.mail import MailKind
from core.use_cases.mail.queueing import queue_mail
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin


class MailInvite:
    """Reaction to ``invite.created``. Repeatable: one mail per invitation and revision.

    An invitation that was withdrawn, accepted or issued anew meanwhile is not mailed; nor is one for
    staff, whose link an admin hands over, as in Medusa v1. Raises InviteNotFound.
    """

    def __init__(self, begin: Begin, clock: Clock, ids: Ids) -> None:
        self._begin = begin
        self._clock = clock
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, invite_id: str, revision: int) -> None:
        with self._begin(actor, "invite.mail") as work:
            invite = work.invites.get(invite_id)
            current = invite.state is InviteState.PENDING and invite.revision == revision
            if not current or invite.kind is not InviteKind.CUSTOMER:
                return
            if queue_mail(work, MailKind.INVITE, invite.id, str(revision), invite.email, self._clock, self._ids):
                work.commit()
