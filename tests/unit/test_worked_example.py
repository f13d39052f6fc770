"""The worked example of docs/testing.md: a use case of one's own, and a stateful test of it.

A shop wants its customers to be able to move to another e-mail address. Nobody may take over
somebody else's, and however an address is typed, it stays one address.
"""

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from adapters.memory.clock import CountingIds, FrozenClock
from adapters.memory.passwords import InMemoryPasswords
from adapters.memory.unit_of_work import InMemoryBegin, Memory
from core.domain.actor import ANONYMOUS, Actor, ActorKind
from core.domain.customer import EmailTaken
from core.domain.values import normalise_email
from core.use_cases.customer.register_customer import NewCustomer, RegisterCustomer
from core.use_cases.replay import replayed
from ports.unit_of_work import Begin


class MoveToAddress:
    """Give the signed-in customer another e-mail address. Raises EmailTaken, Invalid."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    @replayed
    def __call__(self, actor: Actor, email: str) -> None:
        wanted = self._read(email)
        with self._begin(actor, "customer.move") as work:
            work.customers.get(actor.customer_id or "").email = wanted
            work.commit()  # two customers with one address are refused here, by the unique key

    def _read(self, email: str) -> str:
        return normalise_email(email)


class CarelessMove(MoveToAddress):
    """The bug we plant: the address is kept as it was typed."""

    def _read(self, email: str) -> str:
        return email


# Few addresses, so that customers get in each other's way all the time.
names = st.sampled_from(["ada", "bob", "cat"])
spellings = st.sampled_from(["{}@shop.test", "{}@Shop.TEST", "  {}@shop.test"])


class Addresses(RuleBasedStateMachine):
    """The model is a plain dictionary: whose address is whose."""

    use_case = MoveToAddress

    def __init__(self) -> None:
        super().__init__()
        self.memory = Memory()
        ids = CountingIds()
        begin = InMemoryBegin(self.memory, FrozenClock(), ids)
        self.register_customer = RegisterCustomer(begin, InMemoryPasswords(), ids)
        self.move = self.use_case(begin)
        self.expected: dict[str, str] = {}

    @rule(name=names, spelling=spellings)
    def register(self, name: str, spelling: str) -> None:
        new = NewCustomer(email=spelling.format(name), password="correct horse")
        if f"{name}@shop.test" in self.expected.values():
            with pytest.raises(EmailTaken):
                self.register_customer(ANONYMOUS, new)
        else:
            self.expected[self.register_customer(ANONYMOUS, new)] = f"{name}@shop.test"

    @rule(mover=st.integers(0, 2), name=names, spelling=spellings)
    def move_to(self, mover: int, name: str, spelling: str) -> None:
        customers = sorted(self.expected)
        if mover >= len(customers):
            return
        customer = Actor(kind=ActorKind.CUSTOMER, id=customers[mover])
        others = {self.expected[id] for id in customers if id != customer.id}
        if f"{name}@shop.test" in others:
            with pytest.raises(EmailTaken):
                self.move(customer, spelling.format(name))
        else:
            self.move(customer, spelling.format(name))
            self.expected[customers[mover]] = f"{name}@shop.test"

    @invariant()
    def everybody_has_the_address_they_chose(self) -> None:
        assert {id: customer.email for id, customer in self.memory.customers.items()} == self.expected


class CarelessAddresses(Addresses):
    use_case = CarelessMove


TestAddresses = Addresses.TestCase
TestAddresses.settings = settings(max_examples=50, stateful_step_count=20)


def test_the_state_machine_finds_the_planted_bug() -> None:
    # Always the same search, so that it either always finds the bug or never does.
    hunt = settings(max_examples=300, derandomize=True, database=None, phases=[Phase.generate], print_blob=False)

    with pytest.raises((AssertionError, pytest.fail.Exception)):
        run_state_machine_as_test(CarelessAddresses, settings=hunt)
