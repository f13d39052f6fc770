"""/admin/currencies"""

from typing import Any

from dependency_injector.wiring import Provide, inject
from marshmallow import Schema

from adapters.http.access import admin
from adapters.http.body_fields import Body, Bool
from adapters.http.query import Query
from adapters.http.query_fields import Exactly, Flag, Search
from adapters.http.routing import ADMIN, Resource
from adapters.http.shown import Shown, context_of, equals, tree_of
from core.domain.actor import Actor
from core.use_cases.store.edit_store import PriceCurrency
from ports.reads import Paging, Reads, Tree

CURRENCY = Shown(shape="currency", one="currency", many="currencies")
currencies = Resource("admin_currencies", __name__, "/admin/currencies", ADMIN)


class CurrencyBody(Body):
    includes_tax = Bool()


class CurrencyFilters(Schema):
    q = Search()
    code = Exactly()
    includes_tax = Exactly(Flag())


@currencies.on("GET", "", allow=admin("currencies"), lists=CURRENCY, query=CurrencyFilters, limit=20)
@inject
def list_currencies(actor: Actor, query: Query, reads: Reads = Provide["reads"]) -> Tree:
    """List the currencies there are, by code."""
    if query.chosen is None or query.paging is None:
        raise TypeError("declare the route with lists=")
    asked = [pair for pair in query.paging.order if pair[0] not in ("created_at", "id")]
    paging = Paging(offset=query.paging.offset, limit=query.paging.limit, order=asked or [("code", False)])
    page = reads.page("currency", query.where, query.chosen.selection, context_of(actor, query), paging)
    return {
        "currencies": [query.chosen.trim(row) for row in page.rows],
        "count": page.count,
        "offset": paging.offset,
        "limit": paging.limit,
    }


@inject
def show_written(actor: Actor, query: Query, code: str, reads: Reads = Provide["reads"]) -> Tree:
    return {"currency": tree_of(CURRENCY, reads, actor, query, [equals("code", code.lower())])}


@currencies.on("POST", "/<code>", allow=admin("currencies"), shows=CURRENCY, body=CurrencyBody, answers=show_written)
@inject
def update(actor: Actor, code: str, body: dict[str, Any], change: PriceCurrency = Provide["price_currency"]) -> str:
    """Say whether prices in a currency contain their tax."""
    change(actor, code, body.get("includes_tax"))
    return code
