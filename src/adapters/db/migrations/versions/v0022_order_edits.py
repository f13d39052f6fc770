"""Order edits, and the payment collections that pay for them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from adapters.db.types import Json, Percent, UtcDateTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "payment_collections",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("authorized_amount", sa.BigInteger(), nullable=True),
        sa.Column("region_id", sa.String(), nullable=False),
        sa.Column("currency_code", sa.String(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("metadata", Json(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_payment_collections_amount_not_negative")),
        sa.CheckConstraint(
            "authorized_amount >= 0", name=op.f("ck_payment_collections_authorized_amount_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["currency_code"],
            ["currencies.code"],
            name=op.f("fk_payment_collections_currency_code"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["orders.id"],
            name=op.f("fk_payment_collections_order_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["region_id"],
            ["regions.id"],
            name=op.f("fk_payment_collections_region_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_collections")),
    )
    op.create_index(op.f("ix_payment_collections_order_id"), "payment_collections", ["order_id"], unique=False)

    op.create_table(
        "order_edits",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("internal_note", sa.String(), nullable=True),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("requested_by", sa.String(), nullable=True),
        sa.Column("requested_at", UtcDateTime(), nullable=True),
        sa.Column("confirmed_by", sa.String(), nullable=True),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("declined_by", sa.String(), nullable=True),
        sa.Column("declined_reason", sa.String(), nullable=True),
        sa.Column("declined_at", UtcDateTime(), nullable=True),
        sa.Column("canceled_by", sa.String(), nullable=True),
        sa.Column("canceled_at", UtcDateTime(), nullable=True),
        sa.Column("payment_collection_id", sa.String(), nullable=True),
        sa.Column("subtotal", sa.BigInteger(), nullable=False),
        sa.Column("discount_total", sa.BigInteger(), nullable=False),
        sa.Column("shipping_total", sa.BigInteger(), nullable=False),
        sa.Column("item_tax_total", sa.BigInteger(), nullable=False),
        sa.Column("shipping_tax_total", sa.BigInteger(), nullable=False),
        sa.Column("tax_total", sa.BigInteger(), nullable=False),
        sa.Column("gift_card_total", sa.BigInteger(), nullable=False),
        sa.Column("gift_card_tax_total", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("difference_due", sa.BigInteger(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_order_edits_order_id"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["payment_collection_id"],
            ["payment_collections.id"],
            name=op.f("fk_order_edits_payment_collection_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_edits")),
    )
    op.create_index("ix_order_edits_newest", "order_edits", ["created_at", "id"], unique=False)
    op.create_index(op.f("ix_order_edits_order_id"), "order_edits", ["order_id"], unique=False)
    op.create_index(
        "uq_order_edits_active",
        "order_edits",
        ["order_id"],
        unique=True,
        sqlite_where=sa.text(
            "confirmed_at IS NULL AND declined_at IS NULL AND canceled_at IS NULL AND deleted_at IS NULL"
        ),
        postgresql_where=sa.text(
            "confirmed_at IS NULL AND declined_at IS NULL AND canceled_at IS NULL AND deleted_at IS NULL"
        ),
    )
    op.create_index("uq_order_edits_payment_collection_id", "order_edits", ["payment_collection_id"], unique=True)

    op.create_table(
        "payment_collection_sessions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("payment_collection_id", sa.String(), nullable=False),
        sa.Column("provider_id", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("is_selected", sa.Boolean(), nullable=False),
        sa.Column("is_initiated", sa.Boolean(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("data", Json(), nullable=False),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.Column("declines", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("payment_authorized_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_payment_collection_sessions_amount_not_negative")),
        sa.ForeignKeyConstraint(
            ["payment_collection_id"],
            ["payment_collections.id"],
            name=op.f("fk_payment_collection_sessions_payment_collection_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_collection_sessions")),
    )
    op.create_index(
        op.f("ix_payment_collection_sessions_payment_collection_id"),
        "payment_collection_sessions",
        ["payment_collection_id"],
        unique=False,
    )
    op.create_index(
        "uq_payment_collection_sessions_reference",
        "payment_collection_sessions",
        ["provider_id", "reference"],
        unique=True,
        sqlite_where=sa.text("reference IS NOT NULL"),
        postgresql_where=sa.text("reference IS NOT NULL"),
    )

    op.create_table(
        "order_edit_items",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("order_edit_id", sa.String(), nullable=False),
        sa.Column("original_item_id", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("thumbnail", sa.String(), nullable=True),
        sa.Column("variant_id", sa.String(), nullable=True),
        sa.Column("product_id", sa.String(), nullable=True),
        sa.Column("profile_id", sa.String(), nullable=True),
        sa.Column("is_giftcard", sa.Boolean(), nullable=False),
        sa.Column("is_return", sa.Boolean(), nullable=False),
        sa.Column("should_merge", sa.Boolean(), nullable=False),
        sa.Column("allow_discounts", sa.Boolean(), nullable=False),
        sa.Column("has_shipping", sa.Boolean(), nullable=False),
        sa.Column("requires_shipping", sa.Boolean(), nullable=False),
        sa.Column("unit_price", sa.BigInteger(), nullable=False),
        sa.Column("includes_tax", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("metadata", Json(), nullable=True),
        sa.Column("subtotal", sa.BigInteger(), nullable=False),
        sa.Column("discount_total", sa.BigInteger(), nullable=False),
        sa.Column("tax_total", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("original_tax_total", sa.BigInteger(), nullable=False),
        sa.Column("original_total", sa.BigInteger(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("fulfilled_quantity", sa.Integer(), nullable=True),
        sa.Column("shipped_quantity", sa.Integer(), nullable=True),
        sa.Column("returned_quantity", sa.Integer(), nullable=True),
        sa.Column("returning_quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_order_edit_items_quantity_at_least_one")),
        sa.ForeignKeyConstraint(
            ["order_edit_id"],
            ["order_edits.id"],
            name=op.f("fk_order_edit_items_order_edit_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["original_item_id"],
            ["order_items.id"],
            name=op.f("fk_order_edit_items_original_item_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["products.id"],
            name=op.f("fk_order_edit_items_product_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["product_variants.id"],
            name=op.f("fk_order_edit_items_variant_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_edit_items")),
    )
    op.create_index(op.f("ix_order_edit_items_order_edit_id"), "order_edit_items", ["order_edit_id"], unique=False)
    op.create_index(
        "uq_order_edit_items_original",
        "order_edit_items",
        ["order_edit_id", "original_item_id"],
        unique=True,
        sqlite_where=sa.text("original_item_id IS NOT NULL"),
        postgresql_where=sa.text("original_item_id IS NOT NULL"),
    )

    op.create_table(
        "order_edit_item_adjustments",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("discount_id", sa.String(), nullable=True),
        sa.Column("metadata", Json(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_order_edit_item_adjustments_amount_not_negative")),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["order_edit_items.id"],
            name=op.f("fk_order_edit_item_adjustments_item_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_edit_item_adjustments")),
    )
    op.create_index(
        op.f("ix_order_edit_item_adjustments_item_id"), "order_edit_item_adjustments", ["item_id"], unique=False
    )

    op.create_table(
        "order_edit_item_tax_lines",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("rate", Percent(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("rate >= 0", name=op.f("ck_order_edit_item_tax_lines_rate_not_negative")),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["order_edit_items.id"],
            name=op.f("fk_order_edit_item_tax_lines_item_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_edit_item_tax_lines")),
    )
    op.create_index(
        op.f("ix_order_edit_item_tax_lines_item_id"), "order_edit_item_tax_lines", ["item_id"], unique=False
    )

    op.create_table(
        "order_item_changes",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("order_edit_id", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("original_line_item_id", sa.String(), nullable=True),
        sa.Column("line_item_id", sa.String(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["line_item_id"],
            ["order_edit_items.id"],
            name=op.f("fk_order_item_changes_line_item_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["order_edit_id"],
            ["order_edits.id"],
            name=op.f("fk_order_item_changes_order_edit_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["original_line_item_id"],
            ["order_items.id"],
            name=op.f("fk_order_item_changes_original_line_item_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_item_changes")),
    )
    op.create_index(
        op.f("ix_order_item_changes_order_edit_id"), "order_item_changes", ["order_edit_id"], unique=False
    )
    op.create_index(
        "uq_order_item_changes_original",
        "order_item_changes",
        ["order_edit_id", "original_line_item_id"],
        unique=True,
        sqlite_where=sa.text("original_line_item_id IS NOT NULL"),
        postgresql_where=sa.text("original_line_item_id IS NOT NULL"),
    )

    op.add_column("order_items", sa.Column("deleted_at", UtcDateTime(), nullable=True))
    with op.batch_alter_table("payments") as table:
        table.add_column(sa.Column("payment_collection_id", sa.String(), nullable=True))
        table.alter_column("order_id", existing_type=sa.String(), nullable=True)
        table.create_check_constraint(
            op.f("ck_payments_paid_for_something"), "order_id IS NOT NULL OR payment_collection_id IS NOT NULL"
        )
        table.create_index(op.f("ix_payments_payment_collection_id"), ["payment_collection_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("payments") as table:
        table.drop_index(op.f("ix_payments_payment_collection_id"))
        table.drop_constraint(op.f("ck_payments_paid_for_something"), type_="check")
        table.alter_column("order_id", existing_type=sa.String(), nullable=False)
        table.drop_column("payment_collection_id")
    with op.batch_alter_table("order_items") as table:
        table.drop_column("deleted_at")
    op.drop_table("order_item_changes")
    op.drop_table("order_edit_item_tax_lines")
    op.drop_table("order_edit_item_adjustments")
    op.drop_table("order_edit_items")
    op.drop_table("payment_collection_sessions")
    op.drop_table("order_edits")
    op.drop_table("payment_collections")
