"""The machine of order edits in memory: proposals, answers, payments and cancellations in any order."""

import pytest
from hypothesis import settings

from adapters.memory.store import Memory
from adapters.memory.unit_of_work import InMemoryBegin
from core.use_cases.reactions import REACTIONS
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin
from tests.machines.order_edits import OrderEditMachine


class OrderEditsInMemory(OrderEditMachine):
    def begin_factory(self, clock: Clock, ids: Ids) -> Begin:
        self.memory = Memory()
        return InMemoryBegin(self.memory, clock, ids, REACTIONS)


TestOrderEdits = OrderEditsInMemory.TestCase
TestOrderEdits.settings = settings(max_examples=50, stateful_step_count=20, deadline=None)


@pytest.mark.deep
class TestOrderEditsAtLength(OrderEditsInMemory.TestCase):
    settings = settings(max_examples=400, stateful_step_count=40, deadline=None)
