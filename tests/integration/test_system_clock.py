from itertools import pairwise

import pytest

from adapters.system.clock import SystemClock
from adapters.system.ids import UlidIds
from tests.contracts.clock import ClockContract, IdsContract


class TestSystemClock(ClockContract):
    @pytest.fixture
    def clock(self) -> SystemClock:
        return SystemClock()


class TestUlidIds(IdsContract):
    @pytest.fixture
    def ids(self) -> UlidIds:
        return UlidIds()

    def test_no_id_tells_the_next_one(self, ids: UlidIds) -> None:
        random_parts = [ids.new("cart")[-16:] for _ in range(500)]

        assert random_parts != sorted(random_parts)
        assert all(one[:8] != other[:8] for one, other in pairwise(random_parts))

    def test_ids_sort_by_time(self, ids: UlidIds) -> None:
        first = ids.new("order")
        clock = SystemClock()
        start = clock.now()
        while (clock.now() - start).total_seconds() < 0.005:
            pass

        assert first < ids.new("order")
