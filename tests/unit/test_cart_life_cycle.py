"""The cart machine in memory: edits, codes, gift cards, payment sessions and completion in any order."""

import pytest
from hypothesis import settings

from adapters.memory.store import Memory
from adapters.memory.unit_of_work import InMemoryBegin
from core.domain.payment import PaymentAttempt
from core.use_cases.reactions import REACTIONS
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin
from tests.machines.cart import CartMachine


class CartInMemory(CartMachine):
    def begin_factory(self, clock: Clock, ids: Ids) -> Begin:
        self.memory = Memory()
        return InMemoryBegin(self.memory, clock, ids, REACTIONS)

    def attempts(self) -> list[PaymentAttempt]:
        return list(self.memory.attempts.values())


TestCart = CartInMemory.TestCase
TestCart.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)


@pytest.mark.deep
class TestCartAtLength(CartInMemory.TestCase):
    settings = settings(max_examples=400, stateful_step_count=40, deadline=None)
