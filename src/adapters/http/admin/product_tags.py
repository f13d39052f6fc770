"""/admin/product-tags: made with products, listed here."""

from dependency_injector.wiring import Provide, inject

from adapters.http.access import admin
from adapters.http.labels import TAG, LabelFilters
from adapters.http.query import Query
from adapters.http.routing import ADMIN, Resource
from adapters.http.shown import listing
from core.domain.actor import Actor
from ports.reads import Reads, Tree

LIMIT = 10  # Medusa v1's
product_tags = Resource("admin_product_tags", __name__, "/admin/product-tags", ADMIN)


@product_tags.on("GET", "", allow=admin("products"), lists=TAG, query=LabelFilters, limit=LIMIT)
@inject
def list_product_tags(actor: Actor, query: Query, reads: Reads = Provide["reads"]) -> Tree:
    """List the tags products have."""
    return listing(TAG, reads, actor, query)
