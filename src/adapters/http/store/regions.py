"""/store/regions"""

from dependency_injector.wiring import Provide, inject
from flask import Response
from marshmallow import Schema

from adapters.http.access import EVERYONE
from adapters.http.catalogue import kept
from adapters.http.market import edition_of
from adapters.http.query import Query
from adapters.http.query_fields import Compare, Moment
from adapters.http.routing import CATALOGUE, STORE, Resource
from adapters.http.shown import Shown, detail, listing
from core.domain.actor import Actor
from ports.glances import Glances
from ports.reads import Reads

REGION = Shown(
    shape="region",
    one="region",
    many="regions",
    default="*,*currency,*countries,*payment_providers,*fulfillment_providers",
)
regions = Resource("store_regions", __name__, "/store/regions", STORE)


class RegionFilters(Schema):
    created_at = Compare(Moment())
    updated_at = Compare(Moment())


@regions.on("GET", "", allow=EVERYONE, lists=REGION, query=RegionFilters, cache=CATALOGUE)
@inject
def list_regions(
    actor: Actor, query: Query, reads: Reads = Provide["reads"], glances: Glances = Provide["glances"]
) -> Response:
    """List the regions the shop sells in."""
    return kept(actor, edition_of(glances), lambda: listing(REGION, reads, actor, query))


@regions.on("GET", "/<region_id>", allow=EVERYONE, shows=REGION, cache=CATALOGUE)
@inject
def show_region(
    actor: Actor,
    query: Query,
    region_id: str,
    reads: Reads = Provide["reads"],
    glances: Glances = Provide["glances"],
) -> Response:
    """Show one region."""
    edition = edition_of(glances)
    return kept(actor, edition, lambda: detail(REGION, reads, actor, query, region_id))
