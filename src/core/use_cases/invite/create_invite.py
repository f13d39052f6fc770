"""Invite somebody to become a customer."""

from dataclasses import dataclass
from datetime import timedelta

from core.domain.actor import Actor
from core.domain.customer import EmailTaken, check_name
from core.domain.errors import FieldProblem, Invalid
from core.domain.invite import DAYS_MAX, DAYS_MIN, Invite, InviteId, InviteKind, InvitePending
from core.domain.values import Metadata, normalise_email
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin, UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class NewInvite:
    """expires_in_days: None is the shop's usual time."""

    email: str
    first_name: str | None = None
    last_name: str | None = None
    customer_group_ids: tuple[str, ...] = ()
    expires_in_days: int | None = None
    metadata: Metadata | None = None


class CreateInvite:
    """Answers the invitation's id and has it mailed. ``days`` is how long one is good for by default.

    An earlier invitation that has run out gives way. Raises EmailTaken when the address has an account,
    InvitePending when it has been invited already, Invalid.
    """

    def __init__(self, begin: Begin, clock: Clock, ids: Ids, days: int = 7) -> None:
        self._begin = begin
        self._clock = clock
        self._ids = ids
        self._days = days

    @replayed
    def __call__(self, actor: Actor, new: NewInvite) -> InviteId:
        email = normalise_email(new.email)
        check_name("first_name", new.first_name)
        check_name("last_name", new.last_name)
        days = _check_days(new.expires_in_days) if new.expires_in_days is not None else self._days

        with self._begin(actor, "invite.create") as work:
            now = self._clock.now()
            if work.customers.registered(email) is not None:
                raise EmailTaken("a customer with this e-mail address has an account already")
            pending = work.invites.pending(InviteKind.CUSTOMER, email)
            if pending is not None and not pending.lapsed(now):
                raise InvitePending("this address has been invited already; send that invitation again instead")
            if pending is not None:
                pending.lapse()
            _check_groups(work, new.customer_group_ids)
            invite = Invite(
                id=InviteId(self._ids.new("invite")),
                kind=InviteKind.CUSTOMER,
                email=email,
                expires_at=now + timedelta(days=days),
                first_name=new.first_name,
                last_name=new.last_name,
                customer_group_ids=tuple(dict.fromkeys(new.customer_group_ids)),
                invited_by=actor.user_id,
                metadata=new.metadata,
            )
            invite.issue()
            work.invites.add(invite)
            work.commit()
        return invite.id


def _check_days(days: int) -> int:
    if type(days) is not int or not DAYS_MIN <= days <= DAYS_MAX:
        problem = f"must be a whole number from {DAYS_MIN} to {DAYS_MAX}"
        raise Invalid(f"expires_in_days {problem}", fields=[FieldProblem("expires_in_days", problem)])
    return days


def _check_groups(work: UnitOfWork, ids: tuple[str, ...]) -> None:
    unknown = sorted(set(ids) - work.customers.known_groups(ids)) if ids else []
    if unknown:
        problem = f"there is no customer group {', '.join(unknown)}"
        raise Invalid(problem, fields=[FieldProblem("customer_group_ids", problem)])
