"""/admin/tax-rates"""

from typing import Any

from dependency_injector.wiring import Provide, inject
from marshmallow import Schema

from adapters.http.access import admin
from adapters.http.body_fields import Body, Dec, Many, Str
from adapters.http.query import Query
from adapters.http.query_fields import AnyOf, Compare, Exactly, Moment, Percentage, Search
from adapters.http.routing import ADMIN, Resource
from adapters.http.shown import Shown, detail, listing
from core.domain.actor import Actor
from core.use_cases.tax_rate.edit_tax_rates import (
    ATTRIBUTES,
    CreateTaxRate,
    DeleteTaxRate,
    Links,
    LinkTaxRate,
    NewTaxRate,
    UpdateTaxRate,
)
from ports.reads import Reads, Tree

PRICING = "pricing"
TAX_RATE = Shown(shape="tax_rate", one="tax_rate", many="tax_rates")
tax_rates = Resource("admin_tax_rates", __name__, "/admin/tax-rates", ADMIN)
# What a rate is linked to: the name in bodies and URLs, and the name the use cases know.
_KINDS = {
    "products": "product_ids",
    "product_types": "product_type_ids",
    "shipping_options": "shipping_option_ids",
}


def _many(**more: Any) -> Many:
    return Many(Str(max=255), max=1_000, **more)


class TaxRateBody(Body):
    code = Str(min=1, max=255)
    name = Str(min=1, max=255)
    region_id = Str(max=255)
    rate = Dec(min=0, max=100)
    products = _many()
    product_types = _many()
    shipping_options = _many()


class NewTaxRateBody(TaxRateBody):
    code = Str(required=True, max=255)
    name = Str(required=True, max=255)
    region_id = Str(required=True, max=255)


class ProductsBody(Body):
    products = _many(required=True)


class ProductTypesBody(Body):
    product_types = _many(required=True)


class ShippingOptionsBody(Body):
    shipping_options = _many(required=True)


class TaxRateFilters(Schema):
    q = Search()
    name = Exactly()
    region_id = AnyOf()
    code = Exactly()
    rate = Compare(Percentage())
    created_at = Compare(Moment())
    updated_at = Compare(Moment())
    deleted_at = Compare(Moment())


@inject
def show_written(actor: Actor, query: Query, result: str, reads: Reads = Provide["reads"]) -> Tree:
    return detail(TAX_RATE, reads, actor, query, result)


@tax_rates.on("GET", "", allow=admin(PRICING), lists=TAX_RATE, query=TaxRateFilters)
@inject
def list_rates(actor: Actor, query: Query, reads: Reads = Provide["reads"]) -> Tree:
    """List tax rates that are linked to goods or shipping options."""
    return listing(TAX_RATE, reads, actor, query)


@tax_rates.on("POST", "", allow=admin(PRICING), shows=TAX_RATE, body=NewTaxRateBody, answers=show_written)
@inject
def create(actor: Actor, body: dict[str, Any], create_rate: CreateTaxRate = Provide["create_tax_rate"]) -> str:
    """Create a tax rate."""
    values = {name: value for name, value in body.items() if name in ATTRIBUTES and value is not None}
    return create_rate(actor, NewTaxRate(links=_links(body), **values))


@tax_rates.on("GET", "/<rate_id>", allow=admin(PRICING), shows=TAX_RATE)
@inject
def show(actor: Actor, query: Query, rate_id: str, reads: Reads = Provide["reads"]) -> Tree:
    """Show a tax rate."""
    return detail(TAX_RATE, reads, actor, query, rate_id)


@tax_rates.on("POST", "/<rate_id>", allow=admin(PRICING), shows=TAX_RATE, body=TaxRateBody, answers=show_written)
@inject
def update(
    actor: Actor, rate_id: str, body: dict[str, Any], change: UpdateTaxRate = Provide["update_tax_rate"]
) -> str:
    """Change a tax rate; lists of goods that are given replace what it was linked to."""
    change(actor, rate_id, {name: value for name, value in body.items() if name in ATTRIBUTES}, _links(body))
    return rate_id


@tax_rates.on("DELETE", "/<rate_id>", allow=admin(PRICING), repeatable=True)
@inject
def delete(actor: Actor, rate_id: str, delete_rate: DeleteTaxRate = Provide["delete_tax_rate"]) -> Tree:
    """Delete a tax rate; what it taxed falls back to the region's own."""
    delete_rate(actor, rate_id)
    return {"id": rate_id, "object": "tax-rate", "deleted": True}


@tax_rates.on(
    "POST",
    "/<rate_id>/products/batch",
    allow=admin(PRICING),
    shows=TAX_RATE,
    body=ProductsBody,
    answers=show_written,
)
@inject
def add_products(
    actor: Actor, rate_id: str, body: dict[str, Any], link: LinkTaxRate = Provide["link_tax_rate"]
) -> str:
    """Tax products at a rate."""
    link(actor, rate_id, _links(body))
    return rate_id


@tax_rates.on(
    "DELETE",
    "/<rate_id>/products/batch",
    allow=admin(PRICING),
    shows=TAX_RATE,
    body=ProductsBody,
    answers=show_written,
)
@inject
def remove_products(
    actor: Actor, rate_id: str, body: dict[str, Any], link: LinkTaxRate = Provide["link_tax_rate"]
) -> str:
    """Tax products at a rate no longer."""
    link(actor, rate_id, _links(body), remove=True)
    return rate_id


@tax_rates.on(
    "POST",
    "/<rate_id>/product-types/batch",
    allow=admin(PRICING),
    shows=TAX_RATE,
    body=ProductTypesBody,
    answers=show_written,
)
@inject
def add_product_types(
    actor: Actor, rate_id: str, body: dict[str, Any], link: LinkTaxRate = Provide["link_tax_rate"]
) -> str:
    """Tax product types at a rate."""
    link(actor, rate_id, _links(body))
    return rate_id


@tax_rates.on(
    "DELETE",
    "/<rate_id>/product-types/batch",
    allow=admin(PRICING),
    shows=TAX_RATE,
    body=ProductTypesBody,
    answers=show_written,
)
@inject
def remove_product_types(
    actor: Actor, rate_id: str, body: dict[str, Any], link: LinkTaxRate = Provide["link_tax_rate"]
) -> str:
    """Tax product types at a rate no longer."""
    link(actor, rate_id, _links(body), remove=True)
    return rate_id


@tax_rates.on(
    "POST",
    "/<rate_id>/shipping-options/batch",
    allow=admin(PRICING),
    shows=TAX_RATE,
    body=ShippingOptionsBody,
    answers=show_written,
)
@inject
def add_shipping_options(
    actor: Actor, rate_id: str, body: dict[str, Any], link: LinkTaxRate = Provide["link_tax_rate"]
) -> str:
    """Tax shipping options at a rate."""
    link(actor, rate_id, _links(body))
    return rate_id


@tax_rates.on(
    "DELETE",
    "/<rate_id>/shipping-options/batch",
    allow=admin(PRICING),
    shows=TAX_RATE,
    body=ShippingOptionsBody,
    answers=show_written,
)
@inject
def remove_shipping_options(
    actor: Actor, rate_id: str, body: dict[str, Any], link: LinkTaxRate = Provide["link_tax_rate"]
) -> str:
    """Tax shipping options at a rate no longer."""
    link(actor, rate_id, _links(body), remove=True)
    return rate_id


def _links(body: dict[str, Any]) -> Links:
    given = {ours: tuple(body[sent]) for sent, ours in _KINDS.items() if body.get(sent) is not None}
    return Links(**given)
