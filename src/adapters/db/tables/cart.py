"""Tables of carts, their lines, shipping methods and payment sessions, and of attempts to pay."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Index, Integer, Table, text

from adapters.db.tables.columns import (
    amount,
    amount_added,
    at_least_one,
    count,
    flag,
    flag_added,
    json,
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
from adapters.db.types import Percent


def totals_columns() -> tuple[Column[Any], ...]:
    """Totals of a cart or an order."""
    return (
        amount("subtotal"),
        amount("discount_total"),
        amount("shipping_total"),
        amount("item_tax_total"),
        amount("shipping_tax_total"),
        amount("tax_total"),
        amount("gift_card_total"),
        amount("gift_card_tax_total"),
        amount("total"),
    )


def line_columns() -> tuple[Column[Any], ...]:
    """What lines of carts and of orders have in common."""
    return (
        required("title"),
        optional("description"),
        optional("thumbnail"),
        reference("variant_id", "product_variants.id", null=True),
        reference("product_id", "products.id", null=True),
        optional("profile_id"),
        flag("is_giftcard"),
        flag("is_return"),
        flag("should_merge"),
        flag("allow_discounts"),
        flag("has_shipping"),
        flag("requires_shipping"),
        amount("unit_price"),
        flag_added("includes_tax"),
        count("quantity"),
        meta(),
        amount("subtotal"),
        amount("discount_total"),
        amount("tax_total"),
        amount("total"),
        amount("original_tax_total"),
        amount("original_total"),
        *timestamps(),
        position(),
    )


def method_columns() -> tuple[Column[Any], ...]:
    return (
        reference("shipping_option_id", "shipping_options.id"),
        required("name"),
        required("profile_id"),
        amount("price"),
        flag_added("includes_tax"),
        amount_added("waived"),
        json("data"),
        amount("subtotal"),
        amount("tax_total"),
        amount("total"),
        amount("original_tax_total"),
        amount("original_total"),
        position(),
    )


def tax_columns() -> tuple[Column[Any], ...]:
    return (required("rate", Percent), required("name"), optional("code"), *timestamps(), position())


def adjustment_columns() -> tuple[Column[Any], ...]:
    return (required("description"), amount("amount"), optional("discount_id"), meta(), position())


carts = Table(
    "carts",
    metadata,
    key(),
    reference("region_id", "regions.id"),
    reference("currency_code", "currencies.code"),
    reference("sales_channel_id", "sales_channels.id", null=True),
    required("type"),
    optional("email"),
    reference("customer_id", "customers.id", null=True),
    reference("shipping_address_id", "addresses.id", null=True),
    reference("billing_address_id", "addresses.id", null=True),
    json("context"),
    meta(),
    *totals_columns(),
    flag("show_taxes"),
    flag_added("has_discounts"),
    json("custom_shipping_prices", null=True),
    count("pricing_epoch"),
    moment("stale_at"),
    amount("agreed_total", null=True),
    optional("attempt_id"),
    moment("frozen_at"),
    optional("order_id"),
    moment("completed_at"),
    moment("payment_authorized_at"),
    *soft_timestamps(),
    version(),
    newest_first("carts"),
    Index(None, "customer_id"),
)

line_items = Table(
    "line_items",
    metadata,
    key(),
    reference("cart_id", "carts.id"),
    *line_columns(),
    at_least_one("quantity"),
    Index(None, "cart_id"),
)

line_item_tax_lines = Table(
    "line_item_tax_lines",
    metadata,
    key(),
    reference("item_id", "line_items.id"),
    *tax_columns(),
    *not_negative("rate"),
    Index(None, "item_id"),
)

line_item_adjustments = Table(
    "line_item_adjustments",
    metadata,
    key(),
    reference("item_id", "line_items.id"),
    *adjustment_columns(),  # below zero on lines that stand for returned goods
    Index(None, "item_id"),
)

shipping_methods = Table(
    "shipping_methods",
    metadata,
    key(),
    reference("cart_id", "carts.id"),
    *method_columns(),
    *not_negative("price"),
    Index(None, "cart_id"),
)

shipping_method_tax_lines = Table(
    "shipping_method_tax_lines",
    metadata,
    key(),
    reference("shipping_method_id", "shipping_methods.id"),
    *tax_columns(),
    *not_negative("rate"),
    Index(None, "shipping_method_id"),
)

payment_sessions = Table(
    "payment_sessions",
    metadata,
    key(),
    reference("cart_id", "carts.id"),
    required("provider_id"),
    required("status"),
    flag("is_selected"),
    flag("is_initiated"),
    amount("amount"),
    json("data"),
    flag("stale"),
    Column("declines", Integer, nullable=False, server_default=text("0")),
    moment("payment_authorized_at"),
    optional("return_url"),
    optional("cancel_url"),
    meta(),
    *timestamps(),
    position(),
    *not_negative("amount"),
    Index("uq_payment_sessions_provider", "cart_id", "provider_id", unique=True),
)

payment_attempts = Table(
    "payment_attempts",
    metadata,
    key(),
    reference("cart_id", "carts.id"),
    optional("provider_id"),
    amount("amount"),
    required("currency_code"),
    json("session_data"),
    required("state"),
    optional("provider_payment_id"),
    optional("order_id"),
    optional("reason"),
    moment("started_at", null=False),
    moment("releasing_since"),
    *timestamps(),
    version(),
    *not_negative("amount"),
    # Set on attempts that owe the payment back.
    Index("uq_payment_attempts_provider_payment", "provider_id", "provider_payment_id", unique=True),
    Index(None, "cart_id"),
    Index(None, "state", "started_at"),
)
