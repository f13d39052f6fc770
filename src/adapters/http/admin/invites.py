"""/admin/invites: of customers by ``email``, and of users by ``user`` and ``role`` as in Medusa v1."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from dependency_injector.wiring import Provide, inject
from marshmallow import Schema, pre_load

from adapters.http.access import PUBLIC, admin
from adapters.http.answers import Answer
from adapters.http.body_fields import Body, Int, Many, Metadata, Part, Str
from adapters.http.budgets import INVITE as INVITE_TRIES
from adapters.http.dialect import Dialect
from adapters.http.dialects import speak
from adapters.http.fields import choose
from adapters.http.query import Query
from adapters.http.query_fields import AnyOf, Exactly, Search
from adapters.http.routing import ADMIN, Resource
from adapters.http.shown import Shown, by_default, detail, equals, listing, tree_of
from core.domain.actor import Actor, ActorKind, Role
from core.domain.customer import NAME_MAX, PASSWORD_MAX, PASSWORD_MIN
from core.domain.errors import FieldProblem, Invalid
from core.domain.invite import DAYS_MAX, DAYS_MIN, InviteKind
from core.domain.readable_token import TOKEN_MAX, readable, secret_of
from core.domain.values import EMAIL_MAX
from core.use_cases.invite.create_invite import CreateInvite, NewInvite
from core.use_cases.invite.invite_user import PURPOSE, InviteUser, Joining, JoinStaff
from core.use_cases.invite.resend_invite import ResendInvite
from core.use_cases.invite.revoke_invite import RevokeInvite
from ports.reads import Reads, Tree
from ports.tokens import DerivedTokens

INVITES = "invites"
INVITE = Shown(shape="invite", one="invite", many="invites")
KIND = Shown(shape="invite", one="invite", many="invites", default="kind")
OK = "OK"
ROLES = tuple(role.value for role in Role)
TOLD = frozenset({"role", "user_email"})  # by the token itself
STATUSES = frozenset({"pending", "accepted", "revoked", "expired"})
OF_USERS = frozenset({"user", "role"})
OF_USERS_ONLY = ("user_email", "accepted", "token", "deleted_at")
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

    @pre_load
    def answer_in_its_kind(self, sent: Any, **_: Any) -> Any:
        """From the first wrong value on, invitations of users are refused as Medusa refuses them."""
        if isinstance(sent, Mapping) and OF_USERS & sent.keys() and "email" not in sent:
            speak(Dialect.NATIVE)
        return sent


class InviteFilters(Schema):
    kind = AnyOf(choices=frozenset(kind.value for kind in InviteKind))
    status = AnyOf(choices=STATUSES)
    email = Exactly()
    q = Search()


class JoiningUserBody(Body):
    """Names may be empty: the form of Medusa's dashboard does not ask for them."""

    first_name = Str(required=True, min=0, max=NAME_MAX)
    last_name = Str(required=True, min=0, max=NAME_MAX)
    password = Str(required=True, min=PASSWORD_MIN, max=PASSWORD_MAX)


class JoiningBody(Body):
    token = Str(required=True, max=TOKEN_MAX)
    user = Part(JoiningUserBody, required=True)


@inject
def show_invite(actor: Actor, query: Query, result: str, reads: Reads = Provide["reads"]) -> Tree | Answer:
    """A customer's invitation, or the bare word that Medusa v1 has for a user's."""
    kind = tree_of(KIND, reads, actor, by_default(KIND, query), [equals("id", result)])["kind"]
    if kind == InviteKind.USER:
        return Answer(body=OK, status=200)
    shown = detail(INVITE, reads, actor, query, result)
    _drop_users_part(cast("Tree", shown[INVITE.one]))
    return shown


def _drop_users_part(row: Tree) -> None:
    """What Medusa shows of users' invitations means nothing for customers'."""
    for name in OF_USERS_ONLY:
        row.pop(name, None)


@invites.on("GET", "", allow=admin(INVITES), lists=INVITE, query=InviteFilters, dialect=Dialect.CUSTOM)
@inject
def list_invites(
    actor: Actor, query: Query, reads: Reads = Provide["reads"], derived: DerivedTokens = Provide["derived_tokens"]
) -> Tree:
    """List invitations with their status, newest first. Admins see the tokens of users' invitations."""
    wanted = query.chosen or choose(None, None, INVITE.default)
    asked = TOLD if wanted.selection.everything else wanted.selection.columns
    more = replace(wanted.selection, columns=wanted.selection.columns | {"id", "_kind", "_revision", *TOLD})
    query = replace(query, chosen=replace(wanted, selection=more))
    page = listing(INVITE, reads, actor, query, [equals("listed", True)])
    trusted = actor.kind is ActorKind.USER and actor.role is Role.ADMIN
    for row in cast("list[Tree]", page[INVITE.many]):
        kind, revision = row.pop("_kind"), cast("int", row.pop("_revision"))
        if kind == InviteKind.CUSTOMER:
            _drop_users_part(row)
        elif trusted and "token" in row:
            told = {"invite_id": row["id"], **{name: row[name] for name in sorted(TOLD)}}
            row["token"] = readable(told, derived.derive(PURPOSE, str(row["id"]), revision))
        for name in TOLD - asked:
            row.pop(name, None)
    return page


@invites.on(
    "POST",
    "",
    allow=admin(INVITES),
    shows=INVITE,
    body=InviteBody,
    answers=show_invite,
    status=201,
    dialect=Dialect.CUSTOM,
    statuses=(200,),  # to the staff: the text OK
)
@inject
def create(
    actor: Actor,
    body: dict[str, Any],
    create_invite: CreateInvite = Provide["create_invite"],
    invite_user: InviteUser = Provide["invite_user"],
) -> str:
    """Invite somebody to become a customer, by mail; or, with ``user`` and ``role``, to join the staff."""
    if not OF_USERS & body.keys():
        return create_invite(actor, _new_invite(body))
    if "email" in body:
        raise _wrong("user", "invite either a customer by email or an admin by user and role, not both")
    return invite_user(actor, *_of_user(body))


@invites.on(
    "POST", "/accept", allow=PUBLIC, body=JoiningBody, budgets=INVITE_TRIES, secret=True, dialect=Dialect.NATIVE
)
@inject
def accept(actor: Actor, body: dict[str, Any], join: JoinStaff = Provide["join_staff"]) -> str:
    """Accept an invitation to the staff: makes the user."""
    told = body["user"]
    joining = Joining(
        first_name=told["first_name"] or None, last_name=told["last_name"] or None, password=told["password"]
    )
    join(actor, secret_of(body["token"]), joining)
    return OK


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
    """Issue an invitation again with a new link; the old one is dead. Customers are mailed it."""
    resend_invite(actor, invite_id)
    return invite_id


def _of_user(body: dict[str, Any]) -> tuple[str, Role]:
    """Raises Invalid, in Medusa's words."""
    for name in body.keys() - OF_USERS:
        raise _wrong(name, f"property {name} should not exist")
    if not body.get("user"):
        raise _wrong("user", "user must be an email")
    if body.get("role") not in ROLES:
        raise _wrong("role", f"role must be one of the following values: {', '.join(ROLES)}")
    return body["user"], Role(body["role"])


def _new_invite(body: dict[str, Any]) -> NewInvite:
    if body.get("email") is None:
        raise _wrong("email", "email should not be empty")
    groups = tuple(body.pop("customer_group_ids", None) or ())
    return NewInvite(**body, customer_group_ids=groups)


def _wrong(field: str, message: str) -> Invalid:
    return Invalid(message, fields=[FieldProblem(field, message)])
