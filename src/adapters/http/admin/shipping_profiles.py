"""/admin/shipping-profiles"""

from typing import Any

from dependency_injector.wiring import Provide, inject

from adapters.http.access import admin
from adapters.http.body_fields import Body, Many, Metadata, Str, Word
from adapters.http.paging import oldest_first
from adapters.http.query import Query
from adapters.http.routing import ADMIN, Resource
from adapters.http.shown import Shown, detail, listing
from core.domain.actor import Actor
from core.domain.shop import ProfileType
from core.use_cases.shipping.edit_profiles import (
    CreateShippingProfile,
    DeleteShippingProfile,
    ProfileChanges,
    UpdateShippingProfile,
)
from ports.reads import Reads, Tree

SHIPPING = "shipping"
_PROFILE = {"shape": "shipping_profile", "one": "shipping_profile", "many": "shipping_profiles"}
PLAIN = Shown(**_PROFILE)
PROFILE = Shown(**_PROFILE, default="*,*products,*shipping_options")
shipping_profiles = Resource("admin_shipping_profiles", __name__, "/admin/shipping-profiles", ADMIN)
_TYPES = tuple(type.value for type in ProfileType)


class NewProfileBody(Body):
    name = Str(required=True, max=255)
    type = Word(*_TYPES, required=True)
    metadata = Metadata()


class ProfileBody(Body):
    name = Str(min=1, max=255)
    type = Word(*_TYPES)
    products = Many(Str(max=255), max=1_000)
    shipping_options = Many(Str(max=255), max=1_000)
    metadata = Metadata()


@inject
def show_plain(actor: Actor, query: Query, result: str, reads: Reads = Provide["reads"]) -> Tree:
    return detail(PLAIN, reads, actor, query, result)


@inject
def show_written(actor: Actor, query: Query, result: str, reads: Reads = Provide["reads"]) -> Tree:
    return detail(PROFILE, reads, actor, query, result)


@shipping_profiles.on("GET", "", allow=admin(SHIPPING), lists=PLAIN, limit=None)
@inject
def list_profiles(actor: Actor, query: Query, reads: Reads = Provide["reads"]) -> Tree:
    """List kinds of goods that are shipped alike, the oldest first unless asked otherwise."""
    return listing(PLAIN, reads, actor, oldest_first(query))


@shipping_profiles.on("POST", "", allow=admin(SHIPPING), shows=PLAIN, body=NewProfileBody, answers=show_plain)
@inject
def create(
    actor: Actor,
    body: dict[str, Any],
    create_profile: CreateShippingProfile = Provide["create_shipping_profile"],
) -> str:
    """Make a kind of goods that are shipped alike."""
    return create_profile(actor, body["name"], ProfileType(body["type"]), body.get("metadata"))


@shipping_profiles.on("GET", "/<profile_id>", allow=admin(SHIPPING), shows=PROFILE)
@inject
def show(actor: Actor, query: Query, profile_id: str, reads: Reads = Provide["reads"]) -> Tree:
    """Show a kind of goods with what is of it and the ways it is shipped."""
    return detail(PROFILE, reads, actor, query, profile_id)


@shipping_profiles.on(
    "POST", "/<profile_id>", allow=admin(SHIPPING), shows=PROFILE, body=ProfileBody, answers=show_written
)
@inject
def update(
    actor: Actor,
    profile_id: str,
    body: dict[str, Any],
    change: UpdateShippingProfile = Provide["update_shipping_profile"],
) -> str:
    """Change a kind of goods; products and ways to ship that are named are moved to it."""
    kind = body.get("type")
    changes = ProfileChanges(
        name=body.get("name"),
        type=None if kind is None else ProfileType(kind),
        product_ids=body.get("products") or (),
        shipping_option_ids=body.get("shipping_options") or (),
        metadata=body.get("metadata"),
    )
    change(actor, profile_id, changes)
    return profile_id


@shipping_profiles.on("DELETE", "/<profile_id>", allow=admin(SHIPPING), repeatable=True)
@inject
def delete(
    actor: Actor, profile_id: str, delete_profile: DeleteShippingProfile = Provide["delete_shipping_profile"]
) -> Tree:
    """Delete a kind of goods."""
    delete_profile(actor, profile_id)
    return {"id": profile_id, "object": "shipping_profile", "deleted": True}
