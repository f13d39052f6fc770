import pytest

from adapters.memory.prints import InMemoryPrints
from tests.contracts.prints import Move, PrintServiceContract


class TestInMemoryPrints(PrintServiceContract):
    @pytest.fixture
    def prints(self) -> InMemoryPrints:
        return InMemoryPrints()

    @pytest.fixture
    def move(self, prints: InMemoryPrints) -> Move:
        return prints.move
