"""The contracts of storage on PostgreSQL, each test in a database of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from adapters.db.housekeeping import SqlDeadLetters, SqlOldRecords
from adapters.db.idempotency import SqlIdempotencyKeys
from adapters.db.unfinished import SqlUnfinished
from tests.contracts.collections import CollectionsContract
from tests.contracts.conditional_writes import ConditionalWritesContract
from tests.contracts.discounts import DiscountsContract
from tests.contracts.finders import FindersContract
from tests.contracts.gift_cards import GiftCardsContract
from tests.contracts.housekeeping import DeadLettersContract, OldRecordsContract
from tests.contracts.idempotency import IdempotencyKeysContract
from tests.contracts.jobs import JobsContract
from tests.contracts.unfinished import UnfinishedContract
from tests.contracts.unique_keys import UniqueKeysContract
from tests.contracts.unit_of_work import UnitOfWorkContract
from tests.integration.kept_statements import open_kept
from tests.integration.test_sql_unit_of_work import BUSY_MS, SqlShop


class OnPostgres:
    @pytest.fixture
    def shop(self, postgres_url: str) -> Iterator[SqlShop]:
        engines = open_kept(postgres_url, busy_timeout_ms=BUSY_MS)
        yield SqlShop(engines)
        engines.dispose()


class TestPostgresUnitOfWork(OnPostgres, UnitOfWorkContract):
    pass


class TestPostgresCollections(OnPostgres, CollectionsContract):
    pass


class TestPostgresFinders(OnPostgres, FindersContract):
    pass


class TestPostgresUniqueKeys(OnPostgres, UniqueKeysContract):
    pass


class TestPostgresDiscounts(OnPostgres, DiscountsContract):
    pass


class TestPostgresConditionalWrites(OnPostgres, ConditionalWritesContract):
    pass


class TestPostgresGiftCards(OnPostgres, GiftCardsContract):
    pass


class TestPostgresJobs(OnPostgres, JobsContract):
    pass


class TestPostgresIdempotencyKeys(OnPostgres, IdempotencyKeysContract):
    @pytest.fixture
    def keys(self, shop: SqlShop) -> SqlIdempotencyKeys:
        return SqlIdempotencyKeys(shop.engines.write, shop.clock, shop.ids)


class TestPostgresOldRecords(OnPostgres, OldRecordsContract):
    @pytest.fixture
    def records(self, shop: SqlShop) -> SqlOldRecords:
        return SqlOldRecords(shop.engines)


class TestPostgresDeadLetters(OnPostgres, DeadLettersContract):
    @pytest.fixture
    def letters(self, shop: SqlShop) -> SqlDeadLetters:
        return SqlDeadLetters(shop.engines, shop.clock)


class TestPostgresUnfinished(OnPostgres, UnfinishedContract):
    @pytest.fixture
    def unfinished(self, shop: SqlShop) -> SqlUnfinished:
        return SqlUnfinished(shop.engines.read)
