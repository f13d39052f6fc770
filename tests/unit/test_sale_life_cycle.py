"""The sale machine in memory: cart, payment, order, captures and refunds in any order."""

import pytest
from hypothesis import settings

from adapters.memory.store import Memory
from adapters.memory.unit_of_work import InMemoryBegin
from core.domain.payment import PaymentAttempt
from core.use_cases.reactions import REACTIONS
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin
from tests.machines.sale import SaleMachine


class SaleInMemory(SaleMachine):
    def begin_factory(self, clock: Clock, ids: Ids) -> Begin:
        self.memory = Memory()
        return InMemoryBegin(self.memory, clock, ids, REACTIONS)

    def attempts(self) -> list[PaymentAttempt]:
        return list(self.memory.attempts.values())


class SaleCapturedAtOnceInMemory(SaleInMemory):
    captures_at_once = True


TestSale = SaleInMemory.TestCase
TestSale.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)
TestSaleCapturedAtOnce = SaleCapturedAtOnceInMemory.TestCase
TestSaleCapturedAtOnce.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)


@pytest.mark.deep
class TestSaleAtLength(SaleInMemory.TestCase):
    settings = settings(max_examples=400, stateful_step_count=40, deadline=None)


@pytest.mark.deep
class TestSaleCapturedAtOnceAtLength(SaleCapturedAtOnceInMemory.TestCase):
    settings = settings(max_examples=400, stateful_step_count=40, deadline=None)
