"""Orders, their lines and shipping."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from adapters.db.types import Json, Percent, UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "orders",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("display_id", sa.Integer(), nullable=False),
        sa.Column("cart_id", sa.String(), nullable=True),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("region_id", sa.String(), nullable=False),
        sa.Column("currency_code", sa.String(), nullable=False),
        sa.Column("sales_channel_id", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("payment_status", sa.String(), nullable=False),
        sa.Column("fulfillment_status", sa.String(), nullable=False),
        sa.Column("shipping_address_id", sa.String(), nullable=True),
        sa.Column("billing_address_id", sa.String(), nullable=True),
        sa.Column("subtotal", sa.BigInteger(), nullable=False),
        sa.Column("discount_total", sa.BigInteger(), nullable=False),
        sa.Column("shipping_total", sa.BigInteger(), nullable=False),
        sa.Column("item_tax_total", sa.BigInteger(), nullable=False),
        sa.Column("shipping_tax_total", sa.BigInteger(), nullable=False),
        sa.Column("tax_total", sa.BigInteger(), nullable=False),
        sa.Column("gift_card_total", sa.BigInteger(), nullable=False),
        sa.Column("gift_card_tax_total", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("paid_total", sa.BigInteger(), nullable=False),
        sa.Column("refunded_total", sa.BigInteger(), nullable=False),
        sa.Column("refundable_amount", sa.BigInteger(), nullable=False),
        sa.Column("capture_error", sa.String(), nullable=True),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("no_notification", sa.Boolean(), nullable=True),
        sa.Column("metadata", Json(), nullable=True),
        sa.Column("placed_at", UtcDateTime(), nullable=False),
        sa.Column("canceled_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("paid_total >= 0", name=op.f("ck_orders_paid_total_not_negative")),
        sa.CheckConstraint("refunded_total >= 0", name=op.f("ck_orders_refunded_total_not_negative")),
        sa.CheckConstraint("total >= 0", name=op.f("ck_orders_total_not_negative")),
        sa.ForeignKeyConstraint(
            ["billing_address_id"],
            ["addresses.id"],
            name=op.f("fk_orders_billing_address_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["cart_id"], ["carts.id"], name=op.f("fk_orders_cart_id"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["currency_code"],
            ["currencies.code"],
            name=op.f("fk_orders_currency_code"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name=op.f("fk_orders_customer_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["region_id"], ["regions.id"], name=op.f("fk_orders_region_id"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["sales_channel_id"],
            ["sales_channels.id"],
            name=op.f("fk_orders_sales_channel_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["shipping_address_id"],
            ["addresses.id"],
            name=op.f("fk_orders_shipping_address_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
    )
    op.create_index(op.f("ix_orders_customer_id_created_at"), "orders", ["customer_id", "created_at"], unique=False)
    op.create_index(op.f("ix_orders_email_created_at"), "orders", ["email", "created_at"], unique=False)
    op.create_index("ix_orders_newest", "orders", ["created_at", "id"], unique=False)
    op.create_index(
        op.f("ix_orders_payment_status_created_at_id"), "orders", ["payment_status", "created_at", "id"], unique=False
    )
    op.create_index(op.f("ix_orders_status_created_at_id"), "orders", ["status", "created_at", "id"], unique=False)
    op.create_index("uq_orders_cart_id", "orders", ["cart_id"], unique=True)
    op.create_index("uq_orders_display_id", "orders", ["display_id"], unique=True)
    op.create_table(
        "order_items",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("order_id", sa.String(), nullable=False),
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
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_order_items_quantity_at_least_one")),
        sa.CheckConstraint("returned_quantity <= quantity", name=op.f("ck_order_items_returned_at_most_sold")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_order_items_order_id"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["products.id"],
            name=op.f("fk_order_items_product_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["product_variants.id"],
            name=op.f("fk_order_items_variant_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_items")),
    )
    op.create_index(op.f("ix_order_items_order_id"), "order_items", ["order_id"], unique=False)
    op.create_index(op.f("ix_order_items_product_id"), "order_items", ["product_id"], unique=False)
    op.create_index(op.f("ix_order_items_variant_id"), "order_items", ["variant_id"], unique=False)
    op.create_table(
        "order_item_tax_lines",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("rate", Percent(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("rate >= 0", name=op.f("ck_order_item_tax_lines_rate_not_negative")),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["order_items.id"],
            name=op.f("fk_order_item_tax_lines_item_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_item_tax_lines")),
    )
    op.create_index(op.f("ix_order_item_tax_lines_item_id"), "order_item_tax_lines", ["item_id"], unique=False)
    op.create_table(
        "order_item_adjustments",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("discount_id", sa.String(), nullable=True),
        sa.Column("metadata", Json(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_order_item_adjustments_amount_not_negative")),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["order_items.id"],
            name=op.f("fk_order_item_adjustments_item_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_item_adjustments")),
    )
    op.create_index(op.f("ix_order_item_adjustments_item_id"), "order_item_adjustments", ["item_id"], unique=False)
    op.create_table(
        "order_shipping_methods",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("shipping_option_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("profile_id", sa.String(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("data", Json(), nullable=False),
        sa.Column("subtotal", sa.BigInteger(), nullable=False),
        sa.Column("tax_total", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("original_tax_total", sa.BigInteger(), nullable=False),
        sa.Column("original_total", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("price >= 0", name=op.f("ck_order_shipping_methods_price_not_negative")),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["orders.id"],
            name=op.f("fk_order_shipping_methods_order_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["shipping_option_id"],
            ["shipping_options.id"],
            name=op.f("fk_order_shipping_methods_shipping_option_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_shipping_methods")),
    )
    op.create_index(op.f("ix_order_shipping_methods_order_id"), "order_shipping_methods", ["order_id"], unique=False)
    op.create_table(
        "order_shipping_method_tax_lines",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("shipping_method_id", sa.String(), nullable=False),
        sa.Column("rate", Percent(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("rate >= 0", name=op.f("ck_order_shipping_method_tax_lines_rate_not_negative")),
        sa.ForeignKeyConstraint(
            ["shipping_method_id"],
            ["order_shipping_methods.id"],
            name=op.f("fk_order_shipping_method_tax_lines_shipping_method_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_shipping_method_tax_lines")),
    )
    op.create_index(
        op.f("ix_order_shipping_method_tax_lines_shipping_method_id"),
        "order_shipping_method_tax_lines",
        ["shipping_method_id"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_table("order_shipping_method_tax_lines")
    op.drop_table("order_shipping_methods")
    op.drop_table("order_item_adjustments")
    op.drop_table("order_item_tax_lines")
    op.drop_table("order_items")
    op.drop_table("orders")
