"""/admin/publishable-api-keys"""

from typing import Any

from dependency_injector.wiring import Provide, inject
from marshmallow import Schema

from adapters.http.access import admin
from adapters.http.admin.sales_channels import CHANNEL
from adapters.http.body_fields import Body, Many, Part, Str
from adapters.http.query import Query
from adapters.http.query_fields import Compare, Moment, Search
from adapters.http.routing import ADMIN, Resource
from adapters.http.shown import Shown, detail, equals, listing
from core.domain.actor import Actor
from core.use_cases.publishable_key.change_channels import ChangeKeyChannels
from core.use_cases.publishable_key.edit_publishable_keys import (
    CreatePublishableKey,
    DeletePublishableKey,
    RenamePublishableKey,
    RevokePublishableKey,
)
from ports.reads import Reads, Tree

KEYS = "keys"
KEY = Shown(shape="publishable_api_key", one="publishable_api_key", many="publishable_api_keys")
LIMIT = 20  # Medusa v1's
publishable_api_keys = Resource("admin_publishable_api_keys", __name__, "/admin/publishable-api-keys", ADMIN)


class NewKeyBody(Body):
    title = Str(required=True, min=1, max=255)


class KeyBody(Body):
    title = Str(min=1, max=255)


class ChannelBody(Body):
    id = Str(required=True, max=255)


class ChannelsBody(Body):
    sales_channel_ids = Many(Part(ChannelBody), required=True, max=1_000)


class KeyFilters(Schema):
    q = Search()
    created_at = Compare(Moment())
    updated_at = Compare(Moment())
    revoked_at = Compare(Moment())


class ChannelsOfKey(Schema):
    q = Search()


@inject
def show_key(actor: Actor, query: Query, result: str, reads: Reads = Provide["reads"]) -> Tree:
    return detail(KEY, reads, actor, query, result)


@publishable_api_keys.on("GET", "", allow=admin(KEYS), lists=KEY, query=KeyFilters, limit=LIMIT)
@inject
def list_keys(actor: Actor, query: Query, reads: Reads = Provide["reads"]) -> Tree:
    """List publishable keys."""
    return listing(KEY, reads, actor, query)


@publishable_api_keys.on("POST", "", allow=admin(KEYS), shows=KEY, body=NewKeyBody, answers=show_key)
@inject
def create(
    actor: Actor, body: dict[str, Any], create_key: CreatePublishableKey = Provide["create_publishable_key"]
) -> str:
    """Create a publishable key; its id is the key."""
    return create_key(actor, body["title"])


@publishable_api_keys.on("GET", "/<key_id>", allow=admin(KEYS), shows=KEY)
@inject
def show(actor: Actor, query: Query, key_id: str, reads: Reads = Provide["reads"]) -> Tree:
    """Show a publishable key."""
    return detail(KEY, reads, actor, query, key_id)


@publishable_api_keys.on("POST", "/<key_id>", allow=admin(KEYS), shows=KEY, body=KeyBody, answers=show_key)
@inject
def update(
    actor: Actor,
    key_id: str,
    body: dict[str, Any],
    rename: RenamePublishableKey = Provide["rename_publishable_key"],
) -> str:
    """Rename a publishable key."""
    rename(actor, key_id, body.get("title"))
    return key_id


@publishable_api_keys.on("DELETE", "/<key_id>", allow=admin(KEYS), repeatable=True)
@inject
def delete(actor: Actor, key_id: str, delete: DeletePublishableKey = Provide["delete_publishable_key"]) -> Tree:
    """Delete a publishable key."""
    delete(actor, key_id)
    return {"id": key_id, "object": "publishable_api_key", "deleted": True}


@publishable_api_keys.on("POST", "/<key_id>/revoke", allow=admin(KEYS), shows=KEY, answers=show_key)
@inject
def revoke(actor: Actor, key_id: str, revoke: RevokePublishableKey = Provide["revoke_publishable_key"]) -> str:
    """Revoke a publishable key for good."""
    revoke(actor, key_id)
    return key_id


@publishable_api_keys.on(
    "GET", "/<key_id>/sales-channels", allow=admin(KEYS), lists=CHANNEL, query=ChannelsOfKey, limit=None
)
@inject
def list_channels(actor: Actor, query: Query, key_id: str, reads: Reads = Provide["reads"]) -> Tree:
    """List the sales channels a key confines its storefront to."""
    page = listing(CHANNEL, reads, actor, query, [equals("publishable_key_id", key_id)])
    return {CHANNEL.many: page[CHANNEL.many]}  # v1 tells no count here


@publishable_api_keys.on(
    "POST", "/<key_id>/sales-channels/batch", allow=admin(KEYS), shows=KEY, body=ChannelsBody, answers=show_key
)
@inject
def add_channels(
    actor: Actor, key_id: str, body: dict[str, Any], change: ChangeKeyChannels = Provide["change_key_channels"]
) -> str:
    """Let a key's storefront sell in more sales channels."""
    change(actor, key_id, _ids(body), member=True)
    return key_id


@publishable_api_keys.on(
    "DELETE", "/<key_id>/sales-channels/batch", allow=admin(KEYS), shows=KEY, body=ChannelsBody, answers=show_key
)
@inject
def remove_channels(
    actor: Actor, key_id: str, body: dict[str, Any], change: ChangeKeyChannels = Provide["change_key_channels"]
) -> str:
    """Take sales channels from a key."""
    change(actor, key_id, _ids(body), member=False)
    return key_id


def _ids(body: dict[str, Any]) -> list[str]:
    return [channel["id"] for channel in body["sales_channel_ids"]]
