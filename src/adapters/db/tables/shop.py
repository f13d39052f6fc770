"""Tables of the shop's settings: store, currencies, countries, regions, providers, channels, shipping."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, Integer, String, Table

from adapters.db.tables.columns import (
    amount,
    flag,
    flag_added,
    json,
    key,
    meta,
    metadata,
    not_negative,
    optional,
    position,
    reference,
    required,
    soft_timestamps,
    timestamps,
    version,
)
from adapters.db.types import Percent

currencies = Table(
    "currencies",
    metadata,
    key("code"),
    required("symbol"),
    required("symbol_native"),
    required("name"),
    flag_added("includes_tax"),
)

countries = Table(
    "countries",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("iso_2", String, nullable=False, unique=True),
    required("iso_3"),
    required("num_code", Integer),
    required("name"),
    required("display_name"),
)

sales_channels = Table(
    "sales_channels",
    metadata,
    key(),
    required("name"),
    optional("description"),
    flag("is_disabled"),
    meta(),
    *soft_timestamps(),
    version(),
)

stores = Table(
    "stores",
    metadata,
    key(),
    required("name"),
    reference("default_currency_code", "currencies.code"),
    reference("default_sales_channel_id", "sales_channels.id"),
    optional("swap_link_template"),
    optional("payment_link_template"),
    optional("invite_link_template"),
    meta(),
    *timestamps(),
    version(),
)

store_currencies = Table(
    "store_currencies",
    metadata,
    reference("store_id", "stores.id", primary_key=True),
    reference("currency_code", "currencies.code", primary_key=True),
    position(),
)

regions = Table(
    "regions",
    metadata,
    key(),
    required("name"),
    reference("currency_code", "currencies.code"),
    required("tax_rate", Percent),
    optional("tax_code"),
    flag("gift_cards_taxable"),
    flag("automatic_taxes"),
    optional("tax_provider_id"),
    flag_added("includes_tax"),
    meta(),
    *soft_timestamps(),
    version(),
    CheckConstraint("tax_rate >= 0 AND tax_rate <= 1000000", name="tax_rate_is_percent"),
)

region_countries = Table(
    "region_countries",
    metadata,
    reference("region_id", "regions.id", primary_key=True),
    reference("country_code", "countries.iso_2", primary_key=True),
    position(),
    Index("uq_region_countries_country_code", "country_code", unique=True),
)

# Providers are installed by settings, so regions may name one before its row exists.
region_payment_providers = Table(
    "region_payment_providers",
    metadata,
    reference("region_id", "regions.id", primary_key=True),
    key("provider_id"),
    position(),
)

region_fulfillment_providers = Table(
    "region_fulfillment_providers",
    metadata,
    reference("region_id", "regions.id", primary_key=True),
    key("provider_id"),
    position(),
)

payment_providers = Table("payment_providers", metadata, key(), flag("is_installed"))
fulfillment_providers = Table("fulfillment_providers", metadata, key(), flag("is_installed"))
tax_providers = Table("tax_providers", metadata, key(), flag("is_installed"))

shipping_profiles = Table(
    "shipping_profiles",
    metadata,
    key(),
    required("name"),
    required("type"),
    meta(),
    *soft_timestamps(),
    version(),
)

shipping_options = Table(
    "shipping_options",
    metadata,
    key(),
    required("name"),
    reference("region_id", "regions.id"),
    reference("profile_id", "shipping_profiles.id"),
    required("provider_id"),
    required("price_type"),
    amount("amount", null=True),
    flag("is_return"),
    flag("admin_only"),
    flag_added("includes_tax"),
    json("data"),
    meta(),
    *soft_timestamps(),
    version(),
    *not_negative("amount"),
    Index(None, "region_id"),
)

shipping_option_requirements = Table(
    "shipping_option_requirements",
    metadata,
    key(),
    reference("shipping_option_id", "shipping_options.id"),
    required("type"),
    amount("amount"),
    position(),
    *not_negative("amount"),
    Index(None, "shipping_option_id"),
)

# What it is about is nobody's foreign key: notes may be about anything.
notes = Table(
    "notes",
    metadata,
    key(),
    required("resource_type"),
    required("resource_id"),
    required("value"),
    optional("author_id"),
    meta(),
    *soft_timestamps(),
    version(),
    Index(None, "resource_id"),
)

media_files = Table(
    "media_files",
    metadata,
    key(),
    Column("storage_key", String, nullable=False),
    required("name"),
    required("mime_type"),
    amount("size"),
    flag("is_public"),
    required("batch_id"),
    optional("uploaded_by"),
    *soft_timestamps(),
    version(),
    Index("uq_media_files_storage_key", "storage_key", unique=True),
    Index(None, "batch_id"),
)
