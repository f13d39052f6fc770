"""Shapes of the catalogue: products, variants, their options, prices and images.

Shoppers see published products of their sales channels, on every path that leads to one. The one
exception is what somebody has in a cart or an order: the ``bought`` shapes show it whatever became
of it, and lead nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, or_, select

from adapters.db import tables
from adapters.db.reads.absent import none_of
from adapters.db.reads.among import among
from adapters.db.reads.aside import aside
from adapters.db.reads.category import PRODUCT_CATEGORY, below_category, in_category
from adapters.db.reads.condition_links import named_by_condition
from adapters.db.reads.filters import by, each, search, through
from adapters.db.reads.price_list import PRICE_LIST, price_visible
from adapters.db.reads.prices import VARIANT_PRICES, unlisted_tax_included
from adapters.db.reads.region import REGION
from adapters.db.reads.shape import (
    CHANNEL_IDS,
    PRICE_LIST_ID,
    Computed,
    Facts,
    Relation,
    Retold,
    Shape,
    Through,
    View,
    columns,
    everything,
    to_one,
    undeleted,
)
from adapters.db.reads.shop import CURRENCY, SALES_CHANNEL, SHIPPING_PROFILE, STAMPS
from adapters.db.reads.taxonomy import PRODUCT_COLLECTION, PRODUCT_TAG, PRODUCT_TYPE
from adapters.db.search.matching import FOUND, matching
from core.domain.product import ProductNotFound, ProductStatus, VariantNotFound
from core.domain.product_file import FileState
from ports.reads import Tree

MEASURES = ("weight", "length", "height", "width", "hs_code", "origin_country", "mid_code", "material")


def sold(product: FromClause, view: View) -> Sequence[ColumnElement[bool]]:
    """Live products; for the store published ones, in the reader's sales channels."""
    shown: list[ColumnElement[bool]] = [product.c.deleted_at.is_(None)]
    if view.is_store:
        status = aside(product.c.status) if view.keyed else product.c.status
        shown.append(status == ProductStatus.PUBLISHED.value)
    if view.channelled:
        links = tables.product_sales_channels
        shown.append(
            select(links.c.product_id)
            .where(links.c.product_id == product.c.id, among(links.c.sales_channel_id, CHANNEL_IDS))
            .exists()
        )
    return shown


def _sold_variant(variant: FromClause, view: View) -> Sequence[ColumnElement[bool]]:
    product = tables.products.alias("of_variant")
    parent = select(product.c.id).where(product.c.id == variant.c.product_id, *sold(product, view))
    return (variant.c.deleted_at.is_(None), parent.exists())


PRICE: Shape = Shape(
    name="money_amount",
    table=tables.money_amounts,
    columns=columns(
        "id",
        "currency_code",
        "amount",
        "min_quantity",
        "max_quantity",
        "price_list_id",
        "variant_id",
        "region_id",
        *STAMPS,
    ),
    constants={"sale_amount": None},
    hidden=columns("position", _tax_included=unlisted_tax_included),
    relations={
        "currency": to_one(lambda: CURRENCY, "currency_code", there="code"),
        "region": to_one(lambda: REGION, "region_id"),
        "price_list": to_one(lambda: PRICE_LIST, "price_list_id", rare=True),
        "variant": to_one(lambda: VARIANT, "variant_id"),
        # Medusa's prices may have several in theory; one is all there ever is.
        "variants": Relation(shape=lambda: VARIANT, here="variant_id", alone=True),
    },
    visible=price_visible,
)

OPTION: Shape = Shape(
    name="product_option",
    table=tables.product_options,
    columns=columns("id", "title", "product_id", *STAMPS, "metadata"),
    hidden=columns("position"),
    relations={
        "values": Relation(shape=lambda: OPTION_VALUE, there="option_id", order=("variant_rank", "id")),
        "product": to_one(lambda: PRODUCT, "product_id"),
    },
)


def _of_live_variant(value: FromClause, view: View) -> Sequence[ColumnElement[bool]]:
    variant = tables.product_variants.alias("of_value")
    owner = select(variant.c.id).where(variant.c.id == value.c.variant_id, variant.c.deleted_at.is_(None))
    return (value.c.deleted_at.is_(None), owner.exists())


