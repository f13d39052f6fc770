"""Tables of what moves prices beside the prices themselves: price lists, tax rates, and what they are linked to."""

from __future__ import annotations

from sqlalchemy import Index, Table

from adapters.db.tables.columns import (
    flag,
    key,
    meta,
    metadata,
    moment,
    not_negative,
    optional,
    position,
    reference,
    required,
    soft_timestamps,
    version,
)
from adapters.db.types import Percent

# The prices of a list are rows of ``money_amounts`` that name it.
price_lists = Table(
    "price_lists",
    metadata,
    key(),
    required("name"),
    required("description"),
    required("type"),
    required("status"),
    moment("starts_at"),
    moment("ends_at"),
    flag("includes_tax"),
    *soft_timestamps(),
    version(),
)

price_list_customer_groups = Table(
    "price_list_customer_groups",
    metadata,
    reference("price_list_id", "price_lists.id", primary_key=True),
    reference("customer_group_id", "customer_groups.id", primary_key=True),
    position(),
    Index(None, "customer_group_id"),
)

tax_rates = Table(
    "tax_rates",
    metadata,
    key(),
    reference("region_id", "regions.id"),
    required("name"),
    optional("code"),
    required("rate", Percent),
    meta(),
    *soft_timestamps(),
    version(),
    *not_negative("rate"),
    Index(None, "region_id"),
)

product_tax_rates = Table(
    "product_tax_rates",
    metadata,
    reference("rate_id", "tax_rates.id", primary_key=True),
    reference("product_id", "products.id", primary_key=True),
    position(),
    Index(None, "product_id"),
)

product_type_tax_rates = Table(
    "product_type_tax_rates",
    metadata,
    reference("rate_id", "tax_rates.id", primary_key=True),
    reference("product_type_id", "product_types.id", primary_key=True),
    position(),
    Index(None, "product_type_id"),
)

shipping_tax_rates = Table(
    "shipping_tax_rates",
    metadata,
    reference("rate_id", "tax_rates.id", primary_key=True),
    reference("shipping_option_id", "shipping_options.id", primary_key=True),
    position(),
    Index(None, "shipping_option_id"),
)

# The id is the key that storefronts send: it names a storefront and protects nothing.
publishable_api_keys = Table(
    "publishable_api_keys",
    metadata,
    key(),
    required("title"),
    optional("created_by"),
    optional("revoked_by"),
    moment("revoked_at"),
    *soft_timestamps(),
    version(),
)

publishable_api_key_sales_channels = Table(
    "publishable_api_key_sales_channels",
    metadata,
    reference("publishable_key_id", "publishable_api_keys.id", primary_key=True),
    reference("sales_channel_id", "sales_channels.id", primary_key=True),
    position(),
    Index(None, "sales_channel_id"),
)
