"""Files behind products, and access to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from adapters.db.types import Json, UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "product_files",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("product_id", sa.String(), nullable=False),
        sa.Column("variant_id", sa.String(), nullable=True),
        sa.Column("chain_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("mime_type", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("file_version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("storage_key", sa.String(), nullable=False),
        sa.Column("uploaded_by", sa.String(), nullable=True),
        sa.Column("replaces_id", sa.String(), nullable=True),
        sa.Column("rejected_reason", sa.String(), nullable=True),
        sa.Column("retained", sa.Boolean(), nullable=False),
        sa.Column("metadata", Json(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("file_version >= 1", name=op.f("ck_product_files_file_version_at_least_one")),
        sa.CheckConstraint("size >= 0", name=op.f("ck_product_files_size_not_negative")),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["products.id"],
            name=op.f("fk_product_files_product_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["product_variants.id"],
            name=op.f("fk_product_files_variant_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_files")),
    )
    op.create_index(
        op.f("ix_product_files_product_id_created_at"), "product_files", ["product_id", "created_at"], unique=False
    )
    op.create_index(op.f("ix_product_files_storage_key"), "product_files", ["storage_key"], unique=False)
    op.create_index(op.f("ix_product_files_variant_id"), "product_files", ["variant_id"], unique=False)
    op.create_index("uq_product_files_version", "product_files", ["chain_id", "file_version"], unique=True)
    op.create_table(
        "downloads",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("line_item_id", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=True),
        sa.Column("product_id", sa.String(), nullable=False),
        sa.Column("variant_id", sa.String(), nullable=True),
        sa.Column("file_id", sa.String(), nullable=False),
        sa.Column("chain_id", sa.String(), nullable=False),
        sa.Column("follows_chain", sa.Boolean(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("per_unit", sa.Integer(), nullable=True),
        sa.Column("download_limit", sa.Integer(), nullable=True),
        sa.Column("download_count", sa.Integer(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("granted_at", UtcDateTime(), nullable=False),
        sa.Column("last_downloaded_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("download_count >= 0", name=op.f("ck_downloads_download_count_not_negative")),
        sa.CheckConstraint("download_limit >= 0", name=op.f("ck_downloads_download_limit_not_negative")),
        sa.CheckConstraint("per_unit >= 0", name=op.f("ck_downloads_per_unit_not_negative")),
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_downloads_quantity_at_least_one")),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_downloads_revision_at_least_one")),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name=op.f("fk_downloads_customer_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["product_files.id"],
            name=op.f("fk_downloads_file_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["line_item_id"],
            ["order_items.id"],
            name=op.f("fk_downloads_line_item_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_downloads_order_id"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["products.id"],
            name=op.f("fk_downloads_product_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["product_variants.id"],
            name=op.f("fk_downloads_variant_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_downloads")),
    )
    op.create_index(op.f("ix_downloads_customer_id"), "downloads", ["customer_id"], unique=False)
    op.create_index(op.f("ix_downloads_file_id"), "downloads", ["file_id"], unique=False)
    op.create_index("ix_downloads_newest", "downloads", ["created_at", "id"], unique=False)
    op.create_index(op.f("ix_downloads_order_id"), "downloads", ["order_id"], unique=False)
    op.create_index("uq_downloads_line_file", "downloads", ["line_item_id", "file_id"], unique=True)
    op.create_table(
        "download_sessions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("download_id", sa.String(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("redeemed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["download_id"],
            ["downloads.id"],
            name=op.f("fk_download_sessions_download_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_download_sessions")),
    )
    op.create_index(
        op.f("ix_download_sessions_download_id_opened_at"),
        "download_sessions",
        ["download_id", "opened_at"],
        unique=False,
    )
    op.create_table(
        "download_log",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("download_id", sa.String(), nullable=False),
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=True),
        sa.Column("session_id", sa.String(), nullable=True),
        sa.Column("network", sa.String(), nullable=True),
        sa.Column("agent", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_download_log")),
    )
    op.create_index(op.f("ix_download_log_at"), "download_log", ["at"], unique=False)
    op.create_index(op.f("ix_download_log_download_id_at"), "download_log", ["download_id", "at"], unique=False)
    op.create_index(op.f("ix_download_log_order_id_at"), "download_log", ["order_id", "at"], unique=False)


def downgrade() -> None:
    op.drop_table("download_log")
    op.drop_table("download_sessions")
    op.drop_table("downloads")
    op.drop_table("product_files")