def _rank_of_variant(value: FromClause) -> ColumnElement[Any]:
    variant = tables.product_variants.alias("ranked")
    return select(variant.c.variant_rank).where(variant.c.id == value.c.variant_id).scalar_subquery()


OPTION_VALUE: Shape = Shape(
    name="product_option_value",
    table=tables.product_option_values,
    columns=columns("id", "value", "option_id", "variant_id", *STAMPS, "metadata"),
    hidden=columns("position", variant_rank=_rank_of_variant),
    relations={
        "option": to_one(lambda: OPTION, "option_id"),
        "variant": to_one(lambda: VARIANT, "variant_id"),
    },
    visible=_of_live_variant,
)

IMAGE = Shape(
    name="image",
    table=tables.product_images,
    columns=columns("id", "url", *STAMPS, "metadata"),
    hidden=columns("product_id", "position"),
)


def _has_something_to_deliver(variant: FromClause) -> ColumnElement[Any]:
    """Goods and gift cards always have; a digital variant needs a file that is ready or being checked."""
    files, products = tables.product_files, tables.products
    file = select(files.c.id).where(
        files.c.product_id == variant.c.product_id,
        or_(files.c.variant_id.is_(None), files.c.variant_id == variant.c.id),
        files.c.state.in_([FileState.CHECKING.value, FileState.READY.value]),
    )
    gift_card = select(products.c.id).where(products.c.id == variant.c.product_id, products.c.is_giftcard.is_(True))
    return or_(variant.c.requires_shipping.is_(True), file.exists(), gift_card.exists())


def _purchasable(rows: Sequence[Tree], facts: Facts) -> Iterable[Mapping[str, object]]:
    for row in rows:
        quantity = row["inventory_quantity"]
        stocked = isinstance(quantity, int) and quantity > 0
        covered = bool(row["allow_backorder"]) or not row["manage_inventory"] or stocked
        yield {"purchasable": covered and bool(row["deliverable"])}


PURCHASABLE = Computed(
    gives=("purchasable",),
    needs=("allow_backorder", "manage_inventory", "inventory_quantity", "deliverable"),
    compute=_purchasable,
)


def _product_of(variant: FromClause) -> Select[Any]:
    return select(tables.products).where(tables.products.c.id == variant.c.product_id)


def _channels_of(key: str) -> Any:
    links = tables.product_sales_channels
    return lambda table: select(links.c.sales_channel_id).where(links.c.product_id == table.c[key])


# A variant's stock is its own number.
_INVENTORY_ITEM = Shape(name="inventory_item", columns=columns("id", "variant_id", "inventory_item_id", *STAMPS))

VARIANT: Shape = Shape(
    name="variant",
    table=tables.product_variants,
    columns=columns(
        "id",
        "title",
        "product_id",
        "sku",
        "barcode",
        "ean",
        "upc",
        "variant_rank",
        "inventory_quantity",
        "allow_backorder",
        "manage_inventory",
        "requires_shipping",
        *MEASURES,
        *STAMPS,
        "metadata",
    ),
    hidden=columns("position", deliverable=_has_something_to_deliver),
    computed=(VARIANT_PRICES, PURCHASABLE),
    relations={
        "product": to_one(lambda: PRODUCT, "product_id"),
        "prices": Relation(shape=lambda: PRICE, there="variant_id", order=("position", "id")),
        "inventory_items": none_of(_INVENTORY_ITEM),
        # Who sees a variant sees what it is of.
        "options": Relation(
            shape=lambda: OPTION_VALUE, there="variant_id", order=("position", "id"), visible=undeleted
        ),
    },
    filters={
        **each("id", "title", "product_id", "sku", "barcode", "ean", "upc", "inventory_quantity"),
        **each("manage_inventory", "allow_backorder", "created_at", "updated_at"),
        "sales_channel_id": through(_channels_of("product_id"), "sales_channel_id"),
        "q": search(lambda t: t.c.title, lambda t: t.c.sku, related=[(_product_of, ("title",))]),
    },
    admin_only=frozenset({"inventory_items"}),
    visible=_sold_variant,
    missing=(VariantNotFound, "Variant with id: {} was not found"),
)


def _listed_prices_of(product: FromClause) -> Select[Any]:
    variants, prices = tables.product_variants, tables.money_amounts
    return (
        select(prices.c.price_list_id)
        .join(variants, variants.c.id == prices.c.variant_id)
        .where(variants.c.product_id == product.c.id, variants.c.deleted_at.is_(None), prices.c.deleted_at.is_(None))
    )


