"""/admin/regions"""

from typing import Any

from dependency_injector.wiring import Provide, inject
from marshmallow import Schema

from adapters.http.access import admin
from adapters.http.body_fields import Body, Bool, Dec, Many, Metadata, Str
from adapters.http.query import Query
from adapters.http.query_fields import AnyOf, Compare, Exactly, Moment, Search
from adapters.http.routing import ADMIN, Resource
from adapters.http.shown import detail, listing
from adapters.http.store.regions import REGION
from core.domain.actor import Actor
from core.use_cases.region.create_region import CreateRegion, NewRegion
from core.use_cases.region.delete_region import DeleteRegion
from core.use_cases.region.list_fulfillment_options import ListFulfillmentOptions
from core.use_cases.region.update_region import PLAIN, AddToRegion, RegionChanges, TakeFromRegion, UpdateRegion
from ports.reads import Reads, Tree

REGIONS = "regions"
regions = Resource("admin_regions", __name__, "/admin/regions", ADMIN)


def _codes(**more: Any) -> Many:
    return Many(Str(min=1, max=255), max=300, **more)


class RegionBody(Body):
    name = Str(min=1, max=255)
    currency_code = Str(max=3)
    automatic_taxes = Bool()
    gift_cards_taxable = Bool()
    tax_provider_id = Str(max=255)
    tax_code = Str(max=255)
    tax_rate = Dec(min=0, max=100)
    includes_tax = Bool()
    payment_providers = _codes()
    fulfillment_providers = _codes()
    countries = _codes()
    metadata = Metadata()


class NewRegionBody(Body):
    name = Str(required=True, max=255)
    currency_code = Str(required=True, max=3)
    tax_code = Str(max=255)
    tax_rate = Dec(min=0, max=100, required=True)
    payment_providers = _codes(required=True)
    fulfillment_providers = _codes(required=True)
    countries = _codes(required=True)
    includes_tax = Bool()
    metadata = Metadata()


class CountryBody(Body):
    country_code = Str(required=True, max=2)


class ProviderBody(Body):
    provider_id = Str(required=True, max=255)


class RegionFilters(Schema):
    q = Search()
    id = AnyOf()
    name = Exactly()
    created_at = Compare(Moment())
    updated_at = Compare(Moment())
    deleted_at = Compare(Moment())


@inject
def show_written(actor: Actor, query: Query, result: str, reads: Reads = Provide["reads"]) -> Tree:
    return detail(REGION, reads, actor, query, result)


def told_deleted(region_id: str) -> Tree:
    return {"id": region_id, "object": "region", "deleted": True}


@regions.on("GET", "", allow=admin(REGIONS), lists=REGION, query=RegionFilters)
@inject
def list_regions(actor: Actor, query: Query, reads: Reads = Provide["reads"]) -> Tree:
    """List regions."""
    return listing(REGION, reads, actor, query)


@regions.on("POST", "", allow=admin(REGIONS), shows=REGION, body=NewRegionBody, answers=show_written)
@inject
def create(actor: Actor, body: dict[str, Any], create_region: CreateRegion = Provide["create_region"]) -> str:
    """Sell somewhere new."""
    given = {name: value for name, value in body.items() if value is not None}
    return create_region(actor, NewRegion(**given))


@regions.on("GET", "/<region_id>", allow=admin(REGIONS), shows=REGION)
@inject
def show(actor: Actor, query: Query, region_id: str, reads: Reads = Provide["reads"]) -> Tree:
    """Show a region."""
    return detail(REGION, reads, actor, query, region_id)


@regions.on("POST", "/<region_id>", allow=admin(REGIONS), shows=REGION, body=RegionBody, answers=show_written)
@inject
def update(
    actor: Actor, region_id: str, body: dict[str, Any], change: UpdateRegion = Provide["update_region"]
) -> str:
    """Change a region; lists that are given replace what there was."""
    rest = {name: value for name, value in body.items() if name not in PLAIN}
    changes = RegionChanges(
        plain={name: body[name] for name in PLAIN & body.keys()},
        sets_tax_provider="tax_provider_id" in body,
        **rest,
    )
    change(actor, region_id, changes)
    return region_id


@regions.on("DELETE", "/<region_id>", allow=admin(REGIONS), answers=told_deleted)
@inject
def delete(actor: Actor, region_id: str, delete_region: DeleteRegion = Provide["delete_region"]) -> str:
    """Stop selling in a region; its countries are free from then on."""
    delete_region(actor, region_id)
    return region_id


@regions.on(
    "POST", "/<region_id>/countries", allow=admin(REGIONS), shows=REGION, body=CountryBody, answers=show_written
)
@inject
def add_country(
    actor: Actor, region_id: str, body: dict[str, Any], add: AddToRegion = Provide["add_to_region"]
) -> str:
    """Sell to one more country."""
    add(actor, region_id, "country_codes", body["country_code"])
    return region_id


@regions.on(
    "DELETE", "/<region_id>/countries/<country_code>", allow=admin(REGIONS), shows=REGION, answers=show_written
)
@inject
def remove_country(
    actor: Actor, region_id: str, country_code: str, take: TakeFromRegion = Provide["take_from_region"]
) -> str:
    """Sell to one country less."""
    take(actor, region_id, "country_codes", country_code.lower())
    return region_id


@regions.on("GET", "/<region_id>/fulfillment-options", allow=admin(REGIONS))
@inject
def list_fulfillment_options(
    actor: Actor, region_id: str, list_options: ListFulfillmentOptions = Provide["list_fulfillment_options"]
) -> Tree:
    """List what shipping options in a region can be built from."""
    found = list_options(actor, region_id)
    return {"fulfillment_options": [{"provider_id": one.provider_id, "options": list(one.options)} for one in found]}


@regions.on(
    "POST",
    "/<region_id>/fulfillment-providers",
    allow=admin(REGIONS),
    shows=REGION,
    body=ProviderBody,
    answers=show_written,
)
@inject
def add_fulfillment_provider(
    actor: Actor, region_id: str, body: dict[str, Any], add: AddToRegion = Provide["add_to_region"]
) -> str:
    """Let one more provider ship in a region."""
    add(actor, region_id, "fulfillment_provider_ids", body["provider_id"])
    return region_id


@regions.on(
    "DELETE",
    "/<region_id>/fulfillment-providers/<provider_id>",
    allow=admin(REGIONS),
    shows=REGION,
    answers=show_written,
)
@inject
def remove_fulfillment_provider(
    actor: Actor, region_id: str, provider_id: str, take: TakeFromRegion = Provide["take_from_region"]
) -> str:
    """Let one provider less ship in a region."""
    take(actor, region_id, "fulfillment_provider_ids", provider_id)
    return region_id


@regions.on(
    "POST",
    "/<region_id>/payment-providers",
    allow=admin(REGIONS),
    shows=REGION,
    body=ProviderBody,
    answers=show_written,
)
@inject
def add_payment_provider(
    actor: Actor, region_id: str, body: dict[str, Any], add: AddToRegion = Provide["add_to_region"]
) -> str:
    """Offer one more way to pay in a region."""
    add(actor, region_id, "payment_provider_ids", body["provider_id"])
    return region_id


@regions.on(
    "DELETE", "/<region_id>/payment-providers/<provider_id>", allow=admin(REGIONS), shows=REGION, answers=show_written
)
@inject
def remove_payment_provider(
    actor: Actor, region_id: str, provider_id: str, take: TakeFromRegion = Provide["take_from_region"]
) -> str:
    """Offer one way to pay less in a region."""
    take(actor, region_id, "payment_provider_ids", provider_id)
    return region_id
