"""A large shop in seconds: one product and one order, copied inside the database as often as wanted.

    python -m benchmarks.stock --products 20000 --orders 100000     (into DATABASE_URL)

Copies differ in what lists sort, filter and search by: ids, handles, titles, times, statuses, e-mail
addresses and numbers. Everything else is the pattern's. For benchmarks and tests of large tables.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping

from sqlalchemy import Connection, Engine, Table, text

from adapters.db import tables as t
from adapters.db.engine import open_engines
from adapters.db.search.documents import rebuild
from adapters.db.transaction import transaction

# By table: which rows belong to the pattern, and the columns that hold ids which are copied too.
_OF_PRODUCT = "IN (SELECT id FROM product_variants WHERE product_id = :pattern)"
PRODUCT_ROWS: tuple[tuple[Table, str, tuple[str, ...]], ...] = (
    (t.products, "id = :pattern", ("id",)),
    (t.product_options, "product_id = :pattern", ("id", "product_id")),
    (t.product_variants, "product_id = :pattern", ("id", "product_id")),
    (t.product_option_values, f"variant_id {_OF_PRODUCT}", ("id", "option_id", "variant_id")),
    (t.money_amounts, f"variant_id {_OF_PRODUCT}", ("id", "variant_id")),
    (t.product_images, "product_id = :pattern", ("id", "product_id")),
    (t.product_tag_links, "product_id = :pattern", ("product_id",)),
    (t.product_category_products, "product_id = :pattern", ("product_id",)),
    (t.product_sales_channels, "product_id = :pattern", ("product_id",)),
)
_OF_ORDER = "IN (SELECT id FROM order_items WHERE order_id = :pattern)"
ORDER_ROWS: tuple[tuple[Table, str, tuple[str, ...]], ...] = (
    (t.customers, "id = (SELECT customer_id FROM orders WHERE id = :pattern)", ("id",)),
    (t.orders, "id = :pattern", ("id", "customer_id")),
    (t.order_items, "order_id = :pattern", ("id", "order_id")),
    (t.order_item_tax_lines, f"item_id {_OF_ORDER}", ("id", "item_id")),
    (t.payments, "order_id = :pattern", ("id", "order_id", "provider_payment_id")),
)
# What makes copies differ; {n} is the copy's number, {later} moves a time by as many seconds.
PRODUCT_CHANGES: Mapping[str, Mapping[str, str]] = {
    "products": {
        "handle": "'copy-' || {n}",
        "title": "'Night over harbour ' || {n}",
        "status": "CASE WHEN {n} % 10 = 9 THEN 'draft' ELSE 'published' END",
        "external_id": "'ext-' || {n}",
        "created_at": "{later}",
        "updated_at": "{later}",
    },
    "product_variants": {"sku": "sku || '-' || {n}", "created_at": "{later}", "updated_at": "{later}"},
}
ORDER_CHANGES: Mapping[str, Mapping[str, str]] = {
    "customers": {"email": "'customer' || {n} || '@example.com'", "created_at": "{later}", "updated_at": "{later}"},
    "orders": {
        "display_id": "1000000 + {n}",
        "cart_id": "NULL",
        "email": "'buyer' || ({n} % 5000) || '@example.com'",
        "external_id": "'ext-' || {n}",
        "status": "CASE WHEN {n} % 50 = 7 THEN 'canceled' ELSE 'pending' END",
        "payment_status": "CASE WHEN {n} % 20 = 7 THEN 'refunded' ELSE 'captured' END",
        "fulfillment_status": "CASE WHEN {n} % 25 = 7 THEN 'shipped' ELSE 'not_fulfilled' END",
        "created_at": "{later}",
        "updated_at": "{later}",
        "placed_at": "{later}",
    },
    "order_items": {"cart_id": "NULL"},
    "payments": {"cart_id": "NULL"},
}
_LATER = {
    "sqlite": "strftime('%Y-%m-%dT%H:%M:%S', {column}, '+' || {{n}} || ' seconds') || substr({column}, 20)",
    "postgresql": "{column} + {{n}} * interval '1 second'",
}


def copy_products(engine: Engine, pattern: str, copies: int) -> None:
    """Beside the product ``pattern``, so many like it; searches find them too."""
    with engine.begin() as connection:
        _without_hurry(connection)
        for table, where, ids in PRODUCT_ROWS:
            _copy(connection, table, where, ids, PRODUCT_CHANGES.get(table.name, {}), pattern, copies)
    with transaction(engine) as run:
        rebuild(run)


def copy_orders(engine: Engine, pattern: str, copies: int) -> None:
    """Beside the order ``pattern``, so many like it, with lines and payments, each of another customer."""
    with engine.begin() as connection:
        _without_hurry(connection)
        for table, where, ids in ORDER_ROWS:
            _copy(connection, table, where, ids, ORDER_CHANGES.get(table.name, {}), pattern, copies)


def settle(engine: Engine) -> None:
    """Let PostgreSQL look at how its tables are filled now, as it does by itself after a while. A shop on SQLite
    has no statistics."""
    if engine.dialect.name == "sqlite":
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def _without_hurry(connection: Connection) -> None:
    """The shop ends statements that take seconds; so many rows take longer, with all that is kept of them."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")


def _copy(
    connection: Connection,
    table: Table,
    where: str,
    ids: tuple[str, ...],
    changes: Mapping[str, str],
    pattern: str,
    copies: int,
) -> None:
    dialect = connection.dialect.name
    values = []
    for column in table.columns:
        value = f"{column.name} || '_' || {{n}}" if column.name in ids else changes.get(column.name, column.name)
        if value == "{later}":
            value = _LATER[dialect].format(column=column.name)
        values.append(value.format(n="series.n"))
    columns = ", ".join(column.name for column in table.columns)
    connection.execute(
        text(
            "WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < :copies)"
            f" INSERT INTO {table.name} ({columns})"
            f" SELECT {', '.join(values)} FROM {table.name}, series WHERE {where}"
        ),
        {"pattern": pattern, "copies": copies},
    )


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m benchmarks.stock", description=__doc__)
    arguments.add_argument("--products", type=int, default=20_000)
    arguments.add_argument("--orders", type=int, default=100_000)
    asked = arguments.parse_args()
    engine = open_engines(os.environ["DATABASE_URL"]).write
    with engine.connect() as connection:
        product = connection.scalar(text("SELECT id FROM products ORDER BY created_at DESC, id DESC LIMIT 1"))
        order = connection.scalar(text("SELECT id FROM orders ORDER BY created_at DESC, id DESC LIMIT 1"))
    if product is not None:
        copy_products(engine, product, asked.products)
    if order is not None:
        copy_orders(engine, order, asked.orders)
    settle(engine)


if __name__ == "__main__":
    main()
