from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from adapters.db.engine import Engines
from adapters.db.housekeeping import SqlDeadLetters, SqlOldRecords
from adapters.db.idempotency import SqlIdempotencyKeys
from adapters.db.jobs import SqlJobs
from adapters.db.tables import audit_log, customer_groups, events, jobs
from adapters.db.unfinished import SqlUnfinished
from adapters.db.unit_of_work import SqlBegin
from tests.contracts.collections import CollectionsContract
from tests.contracts.conditional_writes import ConditionalWritesContract
from tests.contracts.discounts import DiscountsContract
from tests.contracts.finders import FindersContract
from tests.contracts.gift_cards import GiftCardsContract
from tests.contracts.housekeeping import DeadLettersContract, OldRecordsContract
from tests.contracts.idempotency import IdempotencyKeysContract
from tests.contracts.jobs import JobsContract
from tests.contracts.shop import REACTIONS, Shop
from tests.contracts.unfinished import UnfinishedContract
from tests.contracts.unique_keys import UniqueKeysContract
from tests.contracts.unit_of_work import UnitOfWorkContract
from tests.integration.kept_statements import open_kept
from tests.integration.shops import migrated

# Short, so that a second writer on the same thread is kept out soon.
BUSY_MS = 50


class SqlShop(Shop):
    def __init__(self, engines: Engines) -> None:
        super().__init__()
        self.engines = engines

    @property
    def begin(self) -> SqlBegin:
        return SqlBegin(self.engines.write, self.clock, self.ids, REACTIONS)

    @property
    def jobs(self) -> SqlJobs:
        return SqlJobs(self.engines, self.clock)

    def add_group(self, id: str) -> None:
        self._insert(customer_groups, id=id, name=id)

    def events(self) -> list[tuple[str, dict[str, Any]]]:
        return [(row["name"], row["payload"]) for row in self.rows(select(events).order_by(events.c.seq))]

    def queued(self) -> list[tuple[str, dict[str, Any]]]:
        return [(row["kind"], row["payload"]) for row in self.rows(select(jobs).order_by(jobs.c.id))]

    def audit_log(self) -> list[dict[str, Any]]:
        rows = self.rows(select(audit_log).order_by(audit_log.c.at))
        return [{name: value for name, value in row.items() if name != "id"} for row in rows]

    def rows(self, statement: Any) -> list[dict[str, Any]]:
        with self.engines.read.connect() as connection:
            return [dict(row) for row in connection.execute(statement).mappings()]

    def _insert(self, table: Any, **values: Any) -> None:
        now = self.clock.now()
        with self.engines.write.begin() as connection:
            connection.execute(insert(table).values(**values, created_at=now, updated_at=now))


@pytest.fixture
def sqlite_shop(tmp_path: Path) -> Iterator[SqlShop]:
    migrated(tmp_path / "shop.db")
    engines = open_kept(f"sqlite:///{tmp_path}/shop.db", busy_timeout_ms=BUSY_MS)
    yield SqlShop(engines)
    engines.dispose()


class OnSqlite:
    @pytest.fixture
    def shop(self, sqlite_shop: SqlShop) -> SqlShop:
        return sqlite_shop


class TestSqlUnitOfWork(OnSqlite, UnitOfWorkContract):
    pass


class TestSqlCollections(OnSqlite, CollectionsContract):
    pass


class TestSqlFinders(OnSqlite, FindersContract):
    pass


class TestSqlUniqueKeys(OnSqlite, UniqueKeysContract):
    pass


class TestSqlDiscounts(OnSqlite, DiscountsContract):
    pass


class TestSqlConditionalWrites(OnSqlite, ConditionalWritesContract):
    pass


class TestSqlGiftCards(OnSqlite, GiftCardsContract):
    pass


class TestSqlJobs(OnSqlite, JobsContract):
    pass


class TestUnitOfWorkInOneConnection(UnitOfWorkContract):
    """A whole shop in ``sqlite://``, reading and writing through the connection that holds it."""

    @pytest.fixture
    def shop(self) -> Iterator[SqlShop]:
        engines = open_kept("sqlite://", busy_timeout_ms=BUSY_MS)
        migrated(engines.write)
        yield SqlShop(engines)
        engines.dispose()


class TestSqlUnfinished(OnSqlite, UnfinishedContract):
    @pytest.fixture
    def unfinished(self, shop: SqlShop) -> SqlUnfinished:
        return SqlUnfinished(shop.engines.read)


class TestSqlIdempotencyKeys(OnSqlite, IdempotencyKeysContract):
    @pytest.fixture
    def keys(self, shop: SqlShop) -> SqlIdempotencyKeys:
        return SqlIdempotencyKeys(shop.engines.write, shop.clock, shop.ids)


class TestSqlOldRecords(OnSqlite, OldRecordsContract):
    @pytest.fixture
    def records(self, shop: SqlShop) -> SqlOldRecords:
        return SqlOldRecords(shop.engines)


class TestSqlDeadLetters(OnSqlite, DeadLettersContract):
    @pytest.fixture
    def letters(self, shop: SqlShop) -> SqlDeadLetters:
        return SqlDeadLetters(shop.engines, shop.clock)
