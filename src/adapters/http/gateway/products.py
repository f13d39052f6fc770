"""/products"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dependency_injector.wiring import Provide, inject
from flask import Response
from marshmallow import Schema

from adapters.http.access import EVERYONE
from adapters.http.catalogue import kept
from adapters.http.gateway.lists import page_of, paged
from adapters.http.gateway.preferences import preferences
from adapters.http.gateway.shown_lines import BASE_PATH as PRODUCTS
from adapters.http.gateway.shown_lines import DIGITAL, GOODS
from adapters.http.gateway.shown_product import (
    BASE_PATH,
    DETAILED,
    LISTED,
    RELATED,
    detail_view,
    product_view,
    slug_of,
)
from adapters.http.gateway.surface import GATEWAY, PageQuery
from adapters.http.market import Outlook, outlook
from adapters.http.query import Query
from adapters.http.query_fields import Text
from adapters.http.routing import CATALOGUE, Resource
from adapters.http.shown import equals
from core.domain.actor import Actor
from core.domain.errors import Invalid
from core.domain.product import ProductNotFound, VariantNotFound
from ports.glances import Glances
from ports.reads import Condition, Operator, ReadContext, Reads, Selection, Tree

LIMIT = 12
SORTS = {"createdAt": "created_at", "updatedAt": "updated_at", "name": "title", "price": "_price"}
RELATED_SORTS = {"createdAt": "created_at", "name": "_name", "price": "_price", "type": "reference_type"}
BY_RANK = (("rank", False),)
_ID = Selection(columns=frozenset({"id"}))
products = Resource("gateway_products", __name__, "/products", GATEWAY)


class ProductsQuery(PageQuery):
    type = Text()
    category = Text()
    base_path = Text(data_key="basePath")


class ProductQuery(Schema):
    variant_id = Text(data_key="variantId")
    locale = Text()
    base_path = Text(data_key="basePath")


class RelatedQuery(PageQuery):
    type = Text()
    base_path = Text(data_key="basePath")


@products.on("GET", "", allow=EVERYONE, query=ProductsQuery, cache=CATALOGUE)
@inject
def list_products(
    actor: Actor, query: Query, reads: Reads = Provide["reads"], glances: Glances = Provide["glances"]
) -> Response:
    """List published products, each with the price of its first variant."""
    paging, base = page_of(query, SORTS, default_limit=LIMIT), _base(query)
    seen = _look(glances, actor, query)
    where = [Condition("first_sku", Operator.NULL, False), *_narrowed(query)]

    def answer() -> Tree:
        page = reads.page("gateway_product", where, LISTED, seen.context, paging)
        return paged([_first_offer(row, seen.context, base) for row in page.rows], page.count)

    return kept(actor, seen.edition, answer, seen.context)


@products.on("GET", "/<product_id>", allow=EVERYONE, query=ProductQuery, cache=CATALOGUE)
@inject
def show_product(
    actor: Actor,
    query: Query,
    product_id: str,
    reads: Reads = Provide["reads"],
    glances: Glances = Provide["glances"],
) -> Response:
    """Show one published product by its id or its handle; ``variantId`` chooses a variant."""
    base, wanted = _base(query), query.get("variant_id")
    seen = _look(glances, actor, query)

    def answer() -> Tree:
        row = _found(reads, seen.context, product_id)
        variant = _chosen(row, wanted, strict=product_id == row["id"])
        return detail_view(row, variant, _currency(seen.context), base)

    return kept(actor, seen.edition, answer, seen.context)


@products.on(
    "GET",
    "/<product_id>/variants/<variant_id>/related-products",
    allow=EVERYONE,
    query=RelatedQuery,
    cache=CATALOGUE,
)
@inject
def list_related_products(
    actor: Actor,
    query: Query,
    product_id: str,
    variant_id: str,
    reads: Reads = Provide["reads"],
    glances: Glances = Provide["glances"],
) -> Response:
    """List what goes with a variant, in the shop's order; ``type`` is that of the relation."""
    paging, base = page_of(query, RELATED_SORTS, default_limit=LIMIT, default=BY_RANK), _base(query)
    seen = _look(glances, actor, query)
    where = [equals("source_product_variant_id", variant_id), Condition("target_sku", Operator.NULL, False)]
    if query.get("type"):
        where.append(equals("reference_type", query["type"]))

    def answer() -> Tree:
        of_product = [equals("id", variant_id), equals("product_id", product_id)]
        if reads.first("variant", of_product, _ID, seen.context) is None:
            raise VariantNotFound("Not found")
        page = reads.page("gateway_reference", where, RELATED, seen.context, paging)
        return paged([_target(row, seen.context, base) for row in page.rows], page.count)

    return kept(actor, seen.edition, answer, seen.context)


def _look(glances: Glances, actor: Actor, query: Query) -> Outlook:
    """Prices are those of the currency asked for, wherever the buyer is."""
    currency = {"currency_code": preferences().currency.lower()}
    return outlook(glances, actor, replace(query, values=currency))


def _narrowed(query: Query) -> list[Condition]:
    """``type`` is one of the API's two, or the value of a product type of the shop."""
    where = []
    if wanted := (query.get("type") or "").strip():
        kind = wanted.upper()
        where.append(equals("kind", kind) if kind in (GOODS, DIGITAL) else equals("type_value", wanted))
    if category := (query.get("category") or "").strip():
        where.append(equals("category_name", category))
    return where


def _base(query: Query) -> str:
    base: str | None = query.get("base_path")
    if base is None:
        return PRODUCTS
    if not BASE_PATH.fullmatch(base):
        raise Invalid("basePath must be a path of small letters, digits and dashes")
    return base.rstrip("/")


def _found(reads: Reads, context: ReadContext, named: str) -> Any:
    """By id, by handle; where a handle looks like an id, by that too. Raises ProductNotFound."""
    for name in ("id", "handle") if named.startswith("prod_") else ("handle", "id"):
        row: Any = reads.first("gateway_product", [equals(name, named)], DETAILED, context)
        if row is not None and row["variants"] and row["variants"][0]["sku"]:
            return row
    raise ProductNotFound("Not found")


def _chosen(row: Any, wanted: str | None, *, strict: bool) -> Any:
    """strict: what is unknown is not found; else it is the first variant."""
    variants = row["variants"]
    if not wanted:
        return variants[0]
    for variant in variants:
        if wanted in (variant["id"], slug_of(variant)):
            return variant
    if strict:
        raise VariantNotFound("Not found")
    return variants[0]


def _first_offer(row: Any, context: ReadContext, base: str) -> Tree:
    return product_view(row, row["variants"][0], _currency(context), base)


def _target(row: Any, context: ReadContext, base: str) -> Tree:
    variant = row["targetProduct"]
    return product_view(variant["product"], variant, _currency(context), base, name=variant["title"])


def _currency(context: ReadContext) -> str:
    return context.currency_code or ""
