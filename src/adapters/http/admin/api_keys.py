"""/admin/api-keys: programs' secret keys and storefronts' publishable ones, in one list."""

from __future__ import annotations

from typing import Any

from dependency_injector.wiring import Provide, inject
from marshmallow import Schema, ValidationError

from adapters.http.access import PERMISSIONS, admin
from adapters.http.body_fields import Body, Int, Many, Moment, Str, Word
from adapters.http.query import Query
from adapters.http.query_fields import AnyOf, Compare, Search
from adapters.http.query_fields import Moment as At
from adapters.http.routing import ADMIN, Resource
from adapters.http.shown import Shown, detail, listing
from core.domain.actor import Actor, Role
from core.domain.api_key import SCOPES_MAX, TITLE_MAX
from core.domain.errors import FieldProblem, Invalid
from core.domain.permissions import EVERYTHING, READ
from core.use_cases.api_key.create_api_key import CreateApiKey, NewApiKey
from core.use_cases.api_key.edit_api_keys import DeleteApiKey, RevokeApiKey, UpdateApiKey
from core.use_cases.publishable_key.change_channels import LinkKeyChannels
from core.use_cases.publishable_key.edit_publishable_keys import (
    CreatePublishableKey,
    DeletePublishableKey,
    RenamePublishableKey,
    RevokePublishableKey,
)
from ports.reads import Reads, Tree

KEYS = "keys"
SECRET, PUBLISHABLE = "secret", "publishable"
PUBLISHABLE_PREFIX = "pk_"
API_KEY = Shown(shape="api_key", one="api_key", many="api_keys", default="*,*sales_channels")
REVOKE_IN_MAX = 366 * 24 * 3600
api_keys = Resource("admin_api_keys", __name__, "/admin/api-keys", ADMIN)


def _scope(text: str) -> None:
    if text != EVERYTHING and text.removesuffix(READ) not in PERMISSIONS:
        raise ValidationError(f"there is no scope {text[:50]}")


def _scopes() -> Many:
    return Many(Str(max=64, validate=_scope), max=SCOPES_MAX)


class NewKeyBody(Body):
    """role, scopes and expires_at are of secret keys."""

    title = Str(required=True, max=TITLE_MAX)
    type = Word(SECRET, PUBLISHABLE, required=True)
    role = Word(*(role.value for role in Role))
    scopes = _scopes()
    expires_at = Moment()


class KeyBody(Body):
    title = Str(max=TITLE_MAX)
    scopes = _scopes()


class RevocationBody(Body):
    """revoke_in: seconds from now."""

    revoke_in = Int(min=0, max=REVOKE_IN_MAX)


class ChannelsBody(Body):
    add = Many(Str(max=255), max=1_000)
    remove = Many(Str(max=255), max=1_000)


class KeyFilters(Schema):
    q = Search()
    id = AnyOf()
    title = AnyOf()
    token = AnyOf()
    type = AnyOf(choices=frozenset({SECRET, PUBLISHABLE}))
    created_at = Compare(At())
    updated_at = Compare(At())
    revoked_at = Compare(At())
    last_used_at = Compare(At())


@inject
def show_written(actor: Actor, query: Query, result: str, reads: Reads = Provide["reads"]) -> Tree:
    return detail(API_KEY, reads, actor, query, result)


@api_keys.on("GET", "", allow=admin(KEYS), lists=API_KEY, query=KeyFilters, limit=20)
@inject
def list_keys(actor: Actor, query: Query, reads: Reads = Provide["reads"]) -> Tree:
    """List API keys. Of secret ones only ``redacted`` is shown."""
    return listing(API_KEY, reads, actor, query)