def _tags_of(product: FromClause) -> Select[Any]:
    links = tables.product_tag_links
    return select(links.c.tag_id).where(links.c.product_id == product.c.id)


PRODUCT: Shape = Shape(
    name="product",
    table=tables.products,
    columns=columns(
        "id",
        "title",
        "subtitle",
        "description",
        "handle",
        "is_giftcard",
        "status",
        "thumbnail",
        *MEASURES,
        "profile_id",
        "collection_id",
        "type_id",
        "discountable",
        "external_id",
        *STAMPS,
        "metadata",
    ),
    hidden=columns(_version="version"),
    relations={
        # Who sees a product sees its variants.
        "variants": Relation(
            shape=lambda: VARIANT, there="product_id", order=("variant_rank", "position", "id"), visible=undeleted
        ),
        "options": Relation(shape=lambda: OPTION, there="product_id", order=("position", "id")),
        "images": Relation(shape=lambda: IMAGE, there="product_id", order=("position", "id")),
        "tags": Relation(
            shape=lambda: PRODUCT_TAG,
            through=Through(table=tables.product_tag_links, here="product_id", there="tag_id"),
            order=("value", "id"),
        ),
        "categories": Relation(
            shape=lambda: PRODUCT_CATEGORY,
            through=Through(table=tables.product_category_products, here="product_id", there="product_category_id"),
            order=("name", "id"),
        ),
        "type": to_one(lambda: PRODUCT_TYPE, "type_id"),
        "collection": to_one(lambda: PRODUCT_COLLECTION, "collection_id"),
        "profile": to_one(lambda: SHIPPING_PROFILE, "profile_id"),
        "profiles": Relation(shape=lambda: SHIPPING_PROFILE, here="profile_id", alone=True),
        "sales_channels": Relation(
            shape=lambda: SALES_CHANNEL,
            through=Through(table=tables.product_sales_channels, here="product_id", there="sales_channel_id"),
            order=("name", "id"),
        ),
    },
    # Each value is of a living variant and of one of the product's options.
    retold=(
        Retold(
            relation="options",
            below="values",
            via="variants",
            via_below="options",
            link="option_id",
            rank="variant_rank",
        ),
    ),
    filters={
        **each("id", "title", "subtitle", "handle", "description", "status", "collection_id", "type_id"),
        **each("is_giftcard", "external_id", "discountable", "created_at", "updated_at", "deleted_at"),
        "tags": through(_tags_of, "tag_id"),
        "sales_channel_id": through(_channels_of("id"), "sales_channel_id"),
        "category_id": in_category,
        "category_tree": below_category,
        "discount_condition_id": named_by_condition,
        "price_list_id": through(_listed_prices_of, "price_list_id"),
        "type": by("type_id"),
        "q": matching,
    },
    ranking={"q": FOUND.c.score},
    visible=sold,
    missing=(ProductNotFound, "Product with id: {} was not found"),
)


def _of_the_list(price: FromClause, view: View) -> Sequence[ColumnElement[bool]]:
    return (price.c.deleted_at.is_(None), price.c.price_list_id == PRICE_LIST_ID)


# As a price list shows what is in it: with the prices of that list alone.
LISTED_VARIANT = replace(
    VARIANT,
    name="listed_variant",
    relations={**VARIANT.relations, "prices": replace(VARIANT.relations["prices"], visible=_of_the_list)},
)
LISTED_PRODUCT = replace(
    PRODUCT,
    name="listed_product",
    relations={**PRODUCT.relations, "variants": replace(PRODUCT.relations["variants"], shape=lambda: LISTED_VARIANT)},
)

BOUGHT_PRODUCT = replace(
    PRODUCT,
    name="bought_product",
    relations={**PRODUCT.relations, "variants": replace(PRODUCT.relations["variants"], visible=_sold_variant)},
    retold=(),  # of the options it shows values of variants that it does not show
    visible=everything,
)
BOUGHT_VARIANT = replace(
    VARIANT,
    name="bought_variant",
    eager=("product",),
    computed=(),
    relations={
        **VARIANT.relations,
        "product": to_one(lambda: BOUGHT_PRODUCT, "product_id"),
        "options": replace(VARIANT.relations["options"], visible=_of_live_variant),
    },
    visible=everything,
)
