"""Discounts, what they are good for and what they were used for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from adapters.db.types import Json, UtcDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

WITH_METHODS = ("order_shipping_methods", "return_shipping_methods", "shipping_methods", "swap_shipping_methods")


def upgrade() -> None:
    op.create_table(
        "discount_rules",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("allocation", sa.String(), nullable=True),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("metadata", Json(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("value >= 0", name=op.f("ck_discount_rules_value_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discount_rules")),
    )
    op.create_table(
        "discount_conditions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("discount_rule_id", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("operator", sa.String(), nullable=False),
        sa.Column("metadata", Json(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["discount_rule_id"],
            ["discount_rules.id"],
            name=op.f("fk_discount_conditions_discount_rule_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discount_conditions")),
    )
    op.create_index(
        "uq_discount_conditions_kind", "discount_conditions", ["discount_rule_id", "type", "operator"], unique=True
    )

    op.create_table(
        "discounts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("rule_id", sa.String(), nullable=False),
        sa.Column("is_dynamic", sa.Boolean(), nullable=False),
        sa.Column("is_disabled", sa.Boolean(), nullable=False),
        sa.Column("parent_discount_id", sa.String(), nullable=True),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=True),
        sa.Column("valid_duration", sa.String(), nullable=True),
        sa.Column("usage_limit", sa.Integer(), nullable=True),
        sa.Column("usage_limit_per_customer", sa.Integer(), nullable=True),
        sa.Column("usage_count", sa.Integer(), nullable=False),
        sa.Column("metadata", Json(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("usage_count >= 0", name=op.f("ck_discounts_usage_count_not_negative")),
        sa.ForeignKeyConstraint(
            ["parent_discount_id"],
            ["discounts.id"],
            name=op.f("fk_discounts_parent_discount_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"],
            ["discount_rules.id"],
            name=op.f("fk_discounts_rule_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discounts")),
    )
    op.create_index("ix_discounts_newest", "discounts", ["created_at", "id"], unique=False)
    op.create_index(op.f("ix_discounts_parent_discount_id"), "discounts", ["parent_discount_id"], unique=False)
    op.create_index(op.f("ix_discounts_rule_id"), "discounts", ["rule_id"], unique=False)
    op.create_index(
        "uq_discounts_code",
        "discounts",
        ["code"],
        unique=True,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )

    op.create_table(
        "discount_condition_resources",
        sa.Column("condition_id", sa.String(), nullable=False),
        sa.Column("resource_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["condition_id"],
            ["discount_conditions.id"],
            name=op.f("fk_discount_condition_resources_condition_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("condition_id", "resource_id", name=op.f("pk_discount_condition_resources")),
    )
    op.create_index(
        op.f("ix_discount_condition_resources_resource_id"),
        "discount_condition_resources",
        ["resource_id"],
        unique=False,
    )

    op.create_table(
        "discount_regions",
        sa.Column("discount_id", sa.String(), nullable=False),
        sa.Column("region_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["discount_id"],
            ["discounts.id"],
            name=op.f("fk_discount_regions_discount_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["region_id"],
            ["regions.id"],
            name=op.f("fk_discount_regions_region_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("discount_id", "region_id", name=op.f("pk_discount_regions")),
    )
    op.create_index(op.f("ix_discount_regions_region_id"), "discount_regions", ["region_id"], unique=False)

    op.create_table(
        "cart_discounts",
        sa.Column("cart_id", sa.String(), nullable=False),
        sa.Column("discount_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cart_id"], ["carts.id"], name=op.f("fk_cart_discounts_cart_id"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["discount_id"],
            ["discounts.id"],
            name=op.f("fk_cart_discounts_discount_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("cart_id", "discount_id", name=op.f("pk_cart_discounts")),
    )
    op.create_index(op.f("ix_cart_discounts_discount_id"), "cart_discounts", ["discount_id"], unique=False)

    op.create_table(
        "discount_uses",
        sa.Column("discount_id", sa.String(), nullable=False),
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["discount_id"],
            ["discounts.id"],
            name=op.f("fk_discount_uses_discount_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_discount_uses_order_id"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("discount_id", "order_id", name=op.f("pk_discount_uses")),
    )
    op.create_index(
        op.f("ix_discount_uses_discount_id_customer_id"),
        "discount_uses",
        ["discount_id", "customer_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_discount_uses_discount_id_email"), "discount_uses", ["discount_id", "email"], unique=False
    )
    op.create_index(op.f("ix_discount_uses_order_id"), "discount_uses", ["order_id"], unique=False)

    op.create_table(
        "order_discounts",
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("discount_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["discount_id"],
            ["discounts.id"],
            name=op.f("fk_order_discounts_discount_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["orders.id"],
            name=op.f("fk_order_discounts_order_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("order_id", "discount_id", name=op.f("pk_order_discounts")),
    )
    op.create_index(op.f("ix_order_discounts_discount_id"), "order_discounts", ["discount_id"], unique=False)

    for table in ("orders", "carts"):
        op.add_column(table, sa.Column("has_discounts", sa.Boolean(), server_default=sa.false(), nullable=False))
    for table in WITH_METHODS:
        op.add_column(table, sa.Column("waived", sa.BigInteger(), server_default=sa.text("0"), nullable=False))


def downgrade() -> None:
    for table in ("orders", "carts"):
        with op.batch_alter_table(table) as changed:
            changed.drop_column("has_discounts")
    for table in WITH_METHODS:
        with op.batch_alter_table(table) as changed:
            changed.drop_column("waived")
    op.drop_table("order_discounts")
    op.drop_table("discount_uses")
    op.drop_table("cart_discounts")
    op.drop_table("discount_regions")
    op.drop_table("discount_condition_resources")
    op.drop_table("discounts")
    op.drop_table("discount_conditions")
    op.drop_table("discount_rules")
