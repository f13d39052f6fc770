"""/store/collections"""

from dependency_injector.wiring import Provide, inject
from flask import Response
from marshmallow import Schema

from adapters.http.access import EVERYONE
from adapters.http.catalogue import kept
from adapters.http.market import market_of
from adapters.http.query import Query
from adapters.http.query_fields import AnyOf, Compare, Moment
from adapters.http.routing import CATALOGUE, STORE, Resource
from adapters.http.shown import Shown, detail, listing
from core.domain.actor import Actor
from ports.glances import Glances
from ports.reads import Reads

COLLECTION = Shown(shape="product_collection", one="collection", many="collections", default="*")
LIMIT = 10  # Medusa v1's
collections = Resource("store_collections", __name__, "/store/collections", STORE)


class CollectionFilters(Schema):
    handle = AnyOf()
    created_at = Compare(Moment())
    updated_at = Compare(Moment())


@collections.on("GET", "", allow=EVERYONE, lists=COLLECTION, query=CollectionFilters, limit=LIMIT, cache=CATALOGUE)
@inject
def list_collections(
    actor: Actor, query: Query, reads: Reads = Provide["reads"], glances: Glances = Provide["glances"]
) -> Response:
    """List collections of products."""
    context, edition = market_of(glances, actor, query)
    return kept(actor, edition, lambda: listing(COLLECTION, reads, actor, query, context=context), context)


@collections.on("GET", "/<collection_id>", allow=EVERYONE, shows=COLLECTION, cache=CATALOGUE)
@inject
def show_collection(
    actor: Actor,
    query: Query,
    collection_id: str,
    reads: Reads = Provide["reads"],
    glances: Glances = Provide["glances"],
) -> Response:
    """Show one collection of products."""
    context, edition = market_of(glances, actor, query)
    return kept(
        actor, edition, lambda: detail(COLLECTION, reads, actor, query, collection_id, context=context), context
    )