@api_keys.on("POST", "", allow=admin(KEYS), shows=API_KEY, body=NewKeyBody, secret=True)
@inject
def create(
    actor: Actor,
    query: Query,
    body: dict[str, Any],
    create_key: CreateApiKey = Provide["create_api_key"],
    create_publishable: CreatePublishableKey = Provide["create_publishable_key"],
    reads: Reads = Provide["reads"],
) -> Tree:
    """Make an API key that acts for you, or name a storefront. A secret token is shown this once."""
    if body["type"] == PUBLISHABLE:
        if any(body.get(name) is not None for name in ("role", "scopes", "expires_at")):
            raise _wrong("type", "a publishable key gives no rights: leave out role, scopes and expires_at")
        return detail(API_KEY, reads, actor, query, create_publishable(actor, body["title"]))
    given = {name: body[name] for name in ("title", "expires_at") if body.get(name) is not None}
    if body.get("role") is not None:
        given["role"] = Role(body["role"])
    if body.get("scopes") is not None:
        given["scopes"] = tuple(body["scopes"])
    issued = create_key(actor, NewApiKey(**given))
    shown = detail(API_KEY, reads, actor, query, issued.id)
    key = shown["api_key"]
    return {**shown, "api_key": {**key, "token": issued.token} if isinstance(key, dict) else key}


@api_keys.on("GET", "/<key_id>", allow=admin(KEYS), shows=API_KEY)
@inject
def show(actor: Actor, query: Query, key_id: str, reads: Reads = Provide["reads"]) -> Tree:
    """Show an API key."""
    return detail(API_KEY, reads, actor, query, key_id)


@api_keys.on("POST", "/<key_id>", allow=admin(KEYS), shows=API_KEY, body=KeyBody, answers=show_written)
@inject
def update(
    actor: Actor,
    key_id: str,
    body: dict[str, Any],
    change: UpdateApiKey = Provide["update_api_key"],
    rename: RenamePublishableKey = Provide["rename_publishable_key"],
) -> str:
    """Rename an API key, or set anew what a secret one may act on."""
    if _is_publishable(key_id):
        if body.get("scopes") is not None:
            raise _wrong("scopes", "a publishable key gives no rights: leave out scopes")
        rename(actor, key_id, body.get("title"))
    else:
        scopes = body.get("scopes")
        change(actor, key_id, body.get("title"), None if scopes is None else tuple(scopes))
    return key_id


@api_keys.on(
    "POST",
    "/<key_id>/revoke",
    allow=admin(KEYS),
    shows=API_KEY,
    body=RevocationBody,
    body_required=False,
    answers=show_written,
)
@inject
def revoke(
    actor: Actor,
    key_id: str,
    body: dict[str, Any],
    revoke_key: RevokeApiKey = Provide["revoke_api_key"],
    revoke_publishable: RevokePublishableKey = Provide["revoke_publishable_key"],
) -> str:
    """End an API key: at once, or a secret one in ``revoke_in`` seconds."""
    if _is_publishable(key_id):
        revoke_publishable(actor, key_id)
    else:
        revoke_key(actor, key_id, body.get("revoke_in") or 0)
    return key_id


@api_keys.on("DELETE", "/<key_id>", allow=admin(KEYS), repeatable=True)
@inject
def delete(
    actor: Actor,
    key_id: str,
    delete_key: DeleteApiKey = Provide["delete_api_key"],
    delete_publishable: DeletePublishableKey = Provide["delete_publishable_key"],
) -> Tree:
    """Take a revoked API key off the list."""
    if _is_publishable(key_id):
        delete_publishable(actor, key_id, revoked_only=True)
    else:
        delete_key(actor, key_id)
    return {"id": key_id, "object": "api_key", "deleted": True}


@api_keys.on(
    "POST",
    "/<key_id>/sales-channels",
    allow=admin(KEYS),
    shows=API_KEY,
    body=ChannelsBody,
    answers=show_written,
)
@inject
def link_channels(
    actor: Actor, key_id: str, body: dict[str, Any], link: LinkKeyChannels = Provide["link_key_channels"]
) -> str:
    """Say in which sales channels the storefront of a publishable key sells."""
    if not _is_publishable(key_id):
        raise Invalid("Sales channels can only be associated with publishable API keys")
    link(actor, key_id, body.get("add") or (), body.get("remove") or ())
    return key_id


def _is_publishable(key_id: str) -> bool:
    return key_id.startswith(PUBLISHABLE_PREFIX)


def _wrong(field: str, message: str) -> Invalid:
    return Invalid(message, fields=[FieldProblem(field, message)])
