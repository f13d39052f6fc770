from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

import pytest

from adapters.memory.housekeeping import InMemoryDeadLetters, InMemoryOldRecords
from adapters.memory.idempotency import InMemoryIdempotencyKeys
from adapters.memory.jobs import InMemoryJobs
from adapters.memory.unfinished import InMemoryUnfinished
from adapters.memory.unit_of_work import InMemoryBegin, Memory
from core.domain.customer_group import CustomerGroup
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


class MemoryShop(Shop):
    def __init__(self) -> None:
        super().__init__()
        self.memory = Memory()

    @property
    def begin(self) -> InMemoryBegin:
        return InMemoryBegin(self.memory, self.clock, self.ids, REACTIONS)

    @property
    def jobs(self) -> InMemoryJobs:
        return InMemoryJobs(self.memory, self.clock)

    def add_group(self, id: str) -> None:
        self.memory.customer_groups[id] = CustomerGroup(id=id, name=id, version=1)

    def events(self) -> list[tuple[str, dict[str, Any]]]:
        return [(it.NAME, {field.name: getattr(it, field.name) for field in fields(it)}) for it in self.memory.events]

    def queued(self) -> list[tuple[str, dict[str, Any]]]:
        return [(job.kind, dict(job.payload)) for job in self.memory.jobs.values()]

    def audit_log(self) -> list[dict[str, Any]]:
        return [{**asdict(row), "targets": list(row.targets)} for row in self.memory.audit_log]


class InMemory:
    @pytest.fixture
    def shop(self) -> MemoryShop:
        return MemoryShop()


class TestInMemoryUnitOfWork(InMemory, UnitOfWorkContract):
    pass


class TestInMemoryCollections(InMemory, CollectionsContract):
    pass


class TestInMemoryFinders(InMemory, FindersContract):
    pass


class TestInMemoryUniqueKeys(InMemory, UniqueKeysContract):
    pass


class TestInMemoryDiscounts(InMemory, DiscountsContract):
    pass


class TestInMemoryConditionalWrites(InMemory, ConditionalWritesContract):
    pass


class TestInMemoryGiftCards(InMemory, GiftCardsContract):
    pass


class TestInMemoryJobs(InMemory, JobsContract):
    pass


class TestInMemoryUnfinished(InMemory, UnfinishedContract):
    @pytest.fixture
    def unfinished(self, shop: MemoryShop) -> InMemoryUnfinished:
        return InMemoryUnfinished(shop.memory)


class TestInMemoryIdempotencyKeys(InMemory, IdempotencyKeysContract):
    @pytest.fixture
    def keys(self, shop: MemoryShop) -> InMemoryIdempotencyKeys:
        return InMemoryIdempotencyKeys(shop.memory, shop.clock, shop.ids)


class TestInMemoryOldRecords(InMemory, OldRecordsContract):
    @pytest.fixture
    def records(self, shop: MemoryShop) -> InMemoryOldRecords:
        return InMemoryOldRecords(shop.memory)


class TestInMemoryDeadLetters(InMemory, DeadLettersContract):
    @pytest.fixture
    def letters(self, shop: MemoryShop) -> InMemoryDeadLetters:
        return InMemoryDeadLetters(shop.memory, shop.clock)
