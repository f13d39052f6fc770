"""/admin/product-types: made with products, listed here."""

from dependency_injector.wiring import Provide, inject

from adapters.http.access import admin
from adapters.http.labels import TYPE, LabelFilters
from adapters.http.query import Query
from adapters.http.routing import ADMIN, Resource
from adapters.http.shown import listing
from core.domain.actor import Actor
from ports.reads import Reads, Tree

LIMIT = 20  # Medusa v1's
product_types = Resource("admin_product_types", __name__, "/admin/product-types", ADMIN)


@product_types.on("GET", "", allow=admin("products"), lists=TYPE, query=LabelFilters, limit=LIMIT)
@inject
def list_product_types(actor: Actor, query: Query, reads: Reads = Provide["reads"]) -> Tree:
    """List the types products have."""
    return listing(TYPE, reads, actor, query)
