"""/store/products"""

from dependency_injector.wiring import Provide, inject
from flask import Response
from marshmallow import INCLUDE, Schema, fields

from adapters.http.access import EVERYONE
from adapters.http.body_fields import Body, Int, Str
from adapters.http.cards import product_detail, product_listing
from adapters.http.catalogue import kept
from adapters.http.categories import with_category_children
from adapters.http.market import market_context, market_of, outlook
from adapters.http.query import Query
from adapters.http.query_fields import AnyOf, Compare, Exactly, Flag, Moment, Search, Text, Texts
from adapters.http.routing import CATALOGUE, STORE, Resource
from adapters.http.shown import Shown, by_default
from core.domain.actor import Actor
from ports.glances import Glances
from ports.product_search import ProductSearch
from ports.reads import Condition, Operator, Paging, Reads, Tree

PRODUCT = Shown(
    shape="product",
    one="product",
    many="products",
    default=(
        "*,*variants,variants.prices.*,variants.prices.price_list.*,variants.options.*,*options,options.values.*,*images,*tags,"
        "*collection,*type,*profiles"
    ),
)
products = Resource("store_products", __name__, "/store/products", STORE)


HITS = 20
HITS_MAX = 100


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
    category_id = AnyOf()
    include_category_children = Flag()
    is_giftcard = Exactly(Flag())
    sales_channel_id = Texts()
    created_at = Compare(Moment())
    updated_at = Compare(Moment())


class SearchBody(Body):
    """What search engines behind Medusa v1 take besides is let through and means nothing."""

    class Meta:
        unknown = INCLUDE

    q = Str(max=1_000)
    offset = Int(min=0, max=1_000_000)
    limit = Int(min=0)
    filter = fields.Raw(allow_none=True)


@products.on("GET", "", allow=EVERYONE, lists=PRODUCT, query=ProductFilters, cache=CATALOGUE)
@inject
def list_products(
    actor: Actor, query: Query, reads: Reads = Provide["reads"], glances: Glances = Provide["glances"]
) -> Response:
    """List published products, priced for the region, currency or cart named."""
    asked = with_category_children(query)
    context, edition = market_of(glances, actor, query, channels=query.get("sales_channel_id"))
    return kept(actor, edition, lambda: product_listing(PRODUCT, reads, actor, asked, context, edition), context)


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
    seen = outlook(glances, actor, query, channels=[channel] if channel else None)

    def answer() -> Tree:
        return product_detail(PRODUCT, reads, actor, query, product_id, seen.context, seen.edition)

    return kept(actor, seen.edition, lambda: seen.one("Product", product_id, answer), seen.context)


@products.on("POST", "/search", allow=EVERYONE, body=SearchBody, repeatable=True)
@inject
def search_products(
    actor: Actor,
    query: Query,
    body: Tree,
    search: ProductSearch = Provide["product_search"],
    reads: Reads = Provide["reads"],
    glances: Glances = Provide["glances"],
) -> Tree:
    """Search published products, best matches first."""
    context = market_context(glances, actor, query)
    limit, offset = body.get("limit"), body.get("offset")
    found = search.find(
        str(body.get("q") or ""),
        context,
        offset=offset if isinstance(offset, int) else 0,
        limit=min(limit, HITS_MAX) if isinstance(limit, int) else HITS,
    )
    if not found.product_ids:
        return {"hits": []}
    chosen = by_default(PRODUCT, query).chosen
    if chosen is None:
        raise TypeError("what a product shows unasked is known")
    page = reads.page(
        PRODUCT.shape, [Condition("id", Operator.IN, found.product_ids)], chosen.selection, context, Paging()
    )
    rows = {row["id"]: row for row in page.rows}
    return {"hits": [rows[id] for id in found.product_ids if id in rows]}
