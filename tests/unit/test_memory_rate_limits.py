import pytest

from adapters.memory.clock import FrozenClock
from adapters.memory.rate_limits import InMemoryRateLimits
from tests.contracts.rate_limits import RateLimitsContract


class TestInMemoryRateLimits(RateLimitsContract):
    @pytest.fixture
    def limits(self, clock: FrozenClock) -> InMemoryRateLimits:
        return InMemoryRateLimits(clock)
