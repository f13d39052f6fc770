"""/admin/variants"""

from dataclasses import replace
from typing import Any

from dependency_injector.wiring import Provide, inject
from marshmallow import Schema

from adapters.http.access import admin
from adapters.http.fields import choose
from adapters.http.market import market_context
from adapters.http.query import Query
from adapters.http.query_fields import AnyOf, Compare, Exactly, Flag, Moment, Search, Text, Whole
from adapters.http.routing import ADMIN, Resource
from adapters.http.shown import Shown, detail, equals, listing, tree_of
from core.domain.actor import Actor
from ports.glances import Glances
from ports.reads import Reads, Tree

STOCK = "inventory_quantity,product.sales_channels.name"
VARIANT = Shown(shape="variant", one="variant", many="variants", default="*,*prices,*options,*product")
variants = Resource("admin_variants", __name__, "/admin/variants", ADMIN)


class VariantFilters(Schema):
    q = Search()
    id = AnyOf()
    title = AnyOf()
    manage_inventory = Exactly(Flag())
    allow_backorder = Exactly(Flag())
    inventory_quantity = Compare(Whole())
    created_at = Compare(Moment())
    updated_at = Compare(Moment())


class PricedVariantFilters(VariantFilters):
    cart_id = Text()
    region_id = Text()
    currency_code = Text()
    customer_id = Text()


@variants.on("GET", "", allow=admin("products"), lists=VARIANT, query=PricedVariantFilters, limit=100)
@inject
def list_variants(
    actor: Actor, query: Query, reads: Reads = Provide["reads"], glances: Glances = Provide["glances"]
) -> Tree:
    """List variants of all products, priced for the region, currency, cart or customer named."""
    context = replace(market_context(glances, actor, query), channel_ids=None)
    customer_id = query.get("customer_id")
    if customer_id:
        groups = glances.market(None, None, customer_id, context.now).group_ids
        context = replace(context, group_ids=groups)
    return listing(VARIANT, reads, actor, query, context=context)


@variants.on("GET", "/<variant_id>", allow=admin("products"), shows=VARIANT)
@inject
def show_variant(actor: Actor, query: Query, variant_id: str, reads: Reads = Provide["reads"]) -> Tree:
    """Show one variant."""
    return detail(VARIANT, reads, actor, query, variant_id)


@variants.on("GET", "/<variant_id>/inventory", allow=admin("products"))
@inject
def show_inventory(actor: Actor, query: Query, variant_id: str, reads: Reads = Provide["reads"]) -> Tree:
    """What of a variant can be had in which sales channel. It is kept in no other place than the shop."""
    asked = Query(audience=query.audience, chosen=choose(STOCK, None, STOCK))
    variant: Any = tree_of(VARIANT, reads, actor, asked, [equals("id", variant_id)])
    available = [
        {
            "channel_id": channel["id"],
            "channel_name": channel["name"],
            "available_quantity": variant["inventory_quantity"],
        }
        for channel in variant["product"]["sales_channels"]
    ]
    return {"variant": {"id": variant["id"], "inventory": [], "sales_channel_availability": available}}
