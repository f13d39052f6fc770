"""/admin/sales-channels"""

from typing import Any

from dependency_injector.wiring import Provide, inject
from marshmallow import Schema

from adapters.http.access import admin
from adapters.http.body_fields import Body, Bool, Many, Metadata, Part, Str
from adapters.http.query import Query
from adapters.http.query_fields import Compare, Exactly, Moment, Search
from adapters.http.routing import ADMIN, Resource
from adapters.http.shown import Shown, detail, listing
from core.domain.actor import Actor
from core.use_cases.sales_channel.change_products import ChangeChannelProducts
from core.use_cases.sales_channel.edit_sales_channels import (
    CreateSalesChannel,
    DeleteSalesChannel,
    NewSalesChannel,
    SalesChannelChanges,
    UpdateSalesChannel,
)
from ports.reads import Reads, Tree

CHANNELS = "sales_channels"
CHANNEL = Shown(shape="sales_channel", one="sales_channel", many="sales_channels")
LIMIT = 20  # Medusa v1's
sales_channels = Resource("admin_sales_channels", __name__, "/admin/sales-channels", ADMIN)


class ChannelBody(Body):
    name = Str(min=1, max=255)
    description = Str(max=10_000)
    is_disabled = Bool()
    metadata = Metadata()


class NewChannelBody(ChannelBody):
    name = Str(required=True, min=1, max=255)


class ProductBody(Body):
    id = Str(required=True, max=255)


class ProductsBody(Body):
    product_ids = Many(Part(ProductBody), required=True, max=1_000)


class ChannelFilters(Schema):
    q = Search()
    id = Exactly()
    name = Exactly()
    description = Exactly()
    created_at = Compare(Moment())
    updated_at = Compare(Moment())
    deleted_at = Compare(Moment())


@inject
def show_channel(actor: Actor, query: Query, result: str, reads: Reads = Provide["reads"]) -> Tree:
    return detail(CHANNEL, reads, actor, query, result)


@sales_channels.on("GET", "", allow=admin(CHANNELS), lists=CHANNEL, query=ChannelFilters, limit=LIMIT)
@inject
def list_channels(actor: Actor, query: Query, reads: Reads = Provide["reads"]) -> Tree:
    """List sales channels."""
    return listing(CHANNEL, reads, actor, query)


@sales_channels.on("POST", "", allow=admin(CHANNELS), shows=CHANNEL, body=NewChannelBody, answers=show_channel)
@inject
def create(
    actor: Actor, body: dict[str, Any], create_channel: CreateSalesChannel = Provide["create_sales_channel"]
) -> str:
    """Create a sales channel."""
    new = NewSalesChannel(
        name=body["name"],
        description=body.get("description"),
        is_disabled=bool(body.get("is_disabled")),
        metadata=body.get("metadata"),
    )
    return create_channel(actor, new)


@sales_channels.on("GET", "/<channel_id>", allow=admin(CHANNELS), shows=CHANNEL)
@inject
def show(actor: Actor, query: Query, channel_id: str, reads: Reads = Provide["reads"]) -> Tree:
    """Show a sales channel."""
    return detail(CHANNEL, reads, actor, query, channel_id)


@sales_channels.on(
    "POST", "/<channel_id>", allow=admin(CHANNELS), shows=CHANNEL, body=ChannelBody, answers=show_channel
)
@inject
def update(
    actor: Actor,
    channel_id: str,
    body: dict[str, Any],
    change: UpdateSalesChannel = Provide["update_sales_channel"],
) -> str:
    """Change a sales channel; nothing is sold in a disabled one."""
    values = {name: value for name, value in body.items() if name != "metadata"}
    change(actor, channel_id, SalesChannelChanges(values=values, metadata=body.get("metadata")))
    return channel_id


@sales_channels.on("DELETE", "/<channel_id>", allow=admin(CHANNELS), repeatable=True)
@inject
def delete(actor: Actor, channel_id: str, delete: DeleteSalesChannel = Provide["delete_sales_channel"]) -> Tree:
    """Delete a sales channel other than the default one."""
    delete(actor, channel_id)
    return {"id": channel_id, "object": "sales-channel", "deleted": True}


@sales_channels.on(
    "POST",
    "/<channel_id>/products/batch",
    allow=admin(CHANNELS),
    shows=CHANNEL,
    body=ProductsBody,
    answers=show_channel,
)
@inject
def add_products(
    actor: Actor,
    channel_id: str,
    body: dict[str, Any],
    change: ChangeChannelProducts = Provide["change_channel_products"],
) -> str:
    """Sell products in a channel."""
    change(actor, channel_id, _ids(body), member=True)
    return channel_id


@sales_channels.on(
    "DELETE",
    "/<channel_id>/products/batch",
    allow=admin(CHANNELS),
    shows=CHANNEL,
    body=ProductsBody,
    answers=show_channel,
)
@inject
def remove_products(
    actor: Actor,
    channel_id: str,
    body: dict[str, Any],
    change: ChangeChannelProducts = Provide["change_channel_products"],
) -> str:
    """Sell products no longer in a channel."""
    change(actor, channel_id, _ids(body), member=False)
    return channel_id


def _ids(body: dict[str, Any]) -> list[str]:
    return [product["id"] for product in body["product_ids"]]
