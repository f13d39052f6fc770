import pytest

from adapters.memory.clock import FrozenClock
from adapters.memory.tokens import InMemoryAccessTokens, InMemoryDerivedTokens
from tests.contracts.tokens import AccessTokensContract, DerivedTokensContract


class TestInMemoryAccessTokens(AccessTokensContract):
    @pytest.fixture
    def tokens(self, clock: FrozenClock) -> InMemoryAccessTokens:
        return InMemoryAccessTokens(clock)


class TestInMemoryDerivedTokens(DerivedTokensContract):
    @pytest.fixture
    def tokens(self) -> InMemoryDerivedTokens:
        return InMemoryDerivedTokens()
