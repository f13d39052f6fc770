"""Finds orders and customers by any part of their addresses, names and numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from alembic import op

revision = "0027a"
down_revision = "0027"
branch_labels = None
depends_on = None

_CREATE = {
    "sqlite": (
        "CREATE VIRTUAL TABLE search_fragments USING fts5(text, content = 'search_texts', content_rowid = "
        "'number', tokenize = 'trigram')",
        "CREATE TRIGGER search_texts_added AFTER INSERT ON search_texts BEGIN INSERT INTO "
        "search_fragments (rowid, text) VALUES (new.number, new.text); END",
        "CREATE TRIGGER search_texts_removed AFTER DELETE ON search_texts BEGIN INSERT INTO "
        "search_fragments (search_fragments, rowid, text) VALUES ('delete', old.number, old.text); END",
        "CREATE TRIGGER search_texts_changed AFTER UPDATE ON search_texts BEGIN INSERT INTO "
        "search_fragments (search_fragments, rowid, text) VALUES ('delete', old.number, old.text); INSERT "
        "INTO search_fragments (rowid, text) VALUES (new.number, new.text); END",
        "CREATE TRIGGER orders_searched_added AFTER INSERT ON orders BEGIN INSERT INTO search_texts "
        "(kind, subject_id, text) SELECT 'order', orders.id, orders.email || char(10) || "
        "CAST(orders.display_id AS TEXT) || char(10) || coalesce(addresses.first_name, '') || char(10) || "
        "coalesce(addresses.last_name, '') || char(10) || coalesce(addresses.phone, '') FROM orders LEFT "
        "JOIN addresses ON addresses.id = orders.shipping_address_id WHERE orders.id = new.id ON CONFLICT "
        "(kind, subject_id) DO UPDATE SET text = excluded.text WHERE search_texts.text <> excluded.text; "
        "END",
        "CREATE TRIGGER orders_searched_changed AFTER UPDATE OF email, display_id, shipping_address_id ON "
        "orders WHEN old.email IS NOT new.email OR old.display_id IS NOT new.display_id OR "
        "old.shipping_address_id IS NOT new.shipping_address_id BEGIN INSERT INTO search_texts (kind, "
        "subject_id, text) SELECT 'order', orders.id, orders.email || char(10) || CAST(orders.display_id "
        "AS TEXT) || char(10) || coalesce(addresses.first_name, '') || char(10) || "
        "coalesce(addresses.last_name, '') || char(10) || coalesce(addresses.phone, '') FROM orders LEFT "
        "JOIN addresses ON addresses.id = orders.shipping_address_id WHERE orders.id = new.id ON CONFLICT "
        "(kind, subject_id) DO UPDATE SET text = excluded.text WHERE search_texts.text <> excluded.text; "
        "END",
        "CREATE TRIGGER orders_searched_removed AFTER DELETE ON orders BEGIN DELETE FROM search_texts "
        "WHERE kind = 'order' AND subject_id = old.id; END",
        "CREATE TRIGGER customers_searched_added AFTER INSERT ON customers BEGIN INSERT INTO search_texts "
        "(kind, subject_id, text) SELECT 'customer', customers.id, customers.email || char(10) || "
        "coalesce(customers.first_name, '') || char(10) || coalesce(customers.last_name, '') || char(10) "
        "|| coalesce(customers.phone, '') FROM customers WHERE customers.id = new.id ON CONFLICT (kind, "
        "subject_id) DO UPDATE SET text = excluded.text WHERE search_texts.text <> excluded.text; END",
        "CREATE TRIGGER customers_searched_changed AFTER UPDATE OF email, first_name, last_name, phone ON "
        "customers WHEN old.email IS NOT new.email OR old.first_name IS NOT new.first_name OR "
        "old.last_name IS NOT new.last_name OR old.phone IS NOT new.phone BEGIN INSERT INTO search_texts "
        "(kind, subject_id, text) SELECT 'customer', customers.id, customers.email || char(10) || "
        "coalesce(customers.first_name, '') || char(10) || coalesce(customers.last_name, '') || char(10) "
        "|| coalesce(customers.phone, '') FROM customers WHERE customers.id = new.id ON CONFLICT (kind, "
        "subject_id) DO UPDATE SET text = excluded.text WHERE search_texts.text <> excluded.text; END",
        "CREATE TRIGGER customers_searched_removed AFTER DELETE ON customers BEGIN DELETE FROM "
        "search_texts WHERE kind = 'customer' AND subject_id = old.id; END",
        "CREATE TRIGGER addresses_searched_added AFTER INSERT ON addresses BEGIN INSERT INTO search_texts "
        "(kind, subject_id, text) SELECT 'order', orders.id, orders.email || char(10) || "
        "CAST(orders.display_id AS TEXT) || char(10) || coalesce(addresses.first_name, '') || char(10) || "
        "coalesce(addresses.last_name, '') || char(10) || coalesce(addresses.phone, '') FROM orders LEFT "
        "JOIN addresses ON addresses.id = orders.shipping_address_id WHERE orders.shipping_address_id = "
        "new.id ON CONFLICT (kind, subject_id) DO UPDATE SET text = excluded.text WHERE search_texts.text "
        "<> excluded.text; END",
        "CREATE TRIGGER addresses_searched_changed AFTER UPDATE OF first_name, last_name, phone ON "
        "addresses WHEN old.first_name IS NOT new.first_name OR old.last_name IS NOT new.last_name OR "
        "old.phone IS NOT new.phone BEGIN INSERT INTO search_texts (kind, subject_id, text) SELECT "
        "'order', orders.id, orders.email || char(10) || CAST(orders.display_id AS TEXT) || char(10) || "
        "coalesce(addresses.first_name, '') || char(10) || coalesce(addresses.last_name, '') || char(10) "
        "|| coalesce(addresses.phone, '') FROM orders LEFT JOIN addresses ON addresses.id = "
        "orders.shipping_address_id WHERE orders.shipping_address_id = new.id ON CONFLICT (kind, "
        "subject_id) DO UPDATE SET text = excluded.text WHERE search_texts.text <> excluded.text; END",
    ),
    "postgresql": (
        "CREATE FUNCTION fragments_of(whole TEXT) RETURNS TEXT[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS "
        "'SELECT array_agg(DISTINCT substr(whole, n, 3)) FROM generate_series(1, length(whole) - 2) AS n'",
        "CREATE INDEX ix_search_texts_fragments ON search_texts USING gin (fragments_of(text))",
        "ALTER INDEX ix_search_texts_fragments ALTER COLUMN 1 SET STATISTICS 0",
        "CREATE FUNCTION orders_searched() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO "
        "search_texts (kind, subject_id, text) SELECT 'order', orders.id, lower(orders.email || chr(10) "
        "|| CAST(orders.display_id AS TEXT) || chr(10) || coalesce(addresses.first_name, '') || chr(10) "
        "|| coalesce(addresses.last_name, '') || chr(10) || coalesce(addresses.phone, '')) FROM orders "
        "LEFT JOIN addresses ON addresses.id = orders.shipping_address_id WHERE orders.id = new.id ON "
        "CONFLICT (kind, subject_id) DO UPDATE SET text = excluded.text WHERE search_texts.text <> "
        "excluded.text; RETURN NULL; END $$",
        "CREATE TRIGGER orders_searched_added AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION orders_searched()",
        "CREATE TRIGGER orders_searched_changed AFTER UPDATE OF email, display_id, shipping_address_id ON "
        "orders FOR EACH ROW WHEN (old.email IS DISTINCT FROM new.email OR old.display_id IS DISTINCT "
        "FROM new.display_id OR old.shipping_address_id IS DISTINCT FROM new.shipping_address_id) EXECUTE "
        "FUNCTION orders_searched()",
        "CREATE FUNCTION orders_forgotten() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM "
        "search_texts WHERE kind = 'order' AND subject_id = old.id; RETURN NULL; END $$",
        "CREATE TRIGGER orders_searched_removed AFTER DELETE ON orders FOR EACH ROW EXECUTE FUNCTION "
        "orders_forgotten()",
        "CREATE FUNCTION customers_searched() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO "
        "search_texts (kind, subject_id, text) SELECT 'customer', customers.id, lower(customers.email || "
        "chr(10) || coalesce(customers.first_name, '') || chr(10) || coalesce(customers.last_name, '') || "
        "chr(10) || coalesce(customers.phone, '')) FROM customers WHERE customers.id = new.id ON CONFLICT "
        "(kind, subject_id) DO UPDATE SET text = excluded.text WHERE search_texts.text <> excluded.text; "
        "RETURN NULL; END $$",
        "CREATE TRIGGER customers_searched_added AFTER INSERT ON customers FOR EACH ROW EXECUTE FUNCTION "
        "customers_searched()",
        "CREATE TRIGGER customers_searched_changed AFTER UPDATE OF email, first_name, last_name, phone ON "
        "customers FOR EACH ROW WHEN (old.email IS DISTINCT FROM new.email OR old.first_name IS DISTINCT "
        "FROM new.first_name OR old.last_name IS DISTINCT FROM new.last_name OR old.phone IS DISTINCT "
        "FROM new.phone) EXECUTE FUNCTION customers_searched()",
        "CREATE FUNCTION customers_forgotten() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM "
        "search_texts WHERE kind = 'customer' AND subject_id = old.id; RETURN NULL; END $$",
        "CREATE TRIGGER customers_searched_removed AFTER DELETE ON customers FOR EACH ROW EXECUTE "
        "FUNCTION customers_forgotten()",
        "CREATE FUNCTION addresses_searched() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO "
        "search_texts (kind, subject_id, text) SELECT 'order', orders.id, lower(orders.email || chr(10) "
        "|| CAST(orders.display_id AS TEXT) || chr(10) || coalesce(addresses.first_name, '') || chr(10) "
        "|| coalesce(addresses.last_name, '') || chr(10) || coalesce(addresses.phone, '')) FROM orders "
        "LEFT JOIN addresses ON addresses.id = orders.shipping_address_id WHERE "
        "orders.shipping_address_id = new.id ON CONFLICT (kind, subject_id) DO UPDATE SET text = "
        "excluded.text WHERE search_texts.text <> excluded.text; RETURN NULL; END $$",
        "CREATE TRIGGER addresses_searched_added AFTER INSERT ON addresses FOR EACH ROW EXECUTE FUNCTION "
        "addresses_searched()",
        "CREATE TRIGGER addresses_searched_changed AFTER UPDATE OF first_name, last_name, phone ON "
        "addresses FOR EACH ROW WHEN (old.first_name IS DISTINCT FROM new.first_name OR old.last_name IS "
        "DISTINCT FROM new.last_name OR old.phone IS DISTINCT FROM new.phone) EXECUTE FUNCTION "
        "addresses_searched()",
    ),
}
_FILL = {
    "sqlite": (
        "INSERT INTO search_texts (kind, subject_id, text) SELECT 'order', orders.id, orders.email || "
        "char(10) || CAST(orders.display_id AS TEXT) || char(10) || coalesce(addresses.first_name, '') || "
        "char(10) || coalesce(addresses.last_name, '') || char(10) || coalesce(addresses.phone, '') FROM "
        "orders LEFT JOIN addresses ON addresses.id = orders.shipping_address_id WHERE TRUE ON CONFLICT "
        "(kind, subject_id) DO UPDATE SET text = excluded.text WHERE search_texts.text <> excluded.text",
        "INSERT INTO search_texts (kind, subject_id, text) SELECT 'customer', customers.id, "
        "customers.email || char(10) || coalesce(customers.first_name, '') || char(10) || "
        "coalesce(customers.last_name, '') || char(10) || coalesce(customers.phone, '') FROM customers "
        "WHERE TRUE ON CONFLICT (kind, subject_id) DO UPDATE SET text = excluded.text WHERE "
        "search_texts.text <> excluded.text",
    ),
    "postgresql": (
        "INSERT INTO search_texts (kind, subject_id, text) SELECT 'order', orders.id, lower(orders.email "
        "|| chr(10) || CAST(orders.display_id AS TEXT) || chr(10) || coalesce(addresses.first_name, '') "
        "|| chr(10) || coalesce(addresses.last_name, '') || chr(10) || coalesce(addresses.phone, '')) "
        "FROM orders LEFT JOIN addresses ON addresses.id = orders.shipping_address_id WHERE TRUE ON "
        "CONFLICT (kind, subject_id) DO UPDATE SET text = excluded.text WHERE search_texts.text <> "
        "excluded.text",
        "INSERT INTO search_texts (kind, subject_id, text) SELECT 'customer', customers.id, "
        "lower(customers.email || chr(10) || coalesce(customers.first_name, '') || chr(10) || "
        "coalesce(customers.last_name, '') || chr(10) || coalesce(customers.phone, '')) FROM customers "
        "WHERE TRUE ON CONFLICT (kind, subject_id) DO UPDATE SET text = excluded.text WHERE "
        "search_texts.text <> excluded.text",
    ),
}
_DROP = {
    "sqlite": (
        "DROP TRIGGER orders_searched_added",
        "DROP TRIGGER orders_searched_changed",
        "DROP TRIGGER orders_searched_removed",
        "DROP TRIGGER customers_searched_added",
        "DROP TRIGGER customers_searched_changed",
        "DROP TRIGGER customers_searched_removed",
        "DROP TRIGGER addresses_searched_added",
        "DROP TRIGGER addresses_searched_changed",
        "DROP TABLE search_fragments",
    ),
    "postgresql": (
        "DROP TRIGGER orders_searched_added ON orders",
        "DROP TRIGGER orders_searched_changed ON orders",
        "DROP TRIGGER orders_searched_removed ON orders",
        "DROP FUNCTION orders_searched()",
        "DROP FUNCTION orders_forgotten()",
        "DROP TRIGGER customers_searched_added ON customers",
        "DROP TRIGGER customers_searched_changed ON customers",
        "DROP TRIGGER customers_searched_removed ON customers",
        "DROP FUNCTION customers_searched()",
        "DROP FUNCTION customers_forgotten()",
        "DROP TRIGGER addresses_searched_added ON addresses",
        "DROP TRIGGER addresses_searched_changed ON addresses",
        "DROP FUNCTION addresses_searched()",
        "DROP INDEX ix_search_texts_fragments",
        "DROP FUNCTION fragments_of(TEXT)",
    ),
}


def upgrade() -> None:
    op.create_index("ix_orders_shipping_address_id", "orders", ["shipping_address_id"], unique=False)
    op.create_table(
        "search_texts",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_search_texts")),
        sa.UniqueConstraint("kind", "subject_id", name=op.f("uq_search_texts_kind_subject_id")),
    )
    _run(_CREATE)
    _run(_FILL)


def downgrade() -> None:
    _run(_DROP)
    op.drop_table("search_texts")
    op.drop_index("ix_orders_shipping_address_id", table_name="orders")


def _run(statements: Mapping[str, Sequence[str]]) -> None:
    connection = op.get_bind()
    for statement in statements[connection.dialect.name]:
        connection.execute(sa.text(statement))
