"""What staff look for by any part of it (addresses, names, numbers), each record's in one text.

Triggers keep the texts, so that whoever writes an order, a customer or an address need not know of them.
The database itself finds them by groups of three letters: SQLite in an FTS5 table beside this one,
PostgreSQL in a GIN index over the groups. Alembic knows none of that, so the statements stand here, and
once more in the migration that ran them.
"""

from __future__ import annotations

from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, UniqueConstraint, event, text

from adapters.db.tables.columns import metadata

# kind: order or customer; text: its parts, a line each, on PostgreSQL in small letters.
search_texts = Table(
    "search_texts",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("subject_id", String, nullable=False),
    Column("text", String, nullable=False),
    UniqueConstraint("kind", "subject_id"),
)

_KEPT = "ON CONFLICT (kind, subject_id) DO UPDATE SET text = excluded.text WHERE search_texts.text <> excluded.text"
_ORDERS = (  # noqa: S608 - filled in with what stands here
    "INSERT INTO search_texts (kind, subject_id, text)"
    " SELECT 'order', orders.id, {begin}orders.email || {line} ||"
    " CAST(orders.display_id AS TEXT) || {line} || coalesce(addresses.first_name, '') || {line} ||"
    " coalesce(addresses.last_name, '') || {line} || coalesce(addresses.phone, ''){end}"
    " FROM orders LEFT JOIN addresses ON addresses.id = orders.shipping_address_id WHERE {which} "
) + _KEPT
_CUSTOMERS = (  # noqa: S608 - likewise
    "INSERT INTO search_texts (kind, subject_id, text)"
    " SELECT 'customer', customers.id, {begin}customers.email || {line} ||"
    " coalesce(customers.first_name, '') || {line} || coalesce(customers.last_name, '') || {line} ||"
    " coalesce(customers.phone, ''){end} FROM customers WHERE {which} "
) + _KEPT
_FORGET = "DELETE FROM search_texts WHERE kind = '{kind}' AND subject_id = old.id"
_SAID = {
    "sqlite": {"begin": "", "end": "", "line": "char(10)"},
    "postgresql": {"begin": "lower(", "end": ")", "line": "chr(10)"},
}

# By table: what it is called here, of which columns a text is made, and what makes the texts of a row.
_SOURCES = (
    ("orders", "order", ("email", "display_id", "shipping_address_id"), _ORDERS, "orders.id = new.id"),
    ("customers", "customer", ("email", "first_name", "last_name", "phone"), _CUSTOMERS, "customers.id = new.id"),
    ("addresses", None, ("first_name", "last_name", "phone"), _ORDERS, "orders.shipping_address_id = new.id"),
)
_FRAGMENTS = {
    "sqlite": (
        "CREATE VIRTUAL TABLE search_fragments USING fts5("
        "text, content = 'search_texts', content_rowid = 'number', tokenize = 'trigram')",
        "CREATE TRIGGER search_texts_added AFTER INSERT ON search_texts BEGIN"
        " INSERT INTO search_fragments (rowid, text) VALUES (new.number, new.text); END",
        "CREATE TRIGGER search_texts_removed AFTER DELETE ON search_texts BEGIN"
        " INSERT INTO search_fragments (search_fragments, rowid, text) VALUES ('delete', old.number, old.text); END",
        "CREATE TRIGGER search_texts_changed AFTER UPDATE ON search_texts BEGIN"
        " INSERT INTO search_fragments (search_fragments, rowid, text) VALUES ('delete', old.number, old.text);"
        " INSERT INTO search_fragments (rowid, text) VALUES (new.number, new.text); END",
    ),
    "postgresql": (
        "CREATE FUNCTION fragments_of(whole TEXT) RETURNS TEXT[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS"
        " 'SELECT array_agg(DISTINCT substr(whole, n, 3)) FROM generate_series(1, length(whole) - 2) AS n'",
        "CREATE INDEX ix_search_texts_fragments ON search_texts USING gin (fragments_of(text))",
        # Counting the groups would cost more than it tells: ANALYZE would take each sampled text apart.
        "ALTER INDEX ix_search_texts_fragments ALTER COLUMN 1 SET STATISTICS 0",
    ),
}
_DROP = {
    "sqlite": ("DROP TABLE search_fragments",),
    "postgresql": (
        "DROP INDEX ix_search_texts_fragments",
        "DROP FUNCTION fragments_of(TEXT)",
    ),
}


def statements(dialect: str) -> list[str]:
    """What is created beside the tables."""
    made = list(_FRAGMENTS[dialect])
    for table, kind, names, keep, which in _SOURCES:
        keeping = keep.format(which=which, **_SAID[dialect])
        forgetting = _FORGET.format(kind=kind) if kind else None
        made += (_sqlite if dialect == "sqlite" else _postgresql)(table, names, keeping, forgetting)
    return made


def filling(dialect: str) -> list[str]:
    """What makes the texts of rows that were there before the triggers."""
    return [keep.format(which="TRUE", **_SAID[dialect]) for keep in (_ORDERS, _CUSTOMERS)]


def dropping(dialect: str) -> list[str]:
    """All of it but the table."""
    gone = []
    for table, kind, *_ in _SOURCES:
        for moment in ("added", "changed", "removed")[: 3 if kind else 2]:
            gone.append(f"DROP TRIGGER {table}_searched_{moment}" + ("" if dialect == "sqlite" else f" ON {table}"))
        if dialect == "postgresql":
            gone += [f"DROP FUNCTION {table}_searched()"]
            gone += [f"DROP FUNCTION {table}_forgotten()"] if kind else []
    return [*gone, *_DROP[dialect]]


def _sqlite(table: str, names: tuple[str, ...], keeping: str, forgetting: str | None) -> list[str]:
    changed = " OR ".join(f"old.{name} IS NOT new.{name}" for name in names)
    made = [
        f"CREATE TRIGGER {table}_searched_added AFTER INSERT ON {table} BEGIN {keeping}; END",
        f"CREATE TRIGGER {table}_searched_changed AFTER UPDATE OF {', '.join(names)} ON {table}"
        f" WHEN {changed} BEGIN {keeping}; END",
    ]
    if forgetting is not None:
        made.append(f"CREATE TRIGGER {table}_searched_removed AFTER DELETE ON {table} BEGIN {forgetting}; END")
    return made


def _postgresql(table: str, names: tuple[str, ...], keeping: str, forgetting: str | None) -> list[str]:
    changed = " OR ".join(f"old.{name} IS DISTINCT FROM new.{name}" for name in names)
    function = "CREATE FUNCTION {}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {}; RETURN NULL; END $$"
    run = "FOR EACH ROW {}EXECUTE FUNCTION {}()"
    made = [
        function.format(f"{table}_searched", keeping),
        f"CREATE TRIGGER {table}_searched_added AFTER INSERT ON {table} " + run.format("", f"{table}_searched"),
        f"CREATE TRIGGER {table}_searched_changed AFTER UPDATE OF {', '.join(names)} ON {table} "
        + run.format(f"WHEN ({changed}) ", f"{table}_searched"),
    ]
    if forgetting is not None:
        made.append(function.format(f"{table}_forgotten", forgetting))
        made.append(
            f"CREATE TRIGGER {table}_searched_removed AFTER DELETE ON {table} " + run.format("", f"{table}_forgotten")
        )
    return made


def create(connection: Connection) -> None:
    """What the migration does, for databases made from the metadata."""
    for statement in statements(connection.dialect.name):
        connection.execute(text(statement))


@event.listens_for(metadata, "after_create")
def _create(_: MetaData, connection: Connection, **__: object) -> None:
    create(connection)
