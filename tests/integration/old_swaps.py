"""Swaps as databases kept them before their lines stood beside those of orders, to be migrated."""

from __future__ import annotations

from datetime import UTC, datetime
from json import dumps
from typing import Any

from alembic import command
from sqlalchemy import (
    BigInteger,
    Boolean,
    Connection,
    Engine,
    Integer,
    MetaData,
    Numeric,
    Row,
    Table,
    func,
    insert,
    select,
)

from adapters.db.migrate import configuration, migrate

BEFORE, AFTER = "0028", "0029"
LINES, TAXES, SHARES = "swap_items", "swap_item_tax_lines", "swap_item_adjustments"
NOW = {LINES: "order_items", TAXES: "order_item_tax_lines", SHARES: "order_item_adjustments"}
PACKED = "swap_fulfillment_items"
UNTOUCHED = ("orders", "swaps", "returns", "return_items", "swap_fulfillments", PACKED)
SENT = {"fulfilled_quantity": 2, "shipped_quantity": 1, "returned_quantity": None, "returning_quantity": 0}


class OldSwaps:
    """An order of one line with two swaps: a hat and a cap, taxed, discounted and half sent, and one that is
    only asked for. What is given for them is on its way back."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._move("upgrade", BEFORE)
        with engine.begin() as connection:
            self._tables = _reflected(connection)
            self._fill(connection)
        self.before = self._seen()

    def check_moved(self) -> None:
        migrate(self._engine)
        with self._engine.connect() as connection:
            tables = _reflected(connection)
            assert not {LINES, TAXES, SHARES} & set(tables)
            for old, new in (
                (LINES, "order_items"),
                (TAXES, "order_item_tax_lines"),
                (SHARES, "order_item_adjustments"),
            ):
                names = [column.name for column in self._tables[old].c]
                moved = connection.execute(select(*(tables[new].c[name] for name in names)).order_by("id"))
                ours = [row for row in map(_plain, moved) if not row["id"].startswith("ordered")]
                assert ours == self.before[old]
            lines = tables["order_items"].c
            belongs = connection.execute(select(lines.id, lines.order_id, lines.swap_id).order_by(lines.id)).all()
            assert [tuple(row) for row in belongs] == [
                ("cap", "order_1", "swap_sent"),
                ("hat", "order_1", "swap_sent"),
                ("ordered", "order_1", None),
                ("sock", "order_1", "swap_asked"),
            ]
            swaps = tables["swaps"].c
            assert connection.execute(select(swaps.by_staff)).scalars().all() == [False, False]
            packed = tables[PACKED]
            assert connection.scalar(select(func.count()).join_from(packed, tables["order_items"])) == 2

    def check_taken_back(self) -> None:
        self._move("downgrade", BEFORE)
        assert self._seen() == self.before

    def _move(self, way: str, revision: str) -> None:
        with self._engine.begin() as connection:
            getattr(command, way)(configuration(connection), revision)

    def _seen(self) -> dict[str, list[dict[str, Any]]]:
        with self._engine.connect() as connection:
            assert set(_reflected(connection)) == set(self._tables)
            seen = {}
            for name in (LINES, TAXES, SHARES, "order_items", "order_item_tax_lines", *UNTOUCHED):
                table = self._tables[name]
                seen[name] = [_plain(row) for row in connection.execute(select(table).order_by("id"))]
        return seen

    def _fill(self, connection: Connection) -> None:
        def put(table: str, id: str, **values: object) -> None:
            _put(connection, self._tables, table, {"id": id, **values})

        put("orders", "order_1", cart_id=None, display_id=7)
        put("order_items", "ordered", order_id="order_1", quantity=3, returning_quantity=2, title="Shirt")
        put("order_item_tax_lines", "ordered_tax", item_id="ordered")
        for swap, lines in (("swap_sent", ("hat", "cap")), ("swap_asked", ("sock",))):
            put("swaps", swap, order_id="order_1")
            put("returns", f"ret_{swap}", swap_id=swap, order_id=None)
            put("return_items", f"reti_{swap}", return_id=f"ret_{swap}", item_id="ordered", requested_quantity=1)
            for place, line in enumerate(lines):
                sent = SENT if swap == "swap_sent" else {}
                put(
                    LINES,
                    line,
                    swap_id=swap,
                    position=place,
                    quantity=2,
                    metadata=_json(connection, {"gift": line}),
                    **sent,
                )
                for number in range(2):
                    put(TAXES, f"{line}_tax_{number}", item_id=line, position=number, rate=9.5 + number)
                put(SHARES, f"{line}_share", item_id=line, amount=120)
        put("swap_fulfillments", "ful_1", swap_id="swap_sent")
        for line in ("hat", "cap"):
            put(PACKED, f"packed_{line}", fulfillment_id="ful_1", item_id=line, quantity=2)


def _reflected(connection: Connection) -> dict[str, Table]:
    found = MetaData()
    found.reflect(connection)
    return dict(found.tables)


def _put(connection: Connection, tables: dict[str, Table], name: str, values: dict[str, Any]) -> None:
    """A row of these values, and of as little else as it needs; with the rows it points at."""
    table = tables[name]
    for column in table.columns:
        if column.name in values or column.nullable or column.server_default is not None:
            continue
        values[column.name] = _least(connection, tables, column)
    connection.execute(insert(table).values(values))


def _least(connection: Connection, tables: dict[str, Table], column: Any) -> Any:
    for foreign in column.foreign_keys:
        there = foreign.column
        known = connection.scalar(select(there).limit(1))
        if known is None:
            known = f"some_{there.table.name}"
            _put(connection, tables, there.table.name, {there.name: known})
        return known
    if isinstance(column.type, Boolean):
        return False
    if isinstance(column.type, Integer | BigInteger | Numeric):
        return 1
    known = {
        "email": "jo@example.com",
        "status": "requested",
        "payment_status": "awaiting",
        "data": _json(connection, {}),
    }
    if column.name in known:
        return known[column.name]
    if column.name.endswith("_at"):
        stamp = datetime(2026, 3, 1, tzinfo=UTC)
        return stamp if connection.dialect.name == "postgresql" else f"{stamp:%Y-%m-%dT%H:%M:%S.%f}"
    return "some"


def _json(connection: Connection, value: dict[str, str]) -> object:
    return value if connection.dialect.name == "postgresql" else dumps(value)


def _plain(row: Row[Any]) -> dict[str, Any]:
    return dict(row._mapping)
