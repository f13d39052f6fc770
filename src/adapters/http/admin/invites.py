"""/admin/invites"""

from typing import Any

from dependency_injector.wiring import Provide, inject
from marshmallow import Schema

from adapters.http.access import admin
from adapters.http.body_fields import Body, Int, Many, Metadata, Str
from adapters.http.dialects import Dialect, speak
from adapters.http.query import Query
from adapters.http.query_fields import AnyOf, Exactly, Search
from adapters.http.routing import ADMIN, Resource
from adapters.http.shown import Shown, detail, equals, listing
from core.domain.actor import Actor
from core.domain.customer import NAME_MAX
from core.domain.errors import FieldProblem, Invalid
from core.domain.invite import DAYS_MAX, DAYS_MIN, InviteKind
from core.domain.values import EMAIL_MAX
from core.use_cases.invite.create_invite import CreateInvite, NewInvite
from core.use_cases.invite.resend_invite import ResendInvite
from core.use_cases.invite.revoke_invite import RevokeInvite
from ports.reads import Reads, Tree

INVITES = "invites"
INVITE = Shown(shape="invite", one="invite", many="invites")
STATUSES = frozenset({"pending", "accepted", "revoked", "expired"})
OF_USERS = frozenset({"user", "role"})
invites = Resource("admin_invites", __name__, "/admin/invites", ADMIN)


class InviteBody(Body):
    """``user`` and ``role`` are those of Medusa's invitations of admin users."""

    email = Str(max=EMAIL_MAX)
    first_name = Str(min=1, max=NAME_MAX)
    last_name = Str(min=1, max=NAME_MAX)
    customer_group_ids = Many(Str(max=255), max=100)
    expires_in_days = Int(min=DAYS_MIN, max=DAYS_MAX)
    metadata = Metadata()
    user = Str(max=EMAIL_MAX)
    role = Str(max=32)


class InviteFilters(Schema):
    kind = AnyOf(choices=frozenset(kind.value for kind in InviteKind))
    status = AnyOf(choices=STATUSES)
    email = Exactly()
    q = Search()


@inject
def show_invite(actor: Actor, query: Query, result: str, reads: Reads = Provide["reads"]) -> Tree:
    return detail(INVITE, reads, actor, query, result)


@invites.on("GET", "", allow=admin(INVITES), lists=INVITE, query=InviteFilters, dialect=Dialect.CUSTOM)
@inject
def list_invites(actor: Actor, query: Query, reads: Reads = Provide["reads"]) -> Tree:
    """List invitations with their status, newest first."""
    return listing(INVITE, reads, actor, query, [equals("listed", True)])


@invites.on(
    "POST",
    "",
    allow=admin(INVITES),
    shows=INVITE,
    body=InviteBody,
    answers=show_invite,
    status=201,
    dialect=Dialect.CUSTOM,
)
@inject
def create(actor: Actor, body: dict[str, Any], create_invite: CreateInvite = Provide["create_invite"]) -> str:
    """Invite somebody to become a customer; the invitation is mailed."""
    return create_invite(actor, _new_invite(body))


@invites.on("DELETE", "/<invite_id>", allow=admin(INVITES), repeatable=True, dialect=Dialect.CUSTOM, statuses=(409,))
@inject
def revoke(actor: Actor, invite_id: str, revoke_invite: RevokeInvite = Provide["revoke_invite"]) -> Tree:
    """Withdraw an invitation."""
    revoke_invite(actor, invite_id)
    return {"id": invite_id, "object": "invite", "deleted": True}


@invites.on(
    "POST", "/<invite_id>/resend", allow=admin(INVITES), shows=INVITE, answers=show_invite, dialect=Dialect.CUSTOM
)
@inject
def resend(actor: Actor, invite_id: str, resend_invite: ResendInvite = Provide["resend_invite"]) -> str:
    """Mail an invitation again with a new link; the old one is dead."""
    resend_invite(actor, invite_id)
    return invite_id


def _new_invite(body: dict[str, Any]) -> NewInvite:
    if OF_USERS & body.keys():
        if "email" in body:
            raise _wrong("user", "invite either a customer by email or an admin by user and role, not both")
        speak(Dialect.NATIVE)
        raise _wrong("user", "invitations of admin users are not available; make one with `perseus create-admin`")
    if body.get("email") is None:
        raise _wrong("email", "email should not be empty")
    groups = tuple(body.pop("customer_group_ids", None) or ())
    return NewInvite(**body, customer_group_ids=groups)


def _wrong(field: str, message: str) -> Invalid:
    return Invalid(message, fields=[FieldProblem(field, message)])
