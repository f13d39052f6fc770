"""Invitations to the staff, as Medusa v1 has them: no mail of ours, an admin hands the link over.

The link's token is derived from the invitation's id and revision, and shown to admins in the list.
Source: https://docs.medusajs.com/api/admin#invites (v1).
"""

from dataclasses import dataclass
from datetime import timedelta

from core.domain.actor import Actor, Role
from core.domain.customer import check_name, check_password
from core.domain.errors import Invalid
from core.domain.invite import Invite, InviteId, InviteKind, InviteNotFound, InviteUnusable
from core.domain.user import User, UserId
from core.domain.values import normalise_email
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.passwords import Passwords
from ports.tokens import DerivedTokens
from ports.unit_of_work import Begin, UnitOfWork

PURPOSE = "user_invite"
LIFE = timedelta(days=7)


class InviteUser:
    """Answers the invitation's id. Whoever is invited already gets a new token, expiry and role.

    Raises Invalid, also when the address belongs to a user.
    """

    def __init__(self, begin: Begin, clock: Clock, ids: Ids) -> None:
        self._begin = begin
        self._clock = clock
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, email: str, role: Role) -> InviteId:
        email = normalise_email(email)
        with self._begin(actor, "invite.create") as work:
            if work.users.by_email(email) is not None:
                raise Invalid("Can't invite a user with an existing account")
            now = self._clock.now()
            invite = work.invites.pending(InviteKind.USER, email)
            if invite is not None:
                invite.reissue(role, now, LIFE)
            else:
                invite = Invite(
                    id=InviteId(self._ids.new("invite")),
                    kind=InviteKind.USER,
                    email=email,
                    role=role,
                    expires_at=now + LIFE,
                    invited_by=actor.user_id,
                )
                invite.issue()
                work.invites.add(invite)
            work.commit()
        return invite.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """All that the invited person decides; e-mail address and role come from the invitation."""

    first_name: str | None = None
    last_name: str | None = None
    password: str


class JoinStaff:
    """Makes exactly one user however often and however concurrently it is called; answers their id.

    Raises InviteUnusable, Invalid.
    """

    def __init__(self, begin: Begin, derived: DerivedTokens, passwords: Passwords, clock: Clock, ids: Ids) -> None:
        self._begin = begin
        self._derived = derived
        self._passwords = passwords
        self._clock = clock
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, token: str, joining: Joining) -> UserId:
        check_password(joining.password)
        check_name("first_name", joining.first_name)
        check_name("last_name", joining.last_name)
        with self._begin(actor, "invite.accept") as work:
            self._usable(work, token)

        # Hashing takes a while on purpose: only for tokens that are good, and in no transaction.
        hashed = self._passwords.hash(joining.password)

        with self._begin(actor, "invite.accept") as work:
            invite = self._usable(work, token)
            user = User(
                id=UserId(self._ids.new("usr")),
                email=invite.email,
                role=invite.role or Role.MEMBER,
                password_hash=hashed,
                first_name=joining.first_name,
                last_name=joining.last_name,
            )
            invite.join(self._clock.now())
            work.users.add(user)
            work.commit()
        return user.id

    def _usable(self, work: UnitOfWork, token: str) -> Invite:
        reference = self._derived.read(PURPOSE, token)
        if reference is None:
            raise InviteUnusable("Token is not valid")
        try:
            invite = work.invites.get(reference.subject_id)
        except InviteNotFound:
            raise InviteUnusable("Invalid invite") from None
        if invite.kind is not InviteKind.USER or invite.revision != reference.revision:
            raise InviteUnusable("Invalid invite")
        invite.check_usable(self._clock.now())
        if work.users.by_email(invite.email) is not None:
            raise InviteUnusable("User already joined")
        return invite
