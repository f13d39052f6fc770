"""Tables of discounts, their rules and conditions, and of what they were used for."""

from __future__ import annotations

from sqlalchemy import Index, Integer, Table, text

from adapters.db.tables.columns import (
    amount,
    count,
    flag,
    key,
    meta,
    metadata,
    moment,
    newest_first,
    not_negative,
    optional,
    position,
    reference,
    required,
    soft_timestamps,
    timestamps,
    version,
)

_LIVE = text("deleted_at IS NULL")

discount_rules = Table(
    "discount_rules",
    metadata,
    key(),
    required("type"),
    amount("value"),
    optional("allocation"),
    optional("description"),
    meta(),
    *soft_timestamps(),
    version(),
    *not_negative("value"),
)

discount_conditions = Table(
    "discount_conditions",
    metadata,
    key(),
    reference("discount_rule_id", "discount_rules.id"),
    required("type"),
    required("operator"),
    meta(),
    *timestamps(),
    position(),
    Index("uq_discount_conditions_kind", "discount_rule_id", "type", "operator", unique=True),
)

# Ids of products, types, collections, tags or customer groups, as the condition's type says.
discount_condition_resources = Table(
    "discount_condition_resources",
    metadata,
    reference("condition_id", "discount_conditions.id", primary_key=True),
    key("resource_id"),
    position(),
    Index(None, "resource_id"),
)

# usage_count may exceed a limit that was lowered afterwards.
discounts = Table(
    "discounts",
    metadata,
    key(),
    required("code"),
    reference("rule_id", "discount_rules.id"),
    flag("is_dynamic"),
    flag("is_disabled"),
    reference("parent_discount_id", "discounts.id", null=True),
    moment("starts_at", null=False),
    moment("ends_at"),
    optional("valid_duration"),
    optional("usage_limit", Integer),
    optional("usage_limit_per_customer", Integer),
    count("usage_count"),
    meta(),
    *soft_timestamps(),
    version(),
    *not_negative("usage_count"),
    Index("uq_discounts_code", "code", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
    newest_first("discounts"),
    Index(None, "rule_id"),
    Index(None, "parent_discount_id"),
)

discount_regions = Table(
    "discount_regions",
    metadata,
    reference("discount_id", "discounts.id", primary_key=True),
    reference("region_id", "regions.id", primary_key=True),
    position(),
    Index(None, "region_id"),
)

cart_discounts = Table(
    "cart_discounts",
    metadata,
    reference("cart_id", "carts.id", primary_key=True),
    reference("discount_id", "discounts.id", primary_key=True),
    position(),
    Index(None, "discount_id"),
)

order_discounts = Table(
    "order_discounts",
    metadata,
    reference("order_id", "orders.id", primary_key=True),
    reference("discount_id", "discounts.id", primary_key=True),
    position(),
    Index(None, "discount_id"),
)

# One row per discount and order that is not canceled. customer_id, email: whose use it was.
discount_uses = Table(
    "discount_uses",
    metadata,
    reference("discount_id", "discounts.id", primary_key=True),
    reference("order_id", "orders.id", primary_key=True),
    required("customer_id"),
    required("email"),
    moment("used_at", null=False),
    Index(None, "discount_id", "customer_id"),
    Index(None, "discount_id", "email"),
    Index(None, "order_id"),
)
