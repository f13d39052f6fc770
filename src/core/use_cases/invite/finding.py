"""Finding the invitation that a link's token stands for."""

from core.domain.invite import Invite, InviteKind, InviteNotFound
from ports.tokens import DerivedTokens
from ports.unit_of_work import UnitOfWork

PURPOSE = "invite"


def find_invite(work: UnitOfWork, derived: DerivedTokens, token: str) -> Invite:
    """Raises InviteNotFound for what was never a token, and for those a resend has replaced."""
    reference = derived.read(PURPOSE, token)
    if reference is None:
        raise InviteNotFound("this invitation does not exist")
    invite = work.invites.get(reference.subject_id)
    if invite.kind is not InviteKind.CUSTOMER or invite.revision != reference.revision:
        raise InviteNotFound("this invitation does not exist")
    return invite
