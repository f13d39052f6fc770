"""The shape of invitations. A token is derived from id and revision where it is needed, never read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, case, func, not_, or_, select

from adapters.db import tables
from adapters.db.reads.filters import each, one_of, refuse, search
from adapters.db.reads.shape import Computed, Facts, Shape, columns
from core.domain.invite import InviteKind, InviteNotFound, InviteState, status_of
from core.domain.mail import DeliveryStatus, MailKind
from ports.reads import Condition, Operator, ReadContext, Tree


def _delivery_status(invite: FromClause) -> ColumnElement[Any]:
    """Of the newest mail; the first one is written by a job a moment after the invitation. None for
    invitations to the staff, which are handed over and not mailed."""
    mails = tables.mails
    newest = (
        select(mails.c.status)
        .where(mails.c.kind == MailKind.INVITE.value, mails.c.subject_id == invite.c.id)
        .order_by(mails.c.queued_at.desc(), mails.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    told = func.coalesce(newest, DeliveryStatus.QUEUED.value)
    return case((invite.c.kind == InviteKind.CUSTOMER.value, told), else_=None)


def _user_email(invite: FromClause) -> ColumnElement[Any]:
    """What Medusa calls the address of a user's invitation."""
    return case((invite.c.kind == InviteKind.USER.value, invite.c.email), else_=None)


def _status(rows: Sequence[Tree], facts: Facts) -> Iterable[Mapping[str, object]]:
    for row in rows:
        expires_at = row["expires_at"]
        if not isinstance(expires_at, datetime):
            raise TypeError(f"expires_at is {expires_at!r}")
        yield {"status": status_of(str(row["_state"]), expires_at, facts.context.now)}


def _statuses(invite: FromClause, context: ReadContext) -> dict[str, ColumnElement[bool]]:
    """``core.domain.invite.status_of`` as conditions."""
    pending = invite.c.state == InviteState.PENDING.value
    over = invite.c.expires_at <= context.now
    return {
        "pending": and_(pending, not_(over)),
        "expired": or_(invite.c.state == InviteState.EXPIRED.value, and_(pending, over)),
        "accepted": invite.c.state == InviteState.ACCEPTED.value,
        "revoked": invite.c.state == InviteState.REVOKED.value,
    }


def _listed(invite: FromClause, condition: Condition, context: ReadContext) -> ColumnElement[bool]:
    """Invitations of admin users leave the list once accepted or withdrawn, as in Medusa."""
    if condition.operator is not Operator.EQ or not isinstance(condition.value, bool):
        raise refuse(condition)
    settled = invite.c.state.in_([InviteState.ACCEPTED.value, InviteState.REVOKED.value])
    gone = and_(invite.c.kind == InviteKind.USER.value, settled)
    return not_(gone) if condition.value else gone


INVITE = Shape(
    name="invite",
    table=tables.invites,
    columns=columns(
        "id",
        "kind",
        "email",
        "role",
        "expires_at",
        "invited_by",
        "accepted_at",
        "revoked_at",
        "customer_id",
        "metadata",
        "created_at",
        "updated_at",
        "deleted_at",
        delivery_status=_delivery_status,
        user_email=_user_email,
        accepted=lambda t: t.c.state == InviteState.ACCEPTED.value,
    ),
    hidden=columns(
        _kind="kind", _state="state", _revision="revision", _first_name="first_name", _last_name="last_name"
    ),
    # Derived where it may be shown: users' invitations only, to admins.
    constants={"token": None},
    computed=(Computed(gives=("status",), needs=("_state", "expires_at"), compute=_status),),
    filters={
        **each("id", "kind", "email", "role", "expires_at", "created_at", "updated_at"),
        "status": one_of(_statuses),
        "listed": _listed,
        "q": search(lambda t: t.c.email, lambda t: t.c.first_name, lambda t: t.c.last_name),
    },
    missing=(InviteNotFound, "Invite with id: {} was not found"),
)
