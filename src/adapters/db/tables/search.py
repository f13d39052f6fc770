"""Where the words of products are kept for searching: each database's own kind of index.

Alembic knows neither kind, so the statements stand here, and once more in the migration that ran them.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, MetaData, column, event, table, text

from adapters.db.tables.columns import metadata

product_search = table("product_search", column("product_id"), column("words"))

# From where words come, in the order of their worth.
PARTS = ("title", "names", "labels", "prose")

CREATE = {
    "sqlite": (
        "CREATE VIRTUAL TABLE product_search USING fts5("
        "product_id, title, names, labels, prose, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3')",
    ),
    "postgresql": (
        "CREATE TABLE product_search (product_id VARCHAR PRIMARY KEY, words TSVECTOR NOT NULL)",
        "CREATE INDEX ix_product_search_words ON product_search USING gin (words)",
    ),
}


def is_described(name: str | None, kind: str, *_: Any) -> bool:
    """For alembic's comparisons: whether a thing of the database is one of the metadata's."""
    own = ("product_search", "search_fragments", "ix_search_texts_fragments")
    return not (kind in ("table", "index") and name is not None and name.startswith(own))


def create(connection: Connection) -> None:
    """What the migration does, for databases made from the metadata."""
    for statement in CREATE[connection.dialect.name]:
        connection.execute(text(statement))


@event.listens_for(metadata, "after_create")
def _create(_: MetaData, connection: Connection, **__: Any) -> None:
    create(connection)
