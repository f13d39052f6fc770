"""/store/product-categories"""

from dependency_injector.wiring import Provide, inject
from flask import Response

from adapters.http.access import EVERYONE
from adapters.http.catalogue import kept
from adapters.http.categories import CATEGORY, CategoryFilters, list_categories, show_category
from adapters.http.market import market_of
from adapters.http.query import Query
from adapters.http.routing import CATALOGUE, STORE, Resource
from core.domain.actor import Actor
from ports.glances import Glances
from ports.reads import Reads

product_categories = Resource("store_product_categories", __name__, "/store/product-categories", STORE)


@product_categories.on("GET", "", allow=EVERYONE, lists=CATEGORY, query=CategoryFilters, cache=CATALOGUE)
@inject
def list_product_categories(
    actor: Actor, query: Query, reads: Reads = Provide["reads"], glances: Glances = Provide["glances"]
) -> Response:
    """List categories that are active and not internal, by rank."""
    context, edition = market_of(glances, actor, query)
    return kept(actor, edition, lambda: list_categories(reads, actor, query, context), context)


@product_categories.on("GET", "/<category_id>", allow=EVERYONE, shows=CATEGORY, cache=CATALOGUE)
@inject
def show_product_category(
    actor: Actor,
    query: Query,
    category_id: str,
    reads: Reads = Provide["reads"],
    glances: Glances = Provide["glances"],
) -> Response:
    """Show one category with its parent and everything below it."""
    context, edition = market_of(glances, actor, query)
    return kept(actor, edition, lambda: show_category(reads, actor, query, category_id, context), context)
