"""Regions, currencies, channels and shipping."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from adapters.db.types import Json, Percent, UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "currencies",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("symbol", sa.String(), nullable=False),
        sa.Column("symbol_native", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_currencies")),
    )
    op.create_table(
        "countries",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("iso_2", sa.String(), nullable=False),
        sa.Column("iso_3", sa.String(), nullable=False),
        sa.Column("num_code", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("display_name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_countries")),
        sa.UniqueConstraint("iso_2", name=op.f("uq_countries_iso_2")),
    )
    op.create_table(
        "sales_channels",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("is_disabled", sa.Boolean(), nullable=False),
        sa.Column("metadata", Json(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales_channels")),
    )
    op.create_table(
        "stores",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("default_currency_code", sa.String(), nullable=False),
        sa.Column("default_sales_channel_id", sa.String(), nullable=False),
        sa.Column("metadata", Json(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["default_currency_code"],
            ["currencies.code"],
            name=op.f("fk_stores_default_currency_code"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["default_sales_channel_id"],
            ["sales_channels.id"],
            name=op.f("fk_stores_default_sales_channel_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stores")),
    )
    op.create_table(
        "store_currencies",
        sa.Column("store_id", sa.String(), nullable=False),
        sa.Column("currency_code", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["currency_code"],
            ["currencies.code"],
            name=op.f("fk_store_currencies_currency_code"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["store_id"],
            ["stores.id"],
            name=op.f("fk_store_currencies_store_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("store_id", "currency_code", name=op.f("pk_store_currencies")),
    )
    op.create_table(
        "regions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("currency_code", sa.String(), nullable=False),
        sa.Column("tax_rate", Percent(), nullable=False),
        sa.Column("tax_code", sa.String(), nullable=True),
        sa.Column("gift_cards_taxable", sa.Boolean(), nullable=False),
        sa.Column("automatic_taxes", sa.Boolean(), nullable=False),
        sa.Column("tax_provider_id", sa.String(), nullable=True),
        sa.Column("metadata", Json(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("tax_rate >= 0 AND tax_rate <= 1000000", name=op.f("ck_regions_tax_rate_is_percent")),
        sa.ForeignKeyConstraint(
            ["currency_code"],
            ["currencies.code"],
            name=op.f("fk_regions_currency_code"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regions")),
    )
    op.create_table(
        "region_countries",
        sa.Column("region_id", sa.String(), nullable=False),
        sa.Column("country_code", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["country_code"],
            ["countries.iso_2"],
            name=op.f("fk_region_countries_country_code"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["region_id"],
            ["regions.id"],
            name=op.f("fk_region_countries_region_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("region_id", "country_code", name=op.f("pk_region_countries")),
    )
    op.create_index("uq_region_countries_country_code", "region_countries", ["country_code"], unique=True)
    op.create_table(
        "region_payment_providers",
        sa.Column("region_id", sa.String(), nullable=False),
        sa.Column("provider_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["region_id"],
            ["regions.id"],
            name=op.f("fk_region_payment_providers_region_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("region_id", "provider_id", name=op.f("pk_region_payment_providers")),
    )
    op.create_table(
        "region_fulfillment_providers",
        sa.Column("region_id", sa.String(), nullable=False),
        sa.Column("provider_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["region_id"],
            ["regions.id"],
            name=op.f("fk_region_fulfillment_providers_region_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("region_id", "provider_id", name=op.f("pk_region_fulfillment_providers")),
    )
    op.create_table(
        "payment_providers",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("is_installed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_providers")),
    )
    op.create_table(
        "fulfillment_providers",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("is_installed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fulfillment_providers")),
    )
    op.create_table(
        "tax_providers",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("is_installed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tax_providers")),
    )
    op.create_table(
        "shipping_profiles",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("metadata", Json(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipping_profiles")),
    )
    op.create_table(
        "shipping_options",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("region_id", sa.String(), nullable=False),
        sa.Column("profile_id", sa.String(), nullable=False),
        sa.Column("provider_id", sa.String(), nullable=False),
        sa.Column("price_type", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("is_return", sa.Boolean(), nullable=False),
        sa.Column("admin_only", sa.Boolean(), nullable=False),
        sa.Column("data", Json(), nullable=False),
        sa.Column("metadata", Json(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_shipping_options_amount_not_negative")),
        sa.ForeignKeyConstraint(
            ["profile_id"],
            ["shipping_profiles.id"],
            name=op.f("fk_shipping_options_profile_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["region_id"],
            ["regions.id"],
            name=op.f("fk_shipping_options_region_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipping_options")),
    )
    op.create_index(op.f("ix_shipping_options_region_id"), "shipping_options", ["region_id"], unique=False)
    op.create_table(
        "shipping_option_requirements",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("shipping_option_id", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_shipping_option_requirements_amount_not_negative")),
        sa.ForeignKeyConstraint(
            ["shipping_option_id"],
            ["shipping_options.id"],
            name=op.f("fk_shipping_option_requirements_shipping_option_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipping_option_requirements")),
    )
    op.create_index(
        op.f("ix_shipping_option_requirements_shipping_option_id"),
        "shipping_option_requirements",
        ["shipping_option_id"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_table("shipping_option_requirements")
    op.drop_table("shipping_options")
    op.drop_table("shipping_profiles")
    op.drop_table("tax_providers")
    op.drop_table("fulfillment_providers")
    op.drop_table("payment_providers")
    op.drop_table("region_fulfillment_providers")
    op.drop_table("region_payment_providers")
    op.drop_table("region_countries")
    op.drop_table("regions")
    op.drop_table("store_currencies")
    op.drop_table("stores")
    op.drop_table("sales_channels")
    op.drop_table("countries")
    op.drop_table("currencies")
