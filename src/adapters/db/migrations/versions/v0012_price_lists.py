"""Price lists, tax rates of single goods, publishable keys, and prices that include tax."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from adapters.db.types import Json, Percent, UtcDateTime

revision = "0012"
down_revision = "0011a"
branch_labels = None
depends_on = None

# Tables whose amounts may include tax from now on.
INCLUSIVE = (
    "currencies",
    "regions",
    "shipping_options",
    "line_items",
    "order_items",
    "shipping_methods",
    "order_shipping_methods",
)


def upgrade() -> None:
    for table in INCLUSIVE:
        op.add_column(table, sa.Column("includes_tax", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("customer_groups", sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False))
    op.create_index(op.f("ix_money_amounts_price_list_id"), "money_amounts", ["price_list_id"], unique=False)
    op.create_table(
        "price_lists",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=True),
        sa.Column("ends_at", UtcDateTime(), nullable=True),
        sa.Column("includes_tax", sa.Boolean(), nullable=False),
        *_soft_root(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_lists")),
    )
    op.create_table(
        "tax_rates",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("region_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("rate", Percent(), nullable=False),
        sa.Column("metadata", Json(), nullable=True),
        *_soft_root(),
        sa.CheckConstraint("rate >= 0", name=op.f("ck_tax_rates_rate_not_negative")),
        sa.ForeignKeyConstraint(
            ["region_id"], ["regions.id"], name=op.f("fk_tax_rates_region_id"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tax_rates")),
    )
    op.create_index(op.f("ix_tax_rates_region_id"), "tax_rates", ["region_id"], unique=False)
    op.create_table(
        "publishable_api_keys",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=True),
        sa.Column("revoked_by", sa.String(), nullable=True),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        *_soft_root(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publishable_api_keys")),
    )
    _links("price_list_customer_groups", ("price_list_id", "price_lists"), ("customer_group_id", "customer_groups"))
    _links("product_tax_rates", ("rate_id", "tax_rates"), ("product_id", "products"))
    _links("product_type_tax_rates", ("rate_id", "tax_rates"), ("product_type_id", "product_types"))
    _links("shipping_tax_rates", ("rate_id", "tax_rates"), ("shipping_option_id", "shipping_options"))
    _links(
        "publishable_api_key_sales_channels",
        ("publishable_key_id", "publishable_api_keys"),
        ("sales_channel_id", "sales_channels"),
    )


def _soft_root() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
    )


def _links(table: str, here: tuple[str, str], there: tuple[str, str]) -> None:
    """Rows that join two tables; found from both sides."""
    op.create_table(
        table,
        sa.Column(here[0], sa.String(), nullable=False),
        sa.Column(there[0], sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column],
                [f"{target}.id"],
                name=op.f(f"fk_{table}_{column}"),
                initially="DEFERRED",
                deferrable=True,
            )
            for column, target in (here, there)
        ),
        sa.PrimaryKeyConstraint(here[0], there[0], name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_{there[0]}"), table, [there[0]], unique=False)


def downgrade() -> None:
    for table in (
        "publishable_api_key_sales_channels",
        "shipping_tax_rates",
        "product_type_tax_rates",
        "product_tax_rates",
        "price_list_customer_groups",
        "publishable_api_keys",
        "tax_rates",
        "price_lists",
    ):
        op.drop_table(table)
    op.drop_index(op.f("ix_money_amounts_price_list_id"), "money_amounts")
    op.drop_column("customer_groups", "version")
    for table in reversed(INCLUSIVE):
        op.drop_column(table, "includes_tax")
