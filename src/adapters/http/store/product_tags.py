"""/store/product-tags"""

from dependency_injector.wiring import Provide, inject
from flask import Response

from adapters.http.access import EVERYONE
from adapters.http.catalogue import kept
from adapters.http.labels import TAG, LabelFilters
from adapters.http.market import edition_of
from adapters.http.query import Query
from adapters.http.routing import CATALOGUE, STORE, Resource
from adapters.http.shown import listing
from core.domain.actor import Actor
from ports.glances import Glances
from ports.reads import Reads

LIMIT = 20  # Medusa v1's
product_tags = Resource("store_product_tags", __name__, "/store/product-tags", STORE)


@product_tags.on("GET", "", allow=EVERYONE, lists=TAG, query=LabelFilters, limit=LIMIT, cache=CATALOGUE)
@inject
def list_product_tags(
    actor: Actor, query: Query, reads: Reads = Provide["reads"], glances: Glances = Provide["glances"]
) -> Response:
    """List the tags products have."""
    return kept(actor, edition_of(glances), lambda: listing(TAG, reads, actor, query))
