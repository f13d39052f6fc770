"""Rows for tests of the reading side: a table's required columns are filled unless a test says them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import count
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Engine,
    Executable,
    Integer,
    String,
    Table,
    create_engine,
    event,
    insert,
)
from sqlalchemy.pool import StaticPool

from adapters.db import tables
from adapters.db.engine import Engines, bring_functions
from adapters.db.reads.sql_reads import SqlReads
from adapters.db.search.documents import rebuild
from adapters.db.transaction import transaction
from adapters.db.types import Json, Percent, UtcDateTime
from ports.reads import Audience, Condition, Operator, ReadContext, Selection
from tests.integration.kept_statements import open_kept, reader, share

NOW = datetime(2024, 6, 1, 12, 0, tzinfo=UTC)
ALL = Selection(everything=True)


def admin(**more: Any) -> ReadContext:
    return ReadContext(audience=Audience.ADMIN, now=NOW, **more)


def store(**more: Any) -> ReadContext:
    return ReadContext(audience=Audience.STORE, now=NOW, **more)


def where(**values: Any) -> list[Condition]:
    return [Condition(name, Operator.EQ, value) for name, value in values.items()]


def tree(*names: str, **below: Selection) -> Selection:
    """These columns, or all of them if none is named, and these relations."""
    return Selection(frozenset(names), below, everything=not names)


def only(*names: str, **below: Selection) -> Selection:
    return Selection(frozenset(names), below)


@cache
def _empty() -> bytes:
    """A database with all tables; made once per test process, because creating them takes longer than
    most tests."""
    engine = _in_memory()
    tables.metadata.create_all(engine)
    with engine.connect() as connection:
        content = _held(connection).serialize()
    engine.dispose()
    return content


def _in_memory() -> Engine:
    """Without what the real engine asks of rows: here they may point at what is not there."""
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    event.listen(engine, "connect", lambda connection, _: bring_functions(connection))
    return engine


def _held(connection: Connection) -> sqlite3.Connection:
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver


class Shop:
    """An empty database, and rows put into it. url: of one on a server; without one it is in memory."""

    def __init__(self, url: str | None = None) -> None:
        if url is None:
            engine = _in_memory()
            with engine.connect() as connection:
                _held(connection).deserialize(_empty())
            share(engine, "read")
            self._engines = Engines(write=engine, read=engine)
        else:
            self._engines = open_kept(url)
        self.engine = self._engines.read
        self.reads = reader(SqlReads, self.engine)
        self._ticks = count()

    def close(self) -> None:
        self._engines.dispose()

    def put(self, table: Table, id: str | None = None, **values: Any) -> Any:
        """Insert one row; ``created_at`` goes up by a second with each row of the shop."""
        row = {column.name: self._filler(column) for column in table.columns}
        tick = NOW - timedelta(days=30) + timedelta(seconds=next(self._ticks))
        row |= {name: tick for name in ("created_at", "updated_at") if name in row}
        if id is not None:
            row["id"] = id
        unknown = values.keys() - row.keys()
        assert not unknown, f"{table.name} has no {unknown}"
        with self._engines.write.begin() as connection:
            connection.execute(insert(table), {**row, **values})
        return id

    def change(self, statement: Executable) -> None:
        with self._engines.write.begin() as connection:
            connection.execute(statement)

    def index(self) -> None:
        """Make the words of all products known to searches; rows do not do that by themselves."""
        with transaction(self._engines.write) as run:
            rebuild(run)

    def _filler(self, column: Column[Any]) -> Any:
        if column.nullable:
            return None
        for kind, value in (
            (Boolean, False),
            (Percent, Decimal(0)),
            (UtcDateTime, NOW),
            (Json, {}),
            (Integer, 1 if column.name in ("quantity", "revision", "file_version") else 0),
            (String, f"{column.name}_{next(self._ticks)}"),
        ):
            if isinstance(column.type, kind):
                return value
        raise AssertionError(f"no filler for {column!r}")

    @contextmanager
    def counted(self) -> Iterator[list[str]]:
        """The statements that ran inside the block."""
        seen: list[str] = []

        def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            seen.append(statement)

        event.listen(self.engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(self.engine, "before_cursor_execute", note)

    def explained(self, statement: str) -> list[str]:
        """What SQLite would do for a statement, step by step."""
        with self.engine.connect() as connection:
            steps = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", ("[]",) * statement.count("?"))
            return [str(step[3]) for step in steps]

    # The records most tests need

    def settings(self) -> None:
        t = tables
        for code in ("eur", "usd"):
            self.put(t.currencies, code=code, symbol=code.upper(), symbol_native=code.upper(), name=code)
        self.put(t.sales_channels, "sc_web", name="Web")
        self.put(t.sales_channels, "sc_shop", name="Shop")
        self.put(t.stores, "store_1", name="S", default_currency_code="eur", default_sales_channel_id="sc_web")
        for code in ("eur", "usd"):
            self.put(t.store_currencies, store_id="store_1", currency_code=code)
        self.put(t.shipping_profiles, "sp_1", name="Default", type="default")
        self.put(t.payment_providers, "manual", is_installed=True)
        self.put(t.fulfillment_providers, "manual", is_installed=True)
        for number, code in enumerate(("de", "fr", "us")):
            self.put(t.countries, id=number, iso_2=code, iso_3=code * 2, num_code=number, name=code.upper())
        self.region("reg_eu", "eur", Decimal("19"), "de", "fr")
        self.region("reg_us", "usd", Decimal("7.25"), "us", automatic_taxes=False)

    def region(self, id: str, currency: str, rate: Decimal, *codes: str, **more: Any) -> None:
        t = tables
        taxed = {"automatic_taxes": True, **more}
        self.put(t.regions, id, name=id, currency_code=currency, tax_rate=rate, **taxed)
        for position, code in enumerate(codes):
            self.put(t.region_countries, region_id=id, country_code=code, position=position)
        self.put(t.region_payment_providers, region_id=id, provider_id="manual")
        self.put(t.region_payment_providers, region_id=id, provider_id="stripe", position=1)
        self.put(t.region_fulfillment_providers, region_id=id, provider_id="manual")

    def product(
        self, id: str, *, prices: dict[str, int] | None = None, channels: tuple[str, ...] = ("sc_web",), **values: Any
    ) -> str:
        """A product ``id`` with one option and one variant ``<id>_v``, priced per currency."""
        t = tables
        row = {"title": id.title(), "handle": id, "profile_id": "sp_1", "status": "published", **values}
        self.put(t.products, id, **row)
        self.put(t.product_options, f"{id}_o", product_id=id, title="Size")
        self.variant(id, f"{id}_v", prices=prices or {"eur": 1000})
        for channel in channels:
            self.put(t.product_sales_channels, product_id=id, sales_channel_id=channel)
        return id

    def variant(self, product_id: str, id: str, *, prices: dict[str, int], **values: Any) -> str:
        t = tables
        row = {"title": id, "inventory_quantity": 5, "manage_inventory": True, "requires_shipping": True, **values}
        self.put(t.product_variants, id, product_id=product_id, **row)
        self.put(t.product_option_values, f"{id}_ov", option_id=f"{product_id}_o", variant_id=id, value="L")
        for currency, amount in prices.items():
            self.put(t.money_amounts, f"{id}_{currency}", variant_id=id, currency_code=currency, amount=amount)
        return id


@contextmanager
def open_shop(url: str | None = None) -> Iterator[Shop]:
    shop = Shop(url)
    try:
        shop.settings()
        yield shop
    finally:
        shop.close()


__all__ = ["ALL", "NOW", "Engine", "Shop", "admin", "only", "open_shop", "store", "tree", "where"]
