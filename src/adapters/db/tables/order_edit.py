"""Tables of order edits and of the payment collections that pay for them."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, text

from adapters.db.tables.cart import adjustment_columns, line_columns, tax_columns, totals_columns
from adapters.db.tables.columns import (
    amount,
    at_least_one,
    count,
    flag,
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

# An order has one edit that is neither settled nor deleted.
ACTIVE = text("confirmed_at IS NULL AND declined_at IS NULL AND canceled_at IS NULL AND deleted_at IS NULL")
BEGUN = text("reference IS NOT NULL")
ORIGINAL = text("original_item_id IS NOT NULL")
CHANGED = text("original_line_item_id IS NOT NULL")

payment_collections = Table(
    "payment_collections",
    metadata,
    key(),
    reference("order_id", "orders.id"),
    required("type"),
    required("status"),
    optional("description"),
    amount("amount"),
    amount("authorized_amount", null=True),
    reference("region_id", "regions.id"),
    reference("currency_code", "currencies.code"),
    required("created_by"),
    meta(),
    *soft_timestamps(),
    version(),
    *not_negative("amount", "authorized_amount"),
    Index(None, "order_id"),
)

payment_collection_sessions = Table(
    "payment_collection_sessions",
    metadata,
    key(),
    reference("payment_collection_id", "payment_collections.id"),
    required("provider_id"),
    required("status"),
    flag("is_selected"),
    flag("is_initiated"),
    amount("amount"),
    json("data"),
    flag("stale"),
    Column("declines", Integer, nullable=False, server_default=text("0")),
    optional("reference"),
    moment("payment_authorized_at"),
    *timestamps(),
    position(),
    *not_negative("amount"),
    Index(None, "payment_collection_id"),
    Index(
        "uq_payment_collection_sessions_reference",
        "provider_id",
        "reference",
        unique=True,
        sqlite_where=BEGUN,
        postgresql_where=BEGUN,
    ),
)

order_edits = Table(
    "order_edits",
    metadata,
    key(),
    reference("order_id", "orders.id"),
    optional("internal_note"),
    required("created_by"),
    optional("requested_by"),
    moment("requested_at"),
    optional("confirmed_by"),
    moment("confirmed_at"),
    optional("declined_by"),
    optional("declined_reason"),
    moment("declined_at"),
    optional("canceled_by"),
    moment("canceled_at"),
    reference("payment_collection_id", "payment_collections.id", null=True),
    *totals_columns(),
    amount("difference_due"),
    *soft_timestamps(),
    version(),
    Index("uq_order_edits_active", "order_id", unique=True, sqlite_where=ACTIVE, postgresql_where=ACTIVE),
    Index("uq_order_edits_payment_collection_id", "payment_collection_id", unique=True),
    Index(None, "order_id"),
    newest_first("order_edits"),
)

order_edit_items = Table(
    "order_edit_items",
    metadata,
    key(),
    reference("order_edit_id", "order_edits.id"),
    reference("original_item_id", "order_items.id", null=True),
    *line_columns(),
    optional("fulfilled_quantity", Integer),
    optional("shipped_quantity", Integer),
    optional("returned_quantity", Integer),
    count("returning_quantity"),
    at_least_one("quantity"),
    Index(
        "uq_order_edit_items_original",
        "order_edit_id",
        "original_item_id",
        unique=True,
        sqlite_where=ORIGINAL,
        postgresql_where=ORIGINAL,
    ),
    Index(None, "order_edit_id"),
)

order_edit_item_tax_lines = Table(
    "order_edit_item_tax_lines",
    metadata,
    key(),
    reference("item_id", "order_edit_items.id"),
    *tax_columns(),
    *not_negative("rate"),
    Index(None, "item_id"),
)

order_edit_item_adjustments = Table(
    "order_edit_item_adjustments",
    metadata,
    key(),
    reference("item_id", "order_edit_items.id"),
    *adjustment_columns(),
    *not_negative("amount"),
    Index(None, "item_id"),
)

order_item_changes = Table(
    "order_item_changes",
    metadata,
    key(),
    reference("order_edit_id", "order_edits.id"),
    required("type"),
    reference("original_line_item_id", "order_items.id", null=True),
    reference("line_item_id", "order_edit_items.id", null=True),
    *timestamps(),
    position(),
    Index(
        "uq_order_item_changes_original",
        "order_edit_id",
        "original_line_item_id",
        unique=True,
        sqlite_where=CHANGED,
        postgresql_where=CHANGED,
    ),
    Index(None, "order_edit_id"),
)
