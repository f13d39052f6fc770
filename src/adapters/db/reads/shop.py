"""Shapes of the shop's settings: store, currencies, sales channels, shipping profiles and options."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, select

from adapters.db import tables
from adapters.db.reads.absent import none_of
from adapters.db.reads.among import among
from adapters.db.reads.filters import by, each, search, through
from adapters.db.reads.shape import (
    KEYS,
    Computed,
    Facts,
    Relation,
    Shape,
    Source,
    Through,
    View,
    columns,
    everything,
    to_one,
    undeleted,
)
from adapters.db.reads.tax_rates import SHIPPING_RATES, shown_rates
from core.domain.errors import NotFound
from core.domain.publishable_key import PublishableKeyNotFound
from core.domain.shop import SalesChannelNotFound, ShippingOptionNotFound, ShippingProfileNotFound
from core.domain.totals import shipping_totals
from ports.reads import Tree

STAMPS = ("created_at", "updated_at", "deleted_at")

CURRENCY = Shape(
    name="currency",
    table=tables.currencies,
    key="code",
    columns=columns("code", "symbol", "symbol_native", "name", "includes_tax"),
    filters={
        **each("code", "name", "includes_tax"),
        "q": search(lambda t: t.c.code, lambda t: t.c.name),
    },
    admin_only=frozenset({"includes_tax"}),
    visible=everything,
    missing=(NotFound, "Currency with code: {} was not found"),
)


def _enabled(table: FromClause, view: View) -> Sequence[ColumnElement[bool]]:
    shown = list(undeleted(table, view))
    return [*shown, table.c.is_disabled.is_(False)] if view.is_store else shown


def _keys_of(channel: FromClause) -> Select[Any]:
    links = tables.publishable_api_key_sales_channels
    return select(links.c.publishable_key_id).where(links.c.sales_channel_id == channel.c.id)


def _product() -> Shape:
    from adapters.db.reads.product import PRODUCT  # products know their profiles and channels

    return PRODUCT


# This shop has one stock in one place.
_STOCK_LOCATION = Shape(name="stock_location", columns=columns("id", "name", *STAMPS, "metadata"))

SALES_CHANNEL = Shape(
    name="sales_channel",
    table=tables.sales_channels,
    columns=columns("id", "name", "description", "is_disabled", *STAMPS, "metadata"),
    relations={
        "products": Relation(
            shape=_product,
            through=Through(table=tables.product_sales_channels, here="sales_channel_id", there="product_id"),
            order=("created_at", "id"),
        ),
        "locations": none_of(_STOCK_LOCATION),
    },
    admin_only=frozenset({"products", "locations"}),
    filters={
        **each("id", "name", "description", "is_disabled", "created_at", "updated_at"),
        **each("deleted_at"),
        "publishable_key_id": through(_keys_of, "publishable_key_id"),
        "q": search(lambda t: t.c.name, lambda t: t.c.description),
    },
    visible=_enabled,
    missing=(SalesChannelNotFound, "Sales channel with id {} was not found"),
)

PUBLISHABLE_KEY = Shape(
    name="publishable_api_key",
    table=tables.publishable_api_keys,
    columns=columns("id", "title", "created_by", "revoked_by", "revoked_at", "created_at", "updated_at"),
    relations={
        "sales_channels": Relation(
            shape=lambda: SALES_CHANNEL,
            through=Through(
                table=tables.publishable_api_key_sales_channels, here="publishable_key_id", there="sales_channel_id"
            ),
            order=("name", "id"),
        ),
    },
    filters={
        **each("id", "title", "created_at", "updated_at", "revoked_at"),
        "q": search(lambda t: t.c.title),
    },
    missing=(PublishableKeyNotFound, "Publishable key with id: {} was not found"),
)

STORE = Shape(
    name="store",
    table=tables.stores,
    columns=columns(
        "id",
        "name",
        "default_currency_code",
        "default_sales_channel_id",
        "swap_link_template",
        "payment_link_template",
        "invite_link_template",
        "created_at",
        "updated_at",
        "metadata",
    ),
    constants={"default_location_id": None},
    relations={
        "currencies": Relation(
            shape=lambda: CURRENCY,
            there="code",
            through=Through(table=tables.store_currencies, here="store_id", there="currency_code"),
            order=("code",),
        ),
        "default_currency": to_one(lambda: CURRENCY, "default_currency_code", there="code"),
        "default_sales_channel": to_one(lambda: SALES_CHANNEL, "default_sales_channel_id"),
    },
    filters=each("id"),
    visible=everything,
    missing=(NotFound, "Store does not exist"),
)


def _shipping_option() -> Shape:
    return SHIPPING_OPTION


SHIPPING_PROFILE = Shape(
    name="shipping_profile",
    table=tables.shipping_profiles,
    columns=columns("id", "name", "type", *STAMPS, "metadata"),
    relations={
        "products": Relation(shape=_product, there="profile_id", order=("created_at", "id")),
        "shipping_options": Relation(shape=_shipping_option, there="profile_id", order=("created_at", "id")),
    },
    admin_only=frozenset({"products", "shipping_options"}),
    filters={**each("id", "name", "type", "created_at", "updated_at"), "q": search(lambda t: t.c.name)},
    missing=(ShippingProfileNotFound, "Profile with id: {} was not found"),
)

SHIPPING_REQUIREMENT = Shape(
    name="shipping_option_requirement",
    table=tables.shipping_option_requirements,
    columns=columns("id", "shipping_option_id", "type", "amount"),
    hidden=columns("position"),
    constants={"deleted_at": None},
    visible=everything,
)

FULFILLMENT_PROVIDER = Shape(
    name="fulfillment_provider",
    table=tables.fulfillment_providers,
    columns=columns("id", "is_installed"),
    filters=each("id", "is_installed"),
    visible=everything,
)

_REGION_RATES = Source(
    statement=select(tables.regions.c.id, tables.regions.c.automatic_taxes, tables.regions.c.tax_rate).where(
        among(tables.regions.c.id, KEYS)
    ),
    key="region_id",
)


def _taxed(rows: Sequence[Tree], facts: Facts) -> Iterable[Mapping[str, object]]:
    custom: dict[object, object] = dict(facts.context.shipping_prices)
    for row in rows:
        region = facts.of(_REGION_RATES, row["region_id"])[0]
        amount = custom.get(row["id"], row["amount"])
        price = amount if isinstance(amount, int) else 0
        taxed = region.automatic_taxes and facts.context.include_taxes
        rates = shown_rates(facts.of(SHIPPING_RATES, row["id"]), region.tax_rate) if taxed else []
        percentages = [Decimal(str(rate["rate"])) for rate in rates]
        totals = shipping_totals(price, percentages, includes_tax=bool(row["includes_tax"]))
        yield {
            "price_incl_tax": totals.total,
            "tax_rates": rates,
            "tax_amount": totals.tax_total,
        }


def _offered(table: FromClause, view: View) -> Sequence[ColumnElement[bool]]:
    shown = list(undeleted(table, view))
    return [*shown, table.c.admin_only.is_(False)] if view.is_store else shown


def _products_of_profile(table: FromClause) -> Select[tuple[str]]:
    return select(tables.products.c.id).where(
        tables.products.c.profile_id == table.c.profile_id, tables.products.c.deleted_at.is_(None)
    )


def _region() -> Shape:
    from adapters.db.reads.region import REGION  # regions know currencies, which are described here

    return REGION


SHIPPING_OPTION: Shape = Shape(
    name="shipping_option",
    table=tables.shipping_options,
    columns=columns(
        "id",
        "name",
        "region_id",
        "profile_id",
        "provider_id",
        "price_type",
        "amount",
        "is_return",
        "admin_only",
        "includes_tax",
        "data",
        *STAMPS,
        "metadata",
    ),
    computed=(
        Computed(
            gives=("price_incl_tax", "tax_rates", "tax_amount"),
            needs=("id", "region_id", "amount", "includes_tax"),
            sources=(_REGION_RATES, SHIPPING_RATES),
            compute=_taxed,
        ),
    ),
    relations={
        "region": to_one(_region, "region_id"),
        "profile": to_one(lambda: SHIPPING_PROFILE, "profile_id"),
        "provider": to_one(lambda: FULFILLMENT_PROVIDER, "provider_id"),
        "requirements": Relation(
            shape=lambda: SHIPPING_REQUIREMENT, there="shipping_option_id", order=("position", "id")
        ),
    },
    filters={
        **each("id", "name", "region_id", "profile_id", "provider_id", "price_type", "is_return", "admin_only"),
        **each("created_at", "updated_at", "deleted_at"),
        "q": search(lambda t: t.c.name),
        "product_ids": through(_products_of_profile, "id"),
        "amount": by("amount"),
    },
    visible=_offered,
    missing=(ShippingOptionNotFound, "Shipping Option with {} was not found"),
)

# As a shipping method shows it: as it was chosen, whatever became of it, without today's price.
CHOSEN_SHIPPING_OPTION = replace(SHIPPING_OPTION, name="chosen_shipping_option", computed=(), visible=everything)
