"""Tables of what is for sale: products, variants, prices, images, and the files behind digital ones."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, Table

from adapters.db.tables.columns import (
    LIVE,
    amount,
    at_least_one,
    count,
    flag,
    key,
    live_index,
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


def _live_unique(table: str, column: str) -> Index:
    return Index(f"uq_{table}_{column}", column, unique=True, sqlite_where=LIVE, postgresql_where=LIVE)


def _measures() -> tuple[Column[object], ...]:
    return (
        optional("hs_code"),
        optional("origin_country"),
        optional("mid_code"),
        optional("material"),
        optional("weight", Integer),
        optional("length", Integer),
        optional("height", Integer),
        optional("width", Integer),
    )


product_types = Table(
    "product_types",
    metadata,
    key(),
    required("value"),
    meta(),
    *soft_timestamps(),
    version(),
    newest_first("product_types"),
)
product_tags = Table(
    "product_tags",
    metadata,
    key(),
    required("value"),
    meta(),
    *soft_timestamps(),
    version(),
    newest_first("product_tags"),
)
Index("uq_product_types_value", product_types.c.value, unique=True, sqlite_where=LIVE, postgresql_where=LIVE)
Index("uq_product_tags_value", product_tags.c.value, unique=True, sqlite_where=LIVE, postgresql_where=LIVE)

product_collections = Table(
    "product_collections",
    metadata,
    key(),
    required("title"),
    optional("handle"),
    meta(),
    *soft_timestamps(),
    version(),
    _live_unique("product_collections", "handle"),
    newest_first("product_collections"),
)

product_categories = Table(
    "product_categories",
    metadata,
    key(),
    required("name"),
    required("handle"),
    required("description"),
    flag("is_active"),
    flag("is_internal"),
    reference("parent_category_id", "product_categories.id", null=True),
    count("rank"),
    meta(),
    *soft_timestamps(),
    version(),
    *not_negative("rank"),
    _live_unique("product_categories", "handle"),
    newest_first("product_categories"),
    Index(None, "parent_category_id", "rank"),
)

products = Table(
    "products",
    metadata,
    key(),
    required("title"),
    required("handle"),
    reference("profile_id", "shipping_profiles.id"),
    optional("subtitle"),
    optional("description"),
    flag("is_giftcard"),
    required("status"),
    optional("thumbnail"),
    *_measures(),
    reference("collection_id", "product_collections.id", null=True),
    reference("type_id", "product_types.id", null=True),
    flag("discountable"),
    optional("external_id"),
    meta(),
    *soft_timestamps(),
    version(),
    _live_unique("products", "handle"),
    *(live_index("products", sort, "id") for sort in ("created_at", "title", "updated_at")),
    *(live_index("products", "status", sort, "id") for sort in ("created_at", "title", "updated_at")),
    Index(None, "collection_id"),
    Index(None, "type_id"),
)

product_options = Table(
    "product_options",
    metadata,
    key(),
    reference("product_id", "products.id"),
    required("title"),
    meta(),
    *soft_timestamps(),
    position(),
    Index(None, "product_id"),
)

product_variants = Table(
    "product_variants",
    metadata,
    key(),
    reference("product_id", "products.id"),
    required("title"),
    optional("sku"),
    optional("barcode"),
    optional("ean"),
    optional("upc"),
    count("variant_rank"),
    count("inventory_quantity"),
    flag("allow_backorder"),
    flag("manage_inventory"),
    flag("requires_shipping"),
    *_measures(),
    meta(),
    *soft_timestamps(),
    position(),
    *(_live_unique("product_variants", name) for name in ("sku", "barcode", "ean", "upc")),
    newest_first("product_variants"),
    Index(None, "product_id"),
)

variant_references = Table(
    "variant_references",
    metadata,
    key(),
    reference("source_variant_id", "product_variants.id"),
    reference("target_variant_id", "product_variants.id"),
    required("reference_type"),
    count("rank"),
    *soft_timestamps(),
    version(),
    *not_negative("rank"),
    Index(
        "uq_variant_references_source_target_type",
        "source_variant_id",
        "target_variant_id",
        "reference_type",
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    ),
    Index(None, "source_variant_id", "rank", "id"),
    Index(None, "target_variant_id"),
)

product_option_values = Table(
    "product_option_values",
    metadata,
    key(),
    reference("option_id", "product_options.id"),
    reference("variant_id", "product_variants.id"),
    required("value"),
    meta(),
    *soft_timestamps(),
    position(),
    Index(None, "option_id"),
    Index(None, "variant_id"),
)

money_amounts = Table(
    "money_amounts",
    metadata,
    key(),
    reference("variant_id", "product_variants.id"),
    reference("currency_code", "currencies.code"),
    amount("amount"),
    reference("region_id", "regions.id", null=True),
    optional("min_quantity", Integer),
    optional("max_quantity", Integer),
    optional("price_list_id"),
    *soft_timestamps(),
    position(),
    *not_negative("amount"),
    Index(None, "variant_id"),
    Index(None, "price_list_id"),
)

product_images = Table(
    "product_images",
    metadata,
    key(),
    reference("product_id", "products.id"),
    required("url"),
    meta(),
    *soft_timestamps(),
    position(),
    Index(None, "product_id"),
)

product_tag_links = Table(
    "product_tag_links",
    metadata,
    reference("product_id", "products.id", primary_key=True),
    reference("tag_id", "product_tags.id", primary_key=True),
    position(),
    Index(None, "tag_id", "product_id"),
)

product_category_products = Table(
    "product_category_products",
    metadata,
    reference("product_id", "products.id", primary_key=True),
    reference("product_category_id", "product_categories.id", primary_key=True),
    position(),
    Index(None, "product_category_id", "product_id"),
)

product_sales_channels = Table(
    "product_sales_channels",
    metadata,
    reference("product_id", "products.id", primary_key=True),
    reference("sales_channel_id", "sales_channels.id", primary_key=True),
    position(),
    Index(None, "sales_channel_id", "product_id"),
)

product_files = Table(
    "product_files",
    metadata,
    key(),
    reference("product_id", "products.id"),
    reference("variant_id", "product_variants.id", null=True),
    required("chain_id"),
    required("name"),
    required("mime_type"),
    amount("size"),
    required("sha256"),
    count("file_version"),
    required("state"),
    required("storage_key"),
    optional("uploaded_by"),
    optional("replaces_id"),
    optional("rejected_reason"),
    Column("retained", Boolean, nullable=False),
    meta(),
    moment("created_at", null=False),
    moment("updated_at", null=False),
    moment("deleted_at"),
    version(),
    *not_negative("size"),
    at_least_one("file_version"),
    Index("uq_product_files_version", "chain_id", "file_version", unique=True),
    Index(None, "product_id", "created_at"),
    Index(None, "variant_id"),
    Index(None, "storage_key"),
)

# What staff send straight into the storage, until it has become a product file.
uploads = Table(
    "uploads",
    metadata,
    key(),
    reference("product_id", "products.id"),
    optional("variant_id"),
    optional("replaces_id"),
    required("file_id"),
    required("name"),
    required("mime_type"),
    amount("size"),
    optional("sha256"),
    amount("part_size"),
    required("storage_key"),
    required("storage_ref"),
    optional("started_by"),
    moment("expires_at", null=False),
    required("state"),
    moment("closed_at"),
    *timestamps(),
    version(),
    *(at_least_one(name) for name in ("size", "part_size")),
    Index(None, "file_id"),
    Index(None, "state", "expires_at"),
    Index(None, "product_id"),
)
