"""Tables of access to bought files: entitlements, the sessions that spend them, and what happened."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, Table

from adapters.db.tables.columns import (
    at_least_one,
    count,
    key,
    metadata,
    moment,
    newest_first,
    not_negative,
    optional,
    reference,
    required,
    timestamps,
    version,
)

# No check that the count stays within the limit: refunds and admins may lower a limit below what was
# used. Downloads.spend never raises the count above it.
downloads = Table(
    "downloads",
    metadata,
    key(),
    reference("order_id", "orders.id"),
    reference("line_item_id", "order_items.id"),
    reference("customer_id", "customers.id", null=True),
    reference("product_id", "products.id"),
    reference("variant_id", "product_variants.id", null=True),
    reference("file_id", "product_files.id"),
    required("chain_id"),
    Column("follows_chain", Boolean, nullable=False),
    count("quantity"),
    optional("per_unit", Integer),
    optional("download_limit", Integer),
    count("download_count"),
    moment("expires_at"),
    required("state"),
    optional("reason"),
    count("revision"),
    moment("granted_at", null=False),
    moment("last_downloaded_at"),
    *timestamps(),
    version(),
    at_least_one("quantity"),
    at_least_one("revision"),
    *not_negative("download_limit", "download_count", "per_unit"),
    Index("uq_downloads_line_file", "line_item_id", "file_id", unique=True),
    newest_first("downloads"),
    Index(None, "order_id"),
    Index(None, "customer_id"),
    Index(None, "file_id"),
)

# A session is redeemed once: Downloads.spend sets redeemed_at only where it is still null.
download_sessions = Table(
    "download_sessions",
    metadata,
    key(),
    reference("download_id", "downloads.id"),
    moment("opened_at", null=False),
    moment("expires_at", null=False),
    moment("redeemed_at"),
    Index(None, "download_id", "opened_at"),
)

download_log = Table(
    "download_log",
    metadata,
    key(),
    required("download_id"),
    required("order_id"),
    required("action"),
    required("outcome"),
    moment("at", null=False),
    optional("customer_id"),
    optional("session_id"),
    optional("network"),
    optional("agent"),
    Index(None, "download_id", "at"),
    Index(None, "order_id", "at"),
    Index(None, "at"),
)
