"""/admin/price-lists"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dependency_injector.wiring import Provide, inject
from marshmallow import Schema

from adapters.http.access import admin
from adapters.http.admin.products.resource import PRODUCT
from adapters.http.body_fields import Body, Bool, Int, Many, Moment, Part, Str, Word
from adapters.http.query import Query
from adapters.http.query_fields import AnyOf, Compare, Exactly, Flag, Search
from adapters.http.query_fields import Moment as MomentFilter
from adapters.http.routing import ADMIN, Resource
from adapters.http.shown import Shown, context_of, detail, equals, listing
from core.domain.actor import Actor
from core.domain.price_list import PriceListStatus
from core.domain.pricing import PriceListType
from core.domain.product import ProductStatus
from core.use_cases.price_list.create_price_list import CreatePriceList, NewPriceList
from core.use_cases.price_list.prices import ListedPriceInput
from core.use_cases.price_list.update_price_list import (
    ATTRIBUTES,
    DeletePriceList,
    DropPrices,
    PriceListChanges,
    PutPrices,
    UpdatePriceList,
)
from ports.reads import Reads, Tree

PRICING = "pricing"
PRICE_LIST = Shown(
    shape="price_list",
    one="price_list",
    many="price_lists",
    default="*,*customer_groups,prices.*,prices.variant.*",
    listed="*,*customer_groups",
)
LISTED_PRODUCT = replace(PRODUCT, shape="listed_product")
price_lists = Resource("admin_price_lists", __name__, "/admin/price-lists", ADMIN)
_TYPES = tuple(kind.value for kind in PriceListType)
_QUANTITY_MAX = 2**31 - 1
_STATUSES = tuple(status.value for status in PriceListStatus)


class PriceBody(Body):
    id = Str(max=255)
    region_id = Str(max=255)
    currency_code = Str(max=3)
    variant_id = Str(required=True, max=255)
    amount = Int(required=True, min=0)
    min_quantity = Int(min=0, max=_QUANTITY_MAX)
    max_quantity = Int(min=0, max=_QUANTITY_MAX)


class GroupBody(Body):
    id = Str(required=True, max=255)


class PriceListBody(Body):
    name = Str(min=1, max=255)
    description = Str(max=10_000)
    starts_at = Moment()
    ends_at = Moment()
    type = Word(*_TYPES)
    status = Word(*_STATUSES)
    prices = Many(Part(PriceBody), max=1_000)
    customer_groups = Many(Part(GroupBody), max=100)
    includes_tax = Bool()


class NewPriceListBody(PriceListBody):
    name = Str(required=True, max=255)
    description = Str(required=True, max=10_000)
    type = Word(*_TYPES, required=True)
    prices = Many(Part(PriceBody), required=True, max=1_000)


class PricesBody(Body):
    prices = Many(Part(PriceBody), required=True, max=1_000)
    override = Bool()


class PriceIdsBody(Body):
    price_ids = Many(Str(max=255), required=True, min=1, max=1_000)


class ProductIdsBody(Body):
    product_ids = Many(Str(max=255), required=True, min=1, max=1_000)


class PriceListFilters(Schema):
    q = Search()
    id = Exactly()
    name = Exactly()
    status = AnyOf(choices=frozenset(_STATUSES))
    type = AnyOf(choices=frozenset(_TYPES))
    customer_groups = AnyOf()
    created_at = Compare(MomentFilter())
    updated_at = Compare(MomentFilter())
    deleted_at = Compare(MomentFilter())


class ListedProductFilters(Schema):
    q = Search()
    id = AnyOf()
    title = Exactly()
    description = Exactly()
    handle = Exactly()
    status = AnyOf(choices=frozenset(status.value for status in ProductStatus))
    collection_id = AnyOf()
    tags = AnyOf()
    type = AnyOf(field="type_id")
    is_giftcard = Exactly(Flag())
    created_at = Compare(MomentFilter())
    updated_at = Compare(MomentFilter())
    deleted_at = Compare(MomentFilter())


@inject
def show_created(actor: Actor, query: Query, result: str, reads: Reads = Provide["reads"]) -> Tree:
    return detail(PRICE_LIST, reads, actor, query, result)


@price_lists.on("GET", "", allow=admin(PRICING), lists=PRICE_LIST, query=PriceListFilters, limit=10)
@inject
def list_price_lists(actor: Actor, query: Query, reads: Reads = Provide["reads"]) -> Tree:
    """List price lists with the customer groups they are for."""
    return listing(PRICE_LIST, reads, actor, query)


@price_lists.on("POST", "", allow=admin(PRICING), shows=PRICE_LIST, body=NewPriceListBody, answers=show_created)
@inject
def create(actor: Actor, body: dict[str, Any], create_list: CreatePriceList = Provide["create_price_list"]) -> str:
    """Create a price list with its prices."""
    sent = {name: body[name] for name in ("starts_at", "ends_at") if name in body}
    new = NewPriceList(
        name=body["name"],
        description=body["description"],
        type=PriceListType(body["type"]),
        status=PriceListStatus(body.get("status") or PriceListStatus.DRAFT),
        includes_tax=bool(body.get("includes_tax")),
        group_ids=_ids(body.get("customer_groups") or ()),
        prices=_prices(body["prices"]),
        **sent,
    )
    return create_list(actor, new)


@price_lists.on("GET", "/<list_id>", allow=admin(PRICING), shows=PRICE_LIST)
@inject
def show(actor: Actor, query: Query, list_id: str, reads: Reads = Provide["reads"]) -> Tree:
    """Show a price list."""
    return detail(PRICE_LIST, reads, actor, query, list_id)


@price_lists.on(
    "POST", "/<list_id>", allow=admin(PRICING), shows=PRICE_LIST, body=PriceListBody, answers=show_created
)
@inject
def update(
    actor: Actor, list_id: str, body: dict[str, Any], change: UpdatePriceList = Provide["update_price_list"]
) -> str:
    """Change a price list; prices given are added to those there are."""
    kinds = {"type": PriceListType, "status": PriceListStatus}
    values = {
        name: kinds[name](value) if name in kinds and value is not None else value
        for name, value in body.items()
        if name in ATTRIBUTES
    }
    groups = body.get("customer_groups")
    changes = PriceListChanges(
        values=values,
        group_ids=None if groups is None else _ids(groups),
        prices=_prices(body.get("prices") or ()),
    )
    change(actor, list_id, changes)
    return list_id


@price_lists.on("DELETE", "/<list_id>", allow=admin(PRICING), repeatable=True)
@inject
def delete(actor: Actor, list_id: str, delete_list: DeletePriceList = Provide["delete_price_list"]) -> Tree:
    """Delete a price list with its prices."""
    delete_list(actor, list_id)
    return {"id": list_id, "object": "price-list", "deleted": True}


@price_lists.on("GET", "/<list_id>/products", allow=admin(PRICING), lists=LISTED_PRODUCT, query=ListedProductFilters)
@inject
def list_products(actor: Actor, query: Query, list_id: str, reads: Reads = Provide["reads"]) -> Tree:
    """List the products that have prices in a list, with the prices they have there."""
    context = context_of(actor, query, price_list_id=list_id)
    return listing(LISTED_PRODUCT, reads, actor, query, [equals("price_list_id", list_id)], context)


@price_lists.on(
    "POST",
    "/<list_id>/prices/batch",
    allow=admin(PRICING),
    shows=PRICE_LIST,
    body=PricesBody,
    answers=show_created,
)
@inject
def put_prices(actor: Actor, list_id: str, body: dict[str, Any], put: PutPrices = Provide["put_prices"]) -> str:
    """Add prices to a list, or replace all of them."""
    put(actor, list_id, _prices(body["prices"]), override=bool(body.get("override")))
    return list_id


@price_lists.on("DELETE", "/<list_id>/prices/batch", allow=admin(PRICING), body=PriceIdsBody, repeatable=True)
@inject
def drop_prices(actor: Actor, list_id: str, body: dict[str, Any], drop: DropPrices = Provide["drop_prices"]) -> Tree:
    """Take prices out of a list by their ids."""
    drop(actor, list_id, price_ids=body["price_ids"])
    return _dropped(body["price_ids"])


@price_lists.on(
    "DELETE", "/<list_id>/products/prices/batch", allow=admin(PRICING), body=ProductIdsBody, repeatable=True
)
@inject
def drop_of_products(
    actor: Actor, list_id: str, body: dict[str, Any], drop: DropPrices = Provide["drop_prices"]
) -> Tree:
    """Take the prices of several products out of a list."""
    return _dropped(drop(actor, list_id, goods_ids=body["product_ids"]))


@price_lists.on("DELETE", "/<list_id>/products/<product_id>/prices", allow=admin(PRICING), repeatable=True)
@inject
def drop_of_product(actor: Actor, list_id: str, product_id: str, drop: DropPrices = Provide["drop_prices"]) -> Tree:
    """Take a product's prices out of a list."""
    return _dropped(drop(actor, list_id, goods_ids=[product_id]))


@price_lists.on("DELETE", "/<list_id>/variants/<variant_id>/prices", allow=admin(PRICING), repeatable=True)
@inject
def drop_of_variant(actor: Actor, list_id: str, variant_id: str, drop: DropPrices = Provide["drop_prices"]) -> Tree:
    """Take a variant's prices out of a list."""
    return _dropped(drop(actor, list_id, goods_ids=[variant_id]))


def _ids(groups: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(group["id"] for group in groups)


def _prices(given: Sequence[Mapping[str, Any]]) -> tuple[ListedPriceInput, ...]:
    return tuple(ListedPriceInput(**price) for price in given)


def _dropped(ids: Sequence[str]) -> Tree:
    return {"ids": list(ids), "object": "money-amount", "deleted": True}
