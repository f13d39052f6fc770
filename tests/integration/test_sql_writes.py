"""What only the database adapter does: exact writes, few statements, refusals from constraints."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import MetaData, Table, create_engine, delete, event, insert, select, text, update
from sqlalchemy.exc import DatabaseError, IntegrityError, StatementError

from adapters.db.engine import Engines, open_engines
from adapters.db.mapping import IncompleteMapping, Mapper
from adapters.db.tables import audit_log, carts, orders, regions
from adapters.db.tables.columns import key, required
from adapters.db.unit_of_work import SqlBegin
from core.domain.actor import SYSTEM, Actor, ActorKind
from core.domain.cart import Cart, CartId
from core.domain.errors import ConcurrentUpdate, Unavailable
from ports.unique_keys import ReferenceMissing
from tests.contracts import full_records as full
from tests.contracts import full_sales as sales
from tests.integration.shops import migrated
from tests.integration.test_sql_unit_of_work import SqlShop


@pytest.fixture
def shop() -> Iterator[SqlShop]:
    engines = open_engines("sqlite://", busy_timeout_ms=50)
    migrated(engines.write)
    yield SqlShop(engines)
    engines.dispose()


@pytest.fixture
def statements(shop: SqlShop) -> list[str]:
    """Everything sent to the database, as it is sent."""
    sent: list[str] = []
    event.listen(shop.engines.write, "before_cursor_execute", lambda *given: sent.append(given[2]))
    return sent


def a_cart(**changes: object) -> Cart:
    return Cart(id=CartId("cart_1"), region_id="reg_1", currency_code="eur", **changes)  # type: ignore[arg-type]


def test_commit_writes_only_what_changed(shop: SqlShop, statements: list[str]) -> None:
    shop.save(lambda work: work.regions.add(full.a_region()), lambda work: work.carts.add(a_cart()))
    with shop.open() as work:
        work.carts.get("cart_1").email = "new@example.test"
        statements.clear()
        work.commit()

    assert statements == [
        "UPDATE carts SET email=?, updated_at=?, version=? WHERE carts.id = ? AND carts.version = ?"
    ]


def test_loading_costs_one_statement_per_table_and_none_below_nothing(shop: SqlShop, statements: list[str]) -> None:
    shop.sell()
    shop.save(lambda work: work.carts.add(sales.a_cart("cart_2", channel_id=None, items=[], shipping_methods=[])))
    counts = {}
    for id in ("cart_1", "cart_2"):
        with shop.open() as work:
            statements.clear()
            work.carts.get(id)
            counts[id] = len(statements)

    # carts, line_items with tax lines and adjustments, methods with tax lines, sessions, gift cards,
    # discounts, addresses
    assert counts == {"cart_1": 10, "cart_2": 7}


def test_offers_cost_four_statements(shop: SqlShop, statements: list[str]) -> None:
    shop.sell()
    with shop.open() as work:
        statements.clear()
        assert len(work.offers.of(["variant_prod_1_1", "variant_prod_1_2"])) == 2

    assert len(statements) == 4


def test_several_aggregates_cost_as_much_as_one(shop: SqlShop, statements: list[str]) -> None:
    shop.sell()
    shop.save(lambda work: work.downloads.add(sales.an_entitlement("dl_2", line_item_id="item_order_1_2")))
    with shop.open() as work:
        statements.clear()
        assert len(work.downloads.of_order("order_1")) == 2

    assert len(statements) == 1


def test_times_come_from_the_clock(shop: SqlShop) -> None:
    shop.save(lambda work: work.regions.add(full.a_region()))
    made = shop.clock.now()
    shop.save(lambda work: work.carts.add(a_cart()))
    changed = shop.clock.advance(full.later(hours=1) - full.NOON)
    shop.save(lambda work: setattr(work.carts.get("cart_1"), "email", "new@example.test"))

    (row,) = shop.rows(select(carts.c.created_at, carts.c.updated_at))
    assert row == {"created_at": made, "updated_at": changed}


def test_lists_can_rely_on_copies_of_derived_figures(shop: SqlShop) -> None:
    shop.sell()

    order = shop.read(lambda work: work.orders.get("order_1"))
    (row,) = shop.rows(select(orders))
    for name in ("payment_status", "fulfillment_status", "paid_total", "refunded_total", "refundable_amount"):
        assert row[name] == getattr(order, name), name
    assert row["created_at"] == order.placed_at


def test_stale_version_is_refused_without_any_lock(shop: SqlShop, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/shop.db"
    migrated(tmp_path / "shop.db")
    # No transactions at all: the version alone has to notice.
    lawless = SqlBegin(create_engine(url, connect_args={"isolation_level": None}), shop.clock, shop.ids)
    with lawless(SYSTEM, "test") as work:
        work.regions.add(full.a_region())
        work.carts.add(a_cart())
        work.commit()

    with lawless(SYSTEM, "test") as first:
        first.carts.get("cart_1").email = "first@example.test"
        with lawless(SYSTEM, "test") as second:
            second.carts.get("cart_1").email = "second@example.test"
            second.commit()
        with pytest.raises(ConcurrentUpdate):
            first.commit()


def test_missing_reference_is_a_refusal(shop: SqlShop) -> None:
    with pytest.raises(ReferenceMissing):
        shop.save(lambda work: work.carts.add(a_cart()))


def test_broken_check_is_a_bug(shop: SqlShop) -> None:
    shop.save(lambda work: work.regions.add(full.a_region()), lambda work: work.carts.add(a_cart()))
    attempt = sales.an_attempt()
    attempt.amount = -1
    with pytest.raises(IntegrityError):
        shop.save(lambda work: work.attempts.add(attempt))


def test_audit_log_only_grows(shop: SqlShop) -> None:
    admin = Actor(kind=ActorKind.USER, id="usr_1")
    shop.save(lambda work: work.regions.add(full.a_region()), actor=admin)

    for change in (update(audit_log).values(action="other"), delete(audit_log)):
        with pytest.raises(DatabaseError, match="append-only"), shop.engines.write.begin() as connection:
            connection.execute(change)
    assert [row["action"] for row in shop.audit_log()] == ["test"]


def test_reading_engine_refuses_writes(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/shop.db"
    migrated(tmp_path / "shop.db")
    engines = open_engines(url)
    with engines.read.connect() as connection, pytest.raises(DatabaseError, match="readonly"):
        connection.execute(insert(regions).values(id="reg_1"))
    engines.dispose()


def test_unit_of_work_can_look_beside_a_writer(tmp_path: Path, shop: SqlShop) -> None:
    url = f"sqlite:///{tmp_path}/shop.db"
    migrated(tmp_path / "shop.db")
    engines = open_engines(url, busy_timeout_ms=50)
    writing = SqlBegin(engines.write, shop.clock, shop.ids)
    looking = SqlBegin(engines.read, shop.clock, shop.ids)
    with writing(SYSTEM, "test") as work:
        work.regions.add(full.a_region())
        with looking(SYSTEM, "test") as look:
            assert look.regions.first() is None
            look.commit()
        work.commit()
    engines.dispose()


def test_sqlite_is_opened_as_documented(tmp_path: Path) -> None:
    engines = open_engines(f"sqlite:///{tmp_path}/shop.db")
    with engines.write.connect() as connection:
        settings = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
        }
    engines.dispose()

    assert settings == {"journal_mode": "wal", "synchronous": 1, "busy_timeout": 5000, "foreign_keys": 1}


def test_second_writer_is_told_to_come_back(tmp_path: Path, shop: SqlShop) -> None:
    url = f"sqlite:///{tmp_path}/shop.db"
    migrated(tmp_path / "shop.db")
    mine, theirs = open_engines(url, busy_timeout_ms=50), open_engines(url, busy_timeout_ms=50)
    with SqlBegin(mine.write, shop.clock, shop.ids)(SYSTEM, "test"), pytest.raises(Unavailable):
        SqlBegin(theirs.write, shop.clock, shop.ids)(SYSTEM, "test").__enter__()
    for engines in (mine, theirs):
        engines.dispose()


def test_unreachable_database_is_unavailable(shop: SqlShop) -> None:
    engines: Engines = open_engines("sqlite:////nowhere/at/all/shop.db")
    with pytest.raises(Unavailable):
        SqlBegin(engines.write, shop.clock, shop.ids)(SYSTEM, "test").__enter__()


def test_naive_times_and_unheard_of_rates_are_refused(shop: SqlShop) -> None:
    naive = full.a_session()
    naive.expires_at = datetime(2026, 1, 1)  # noqa: DTZ001
    with pytest.raises(StatementError, match="no time zone"):
        shop.save(lambda work: work.sessions.add(naive))
    region = full.a_region()
    region.tax_rate = Decimal("0.00001")
    with pytest.raises(StatementError, match="four decimal places"):
        shop.save(lambda work: work.regions.add(region))


def test_times_of_other_zones_are_kept_as_utc(shop: SqlShop) -> None:
    shop.furnish()
    session = full.a_session()
    session.expires_at = datetime.fromisoformat("2026-01-01T14:00:00+02:00")
    shop.save(lambda work: work.sessions.add(session))

    assert shop.read(lambda work: work.sessions.get(session.id)).expires_at == datetime(2026, 1, 1, 12, tzinfo=UTC)


def test_mapper_that_forgets_a_field_is_refused() -> None:
    @dataclass
    class Note:
        id: str
        words: str

    def table(*names: str) -> Table:
        return Table("notes", MetaData(), key(), *(required(name) for name in names))

    Mapper(Note, table("words"), skipped=())
    with pytest.raises(IncompleteMapping, match="words"):
        Mapper(Note, table(), skipped=())
    with pytest.raises(IncompleteMapping, match="colour"):
        Mapper(Note, table("words", "colour"), skipped=())
