"""/store/variants"""

from dataclasses import replace

from dependency_injector.wiring import Provide, inject
from flask import Response

from adapters.http.access import EVERYONE
from adapters.http.catalogue import kept
from adapters.http.market import market_of, outlook
from adapters.http.query import Query
from adapters.http.query_fields import AnyOf, Compare, Text, Texts, Whole
from adapters.http.routing import CATALOGUE, STORE, Resource
from adapters.http.shown import Shown, detail, listing
from adapters.http.store.products import Market
from core.domain.actor import Actor
from ports.glances import Glances
from ports.reads import Condition, Operator, Reads, Tree

VARIANT = Shown(shape="variant", one="variant", many="variants", default="*,*prices,*options,*product")
variants = Resource("store_variants", __name__, "/store/variants", STORE)


class VariantQuery(Market):
    sales_channel_id = Text()


class VariantFilters(VariantQuery):
    ids = Texts(commas=True)
    id = AnyOf()
    title = AnyOf()
    inventory_quantity = Compare(Whole())


def _named(query: Query) -> Query:
    """``ids`` beats ``id``, as in Medusa v1."""
    ids = query.get("ids")
    if ids is None:
        return query
    others = [condition for condition in query.where if condition.field != "id"]
    return replace(query, where=(*others, Condition("id", Operator.IN, ids)))


@variants.on("GET", "", allow=EVERYONE, lists=VARIANT, query=VariantFilters, cache=CATALOGUE)
@inject
def list_variants(
    actor: Actor, query: Query, reads: Reads = Provide["reads"], glances: Glances = Provide["glances"]
) -> Response:
    """List variants of published products, priced for the region, currency or cart named."""
    channel = query.get("sales_channel_id")
    context, edition = market_of(glances, actor, query, channels=[channel] if channel else None)

    def answer() -> dict[str, object]:
        page = listing(VARIANT, reads, actor, _named(query), context=context)
        return {VARIANT.many: page[VARIANT.many]}  # v1 tells no count here

    return kept(actor, edition, answer, context)


@variants.on("GET", "/<variant_id>", allow=EVERYONE, shows=VARIANT, query=VariantQuery, cache=CATALOGUE)
@inject
def show_variant(
    actor: Actor,
    query: Query,
    variant_id: str,
    reads: Reads = Provide["reads"],
    glances: Glances = Provide["glances"],
) -> Response:
    """Show one variant of a published product."""
    channel = query.get("sales_channel_id")
    seen = outlook(glances, actor, query, channels=[channel] if channel else None)

    def answer() -> Tree:
        return detail(VARIANT, reads, actor, query, variant_id, context=seen.context)

    return kept(actor, seen.edition, lambda: seen.one("Variant", variant_id, answer), seen.context)
