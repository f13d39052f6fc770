"""/store/products"""

from dependency_injector.wiring import Provide, inject
from flask import Response
from marshmallow import Schema

from adapters.http.access import EVERYONE
from adapters.http.catalogue import kept
from adapters.http.market import market_of
from adapters.http.query import Query
from adapters.http.query_fields import AnyOf, Compare, Exactly, Flag, Moment, Search, Text, Texts
from adapters.http.routing import CATALOGUE, STORE, Resource
from adapters.http.shown import Shown, detail, listing
from core.domain.actor import Actor
from ports.glances import Glances
from ports.reads import Reads

PRODUCT = Shown(
    shape="product",
    one="product",
    many="products",
    default=(
        "*,*variants,variants.prices.*,variants.options.*,*options,options.values.*,*images,*tags,"
        "*collection,*type,*profiles"
    ),
)
products = Resource("store_products", __name__, "/store/products", STORE)


class Market(Schema):
    cart_id = Text()
    region_id = Text()
    currency_code = Text()


class ProductQuery(Market):
    sales_channel_id = Text()


class ProductFilters(Market):
    id = AnyOf()
    q = Search()
    title = Exactly()
    description = Exactly()
    handle = AnyOf()
    collection_id = AnyOf()
    type_id = AnyOf()
    tags = AnyOf()
    is_giftcard = Exactly(Flag())
    sales_channel_id = Texts()
    created_at = Compare(Moment())
    updated_at = Compare(Moment())


@products.on("GET", "", allow=EVERYONE, lists=PRODUCT, query=ProductFilters, cache=CATALOGUE)
@inject
def list_products(
    actor: Actor, query: Query, reads: Reads = Provide["reads"], glances: Glances = Provide["glances"]
) -> Response:
    """List published products, priced for the region, currency or cart named."""
    context, edition = market_of(glances, actor, query, channels=query.get("sales_channel_id"))
    return kept(actor, edition, lambda: listing(PRODUCT, reads, actor, query, context=context), context)


@products.on("GET", "/<product_id>", allow=EVERYONE, shows=PRODUCT, query=ProductQuery, cache=CATALOGUE)
@inject
def show_product(
    actor: Actor,
    query: Query,
    product_id: str,
    reads: Reads = Provide["reads"],
    glances: Glances = Provide["glances"],
) -> Response:
    """Show one published product."""
    channel = query.get("sales_channel_id")
    context, edition = market_of(glances, actor, query, channels=[channel] if channel else None)
    return kept(actor, edition, lambda: detail(PRODUCT, reads, actor, query, product_id, context=context), context)
