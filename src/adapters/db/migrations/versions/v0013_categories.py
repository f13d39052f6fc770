"""Product categories, and an index of the words products are searched by."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from adapters.db.types import Json, UtcDateTime
from core.domain.search_text import words_of

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_BATCH = 500
_CREATE = {
    "sqlite": (
        "CREATE VIRTUAL TABLE product_search USING fts5("
        "product_id, title, names, labels, prose, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3')",
    ),
    "postgresql": (
        "CREATE TABLE product_search (product_id VARCHAR PRIMARY KEY, words TSVECTOR NOT NULL)",
        "CREATE INDEX ix_product_search_words ON product_search USING gin (words)",
    ),
}
_KEEP = {
    "sqlite": "INSERT INTO product_search (product_id, title, names, labels, prose)"
    " VALUES (:product_id, :title, :names, :labels, :prose)",
    "postgresql": "INSERT INTO product_search (product_id, words) VALUES (:product_id, CAST(:words AS tsvector))",
}
_LIVE = sa.text("deleted_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "product_categories",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("handle", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("is_internal", sa.Boolean(), nullable=False),
        sa.Column("parent_category_id", sa.String(), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("metadata", Json(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("rank >= 0", name=op.f("ck_product_categories_rank_not_negative")),
        sa.ForeignKeyConstraint(
            ["parent_category_id"],
            ["product_categories.id"],
            name=op.f("fk_product_categories_parent_category_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_categories")),
    )
    op.create_index(
        "uq_product_categories_handle",
        "product_categories",
        ["handle"],
        unique=True,
        sqlite_where=_LIVE,
        postgresql_where=_LIVE,
    )
    op.create_index("ix_product_categories_newest", "product_categories", ["created_at", "id"], unique=False)
    op.create_index(
        op.f("ix_product_categories_parent_category_id_rank"),
        "product_categories",
        ["parent_category_id", "rank"],
        unique=False,
    )
    op.create_table(
        "product_category_products",
        sa.Column("product_id", sa.String(), nullable=False),
        sa.Column("product_category_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_category_id"],
            ["product_categories.id"],
            name=op.f("fk_product_category_products_product_category_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["products.id"],
            name=op.f("fk_product_category_products_product_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("product_id", "product_category_id", name=op.f("pk_product_category_products")),
    )
    op.create_index(
        op.f("ix_product_category_products_product_category_id_product_id"),
        "product_category_products",
        ["product_category_id", "product_id"],
        unique=False,
    )
    for table in ("product_collections", "product_types", "product_tags"):
        op.create_index(f"ix_{table}_newest", table, ["created_at", "id"], unique=False)
    connection = op.get_bind()
    for statement in _CREATE[connection.dialect.name]:
        connection.execute(sa.text(statement))
    _fill(connection)


def _fill(connection: sa.Connection) -> None:
    """Every product there is by now, at the words it has by now."""
    names, labels = _texts(connection, _VARIANTS), _texts(connection, _TAGS)
    rows = []
    for id, title, subtitle, description, collection in connection.execute(sa.text(_PRODUCTS)):
        parts = {
            "title": words_of(title),
            "names": words_of(" ".join([subtitle or "", *names.get(id, ())])),
            "labels": words_of(" ".join([collection or "", *labels.get(id, ())])),
            "prose": words_of(description or ""),
        }
        rows.append({"product_id": id, **{name: " ".join(words) for name, words in parts.items()}, **_vector(parts)})
    for batch in _batches(rows):
        connection.execute(sa.text(_KEEP[connection.dialect.name]), batch)


_PRODUCTS = (
    "SELECT p.id, p.title, p.subtitle, p.description, c.title FROM products p"
    " LEFT JOIN product_collections c ON c.id = p.collection_id WHERE p.deleted_at IS NULL"
)
_VARIANTS = "SELECT product_id, title || ' ' || COALESCE(sku, '') FROM product_variants WHERE deleted_at IS NULL"
_TAGS = "SELECT l.product_id, t.value FROM product_tag_links l JOIN product_tags t ON t.id = l.tag_id"


def _texts(connection: sa.Connection, statement: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for id, text in connection.execute(sa.text(statement)):
        found.setdefault(id, []).append(text)
    return found


def _vector(parts: dict[str, list[str]]) -> dict[str, str]:
    weights: dict[str, str] = {}
    for weight, words in zip("ABCD", parts.values(), strict=True):
        for word in words:
            weights.setdefault(word, weight)
    return {"words": " ".join(f"'{word}':1{weight}" for word, weight in weights.items())}


def _batches(rows: list[dict[str, str]]) -> Iterator[list[dict[str, str]]]:
    for start in range(0, len(rows), _BATCH):
        yield rows[start : start + _BATCH]


def downgrade() -> None:
    op.execute("DROP TABLE product_search")
    for table in ("product_tags", "product_types", "product_collections"):
        op.drop_index(f"ix_{table}_newest", table_name=table)
    op.drop_table("product_category_products")
    op.drop_table("product_categories")
