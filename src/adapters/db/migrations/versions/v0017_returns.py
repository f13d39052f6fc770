"""Returns, the reasons for them, and swaps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from adapters.db.types import Json, Percent, UtcDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "return_reasons",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("parent_return_reason_id", sa.String(), nullable=True),
        sa.Column("metadata", Json(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_return_reason_id"],
            ["return_reasons.id"],
            name=op.f("fk_return_reasons_parent_return_reason_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_reasons")),
    )
    op.create_index(
        op.f("ix_return_reasons_parent_return_reason_id"), "return_reasons", ["parent_return_reason_id"], unique=False
    )
    op.create_index(
        "uq_return_reasons_value",
        "return_reasons",
        ["value"],
        unique=True,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "swaps",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("cart_id", sa.String(), nullable=True),
        sa.Column("fulfillment_status", sa.String(), nullable=False),
        sa.Column("payment_status", sa.String(), nullable=False),
        sa.Column("shipping_address_id", sa.String(), nullable=True),
        sa.Column("difference_due", sa.BigInteger(), nullable=True),
        sa.Column("allow_backorder", sa.Boolean(), nullable=False),
        sa.Column("no_notification", sa.Boolean(), nullable=True),
        sa.Column("metadata", Json(), nullable=True),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("canceled_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cart_id"], ["carts.id"], name=op.f("fk_swaps_cart_id"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_swaps_order_id"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["shipping_address_id"],
            ["addresses.id"],
            name=op.f("fk_swaps_shipping_address_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_swaps")),
    )
    op.create_index("ix_swaps_newest", "swaps", ["created_at", "id"], unique=False)
    op.create_index(op.f("ix_swaps_order_id"), "swaps", ["order_id"], unique=False)
    op.create_index("uq_swaps_cart_id", "swaps", ["cart_id"], unique=True)
    op.create_table(
        "returns",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("order_id", sa.String(), nullable=True),
        sa.Column("swap_id", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("shipping_data", Json(), nullable=True),
        sa.Column("refund_amount", sa.BigInteger(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=True),
        sa.Column("no_notification", sa.Boolean(), nullable=True),
        sa.Column("metadata", Json(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(order_id IS NULL) <> (swap_id IS NULL)", name=op.f("ck_returns_of_an_order_or_a_swap")),
        sa.CheckConstraint("refund_amount >= 0", name=op.f("ck_returns_refund_amount_not_negative")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_returns_order_id"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["swap_id"], ["swaps.id"], name=op.f("fk_returns_swap_id"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_returns")),
    )
    op.create_index("ix_returns_newest", "returns", ["created_at", "id"], unique=False)
    op.create_index(op.f("ix_returns_order_id"), "returns", ["order_id"], unique=False)
    op.create_index("uq_returns_swap_id", "returns", ["swap_id"], unique=True)
    op.create_table(
        "swap_items",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("swap_id", sa.String(), nullable=False),
        sa.Column("cart_id", sa.String(), nullable=True),
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
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_swap_items_quantity_at_least_one")),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["products.id"],
            name=op.f("fk_swap_items_product_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["swap_id"], ["swaps.id"], name=op.f("fk_swap_items_swap_id"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["product_variants.id"],
            name=op.f("fk_swap_items_variant_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_swap_items")),
    )
    op.create_index(op.f("ix_swap_items_swap_id"), "swap_items", ["swap_id"], unique=False)
    op.create_table(
        "swap_shipping_methods",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("swap_id", sa.String(), nullable=False),
        sa.Column("shipping_option_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("profile_id", sa.String(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("includes_tax", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("data", Json(), nullable=False),
        sa.Column("subtotal", sa.BigInteger(), nullable=False),
        sa.Column("tax_total", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("original_tax_total", sa.BigInteger(), nullable=False),
        sa.Column("original_total", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("price >= 0", name=op.f("ck_swap_shipping_methods_price_not_negative")),
        sa.ForeignKeyConstraint(
            ["shipping_option_id"],
            ["shipping_options.id"],
            name=op.f("fk_swap_shipping_methods_shipping_option_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["swap_id"],
            ["swaps.id"],
            name=op.f("fk_swap_shipping_methods_swap_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_swap_shipping_methods")),
    )
    op.create_index(op.f("ix_swap_shipping_methods_swap_id"), "swap_shipping_methods", ["swap_id"], unique=False)
    op.create_table(
        "return_items",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("return_id", sa.String(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("is_requested", sa.Boolean(), nullable=False),
        sa.Column("requested_quantity", sa.Integer(), nullable=True),
        sa.Column("received_quantity", sa.Integer(), nullable=True),
        sa.Column("reason_id", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("metadata", Json(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_return_items_quantity_at_least_one")),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["order_items.id"],
            name=op.f("fk_return_items_item_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["reason_id"],
            ["return_reasons.id"],
            name=op.f("fk_return_items_reason_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["return_id"],
            ["returns.id"],
            name=op.f("fk_return_items_return_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_items")),
    )
    op.create_index(op.f("ix_return_items_item_id"), "return_items", ["item_id"], unique=False)
    op.create_index("uq_return_items_item", "return_items", ["return_id", "item_id"], unique=True)
    op.create_table(
        "return_shipping_methods",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("return_id", sa.String(), nullable=False),
        sa.Column("shipping_option_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("profile_id", sa.String(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("includes_tax", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("data", Json(), nullable=False),
        sa.Column("subtotal", sa.BigInteger(), nullable=False),
        sa.Column("tax_total", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("original_tax_total", sa.BigInteger(), nullable=False),
        sa.Column("original_total", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("price >= 0", name=op.f("ck_return_shipping_methods_price_not_negative")),
        sa.ForeignKeyConstraint(
            ["return_id"],
            ["returns.id"],
            name=op.f("fk_return_shipping_methods_return_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["shipping_option_id"],
            ["shipping_options.id"],
            name=op.f("fk_return_shipping_methods_shipping_option_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_shipping_methods")),
    )
    op.create_index("uq_return_shipping_methods_return_id", "return_shipping_methods", ["return_id"], unique=True)
    op.create_table(
        "swap_item_adjustments",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("discount_id", sa.String(), nullable=True),
        sa.Column("metadata", Json(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_swap_item_adjustments_amount_not_negative")),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["swap_items.id"],
            name=op.f("fk_swap_item_adjustments_item_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_swap_item_adjustments")),
    )
    op.create_index(op.f("ix_swap_item_adjustments_item_id"), "swap_item_adjustments", ["item_id"], unique=False)
    op.create_table(
        "swap_item_tax_lines",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("rate", Percent(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("rate >= 0", name=op.f("ck_swap_item_tax_lines_rate_not_negative")),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["swap_items.id"],
            name=op.f("fk_swap_item_tax_lines_item_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_swap_item_tax_lines")),
    )
    op.create_index(op.f("ix_swap_item_tax_lines_item_id"), "swap_item_tax_lines", ["item_id"], unique=False)
    op.create_table(
        "swap_shipping_method_tax_lines",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("shipping_method_id", sa.String(), nullable=False),
        sa.Column("rate", Percent(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("rate >= 0", name=op.f("ck_swap_shipping_method_tax_lines_rate_not_negative")),
        sa.ForeignKeyConstraint(
            ["shipping_method_id"],
            ["swap_shipping_methods.id"],
            name=op.f("fk_swap_shipping_method_tax_lines_shipping_method_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_swap_shipping_method_tax_lines")),
    )
    op.create_index(
        op.f("ix_swap_shipping_method_tax_lines_shipping_method_id"),
        "swap_shipping_method_tax_lines",
        ["shipping_method_id"],
        unique=False,
    )
    op.create_table(
        "return_shipping_method_tax_lines",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("shipping_method_id", sa.String(), nullable=False),
        sa.Column("rate", Percent(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("rate >= 0", name=op.f("ck_return_shipping_method_tax_lines_rate_not_negative")),
        sa.ForeignKeyConstraint(
            ["shipping_method_id"],
            ["return_shipping_methods.id"],
            name=op.f("fk_return_shipping_method_tax_lines_shipping_method_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_shipping_method_tax_lines")),
    )
    op.create_index(
        op.f("ix_return_shipping_method_tax_lines_shipping_method_id"),
        "return_shipping_method_tax_lines",
        ["shipping_method_id"],
        unique=False,
    )
    op.add_column("payments", sa.Column("swap_id", sa.String(), nullable=True))
    op.add_column(
        "orders", sa.Column("return_action_required", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column(
        "order_items",
        sa.Column(
            "returning_quantity",
            sa.Integer(),
            sa.CheckConstraint(
                "returning_quantity >= 0 AND COALESCE(returned_quantity, 0) + returning_quantity <= quantity",
                name=op.f("ck_order_items_returning_at_most_left"),
            ),
            server_default=sa.text("0"),
            nullable=False,
        ),
    )
    with op.batch_alter_table("line_item_adjustments") as table:
        table.drop_constraint(op.f("ck_line_item_adjustments_amount_not_negative"), type_="check")


def downgrade() -> None:
    with op.batch_alter_table("line_item_adjustments") as table:
        table.create_check_constraint(op.f("ck_line_item_adjustments_amount_not_negative"), "amount >= 0")
    with op.batch_alter_table("order_items") as table:
        table.drop_constraint(op.f("ck_order_items_returning_at_most_left"), type_="check")
        table.drop_column("returning_quantity")
    with op.batch_alter_table("orders") as table:
        table.drop_column("return_action_required")
    with op.batch_alter_table("payments") as table:
        table.drop_column("swap_id")
    op.drop_table("return_shipping_method_tax_lines")
    op.drop_table("swap_shipping_method_tax_lines")
    op.drop_table("swap_item_tax_lines")
    op.drop_table("swap_item_adjustments")
    op.drop_table("return_shipping_methods")
    op.drop_table("return_items")
    op.drop_table("swap_shipping_methods")
    op.drop_table("swap_items")
    op.drop_table("returns")
    op.drop_table("swaps")
    op.drop_table("return_reasons")
