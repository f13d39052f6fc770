"""Special tax rates as computed entries draw on them, and as records of their own."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import FromClause, Select, func, select, true

from adapters.db import tables
from adapters.db.reads.among import among
from adapters.db.reads.filters import each, search
from adapters.db.reads.shape import KEYS, REGION_ID, Relation, Shape, Source, Through, columns, to_one
from core.domain.tax_rate import TaxRateNotFound

_rates = tables.tax_rates.c
_RATE = (_rates.rate, _rates.name, _rates.code, _rates.id.label("rate_id"))


def _region_and_rates() -> Select[Any]:
    """The region, with each rate in it that is linked to products or to their types; both links to one rate
    count once. One row without a product where there are none."""
    regions = tables.regions.c
    links, types, products = tables.product_tax_rates.c, tables.product_type_tax_rates.c, tables.products.c
    here = (_rates.region_id == REGION_ID, _rates.deleted_at.is_(None))
    linked = (
        select(links.product_id.label("key"), *_RATE)
        .join(tables.tax_rates, _rates.id == links.rate_id)
        .where(among(links.product_id, KEYS), *here)
        .union(
            select(products.id, *_RATE)
            .join(tables.product_type_tax_rates, types.product_type_id == products.type_id)
            .join(tables.tax_rates, _rates.id == types.rate_id)
            .where(among(products.id, KEYS), *here)
        )
        .subquery()
    )
    return (
        select(linked.c.key, regions.id, regions.currency_code, regions.automatic_taxes, regions.tax_rate)
        .add_columns(linked.c.rate, linked.c.name, linked.c.code)
        .select_from(tables.regions.outerjoin(linked, true()))
        .where(regions.id == REGION_ID)
        .order_by(linked.c.rate_id)
    )


RATES_HERE = Source(
    statement=_region_and_rates(), key="product_id", wanted=lambda context: context.region_id is not None
)

_shipping = tables.shipping_tax_rates.c
SHIPPING_RATES = Source(
    statement=select(_shipping.shipping_option_id, *_RATE)
    .join(tables.tax_rates, _rates.id == _shipping.rate_id)
    .where(among(_shipping.shipping_option_id, KEYS), _rates.deleted_at.is_(None))
    .order_by(_rates.id),
    key="id",
    wanted=lambda context: context.include_taxes,
)


def shown_rates(linked: Sequence[Any], default: Decimal) -> list[dict[str, object]]:
    """The linked rates, or the region's own, the way answers list them."""
    if not linked:
        return [{"rate": default, "name": "default", "code": "default"}]
    return [{"rate": row.rate, "name": row.name, "code": row.code} for row in linked]


def _count(links: FromClause) -> Any:
    return lambda rate: select(func.count()).select_from(links).where(links.c.rate_id == rate.c.id).scalar_subquery()


def _product() -> Shape:
    from adapters.db.reads.product import PRODUCT  # products are priced with the rates described here

    return PRODUCT


def _product_type() -> Shape:
    from adapters.db.reads.taxonomy import PRODUCT_TYPE  # reached from products

    return PRODUCT_TYPE


def _shipping_option() -> Shape:
    from adapters.db.reads.shop import SHIPPING_OPTION  # options are priced with the rates described here

    return SHIPPING_OPTION


def _region() -> Shape:
    from adapters.db.reads.region import REGION  # regions list their rates

    return REGION


TAX_RATE = Shape(
    name="tax_rate",
    table=tables.tax_rates,
    columns=columns(
        "id",
        "rate",
        "code",
        "name",
        "region_id",
        "created_at",
        "updated_at",
        "metadata",
        product_count=_count(tables.product_tax_rates),
        product_type_count=_count(tables.product_type_tax_rates),
        shipping_option_count=_count(tables.shipping_tax_rates),
    ),
    relations={
        "region": to_one(_region, "region_id"),
        "products": Relation(
            shape=_product,
            through=Through(table=tables.product_tax_rates, here="rate_id", there="product_id"),
            order=("title", "id"),
        ),
        "product_types": Relation(
            shape=_product_type,
            through=Through(table=tables.product_type_tax_rates, here="rate_id", there="product_type_id"),
            order=("value", "id"),
        ),
        "shipping_options": Relation(
            shape=_shipping_option,
            through=Through(table=tables.shipping_tax_rates, here="rate_id", there="shipping_option_id"),
            order=("name", "id"),
        ),
    },
    filters={
        **each("id", "name", "region_id", "code", "rate", "created_at", "updated_at", "deleted_at"),
        "q": search(lambda t: t.c.name, lambda t: t.c.code),
    },
    missing=(TaxRateNotFound, "TaxRate with {} was not found"),
)
