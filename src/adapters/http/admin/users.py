"""/admin/users"""

from __future__ import annotations

from typing import Any

from dependency_injector.wiring import Provide, inject
from marshmallow import Schema

from adapters.http.access import PUBLIC, admin
from adapters.http.body_fields import Body, Metadata, Str, Word
from adapters.http.budgets import MAILED_TOKEN, RESET
from adapters.http.query import Query
from adapters.http.query_fields import AnyOf, Compare, Exactly, Moment, Search
from adapters.http.routing import ADMIN, Resource
from adapters.http.shown import Shown, detail, listing
from core.domain.actor import Actor, Role
from core.domain.customer import NAME_MAX, PASSWORD_MAX, PASSWORD_MIN
from core.domain.errors import FieldProblem, Forbidden, Invalid
from core.domain.permissions import role_permits
from core.domain.readable_token import TOKEN_MAX, secret_of
from core.domain.values import EMAIL_MAX
from core.use_cases.user.create_user import CreateUser, NewUser
from core.use_cases.user.edit_users import DeleteUser, UpdateUser, UserChanges
from core.use_cases.user.reset_user_password import RequestUserPasswordReset, ResetUserPassword
from ports.reads import Reads, Tree

USERS = "users"
USER = Shown(shape="user", one="user", many="users")
ROLES = tuple(role.value for role in Role)
NAMES = frozenset({"first_name", "last_name"})
users = Resource("admin_users", __name__, "/admin/users", ADMIN)


class NewUserBody(Body):
    email = Str(required=True, max=EMAIL_MAX)
    password = Str(required=True, min=PASSWORD_MIN, max=PASSWORD_MAX)
    first_name = Str(max=NAME_MAX)
    last_name = Str(max=NAME_MAX)
    role = Word(*ROLES)


class UserBody(Body):
    """An empty name is none. api_token: Medusa v1 let callers choose one; here keys are made by the shop."""

    first_name = Str(max=NAME_MAX)
    last_name = Str(max=NAME_MAX)
    role = Word(*ROLES)
    api_token = Str(max=255)
    metadata = Metadata()


class MailboxBody(Body):
    email = Str(required=True, max=EMAIL_MAX)


class NewPasswordBody(Body):
    email = Str(max=EMAIL_MAX)
    token = Str(required=True, max=TOKEN_MAX)
    password = Str(required=True, min=PASSWORD_MIN, max=PASSWORD_MAX)


class UserFilters(Schema):
    q = Search()
    id = AnyOf()
    email = Exactly()
    first_name = Exactly()
    last_name = Exactly()
    role = AnyOf(choices=frozenset(ROLES))
    created_at = Compare(Moment())
    updated_at = Compare(Moment())
    deleted_at = Compare(Moment())


@inject
def show_written(actor: Actor, query: Query, result: str, reads: Reads = Provide["reads"]) -> Tree:
    return detail(USER, reads, actor, query, result)


@users.on("GET", "", allow=admin(USERS), lists=USER, query=UserFilters, limit=20)
@inject
def list_users(actor: Actor, query: Query, reads: Reads = Provide["reads"]) -> Tree:
    """List the people of the staff."""
    return listing(USER, reads, actor, query)


@users.on("POST", "", allow=admin(USERS), shows=USER, body=NewUserBody, answers=show_written)
@inject
def create(actor: Actor, body: dict[str, Any], create_user: CreateUser = Provide["create_user"]) -> str:
    """Make a user."""
    given = {name: value for name, value in body.items() if value}
    return create_user(actor, NewUser(**{**given, "role": Role(given.get("role", Role.MEMBER))}))


@users.on("POST", "/password-token", allow=PUBLIC, body=MailboxBody, budgets=RESET, repeatable=True, status=204)
@inject
def request_reset(
    actor: Actor, body: dict[str, Any], request: RequestUserPasswordReset = Provide["request_user_password_reset"]
) -> None:
    """Mail a link for a new password, if there is such a user. The answer is the same if there is none."""
    request(actor, body["email"])


@users.on(
    "POST",
    "/reset-password",
    allow=PUBLIC,
    shows=USER,
    body=NewPasswordBody,
    budgets=MAILED_TOKEN,
    answers=show_written,
    statuses=(401,),
)
@inject
def reset_password(
    actor: Actor, body: dict[str, Any], reset: ResetUserPassword = Provide["reset_user_password"]
) -> str:
    """Set a new password by a mailed token. It works once and ends all logins."""
    return reset(actor, secret_of(body["token"]), body["password"], body.get("email"))


@users.on("GET", "/<user_id>", allow=admin(USERS, people=True), shows=USER)
@inject
def show(actor: Actor, query: Query, user_id: str, reads: Reads = Provide["reads"]) -> Tree:
    """Show a user."""
    return detail(USER, reads, actor, query, user_id)


@users.on("POST", "/<user_id>", allow=admin(USERS, own="user_id"), shows=USER, body=UserBody, answers=show_written)
@inject
def update(actor: Actor, user_id: str, body: dict[str, Any], change: UpdateUser = Provide["update_user"]) -> str:
    """Change a user's names, role or metadata. Everybody may change their own names."""
    if not (role_permits(actor.role or Role.MEMBER, USERS) or body.keys() <= NAMES):
        raise Forbidden("your role may change your names only")
    if body.pop("api_token", None) is not None:
        problem = "an api_token cannot be chosen; make a key with POST /admin/api-keys"
        raise Invalid(problem, fields=[FieldProblem("api_token", problem)])
    role = body.pop("role", None)
    names = {name: body.pop(name) or None for name in NAMES & body.keys()}
    cleared = frozenset(name for name, value in names.items() if value is None)
    changes = UserChanges(**names, **body, cleared=cleared, role=None if role is None else Role(role))
    change(actor, user_id, changes)
    return user_id


@users.on("DELETE", "/<user_id>", allow=admin(USERS), repeatable=True)
@inject
def delete(actor: Actor, user_id: str, delete_user: DeleteUser = Provide["delete_user"]) -> Tree:
    """Remove a user with all their logins and keys."""
    delete_user(actor, user_id)
    return {"id": user_id, "object": "user", "deleted": True}
