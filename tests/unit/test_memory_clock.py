from datetime import UTC, datetime, timedelta, timezone

import pytest

from adapters.memory.clock import CountingIds, FrozenClock
from tests.contracts.clock import ClockContract, IdsContract


class TestFrozenClock(ClockContract):
    @pytest.fixture
    def clock(self) -> FrozenClock:
        return FrozenClock()

    def test_it_stands_still_until_advanced(self) -> None:
        clock = FrozenClock()
        before = clock.now()

        clock.advance(timedelta(hours=2))

        assert clock.now() == before + timedelta(hours=2)

    def test_it_tells_utc_whatever_zone_it_was_set_in(self) -> None:
        clock = FrozenClock(datetime(2026, 1, 1, 13, tzinfo=timezone(timedelta(hours=1))))

        assert clock.now() == datetime(2026, 1, 1, 12, tzinfo=UTC)
        assert clock.now().utcoffset() == timedelta(0)

    def test_naive_time_is_refused(self) -> None:
        with pytest.raises(ValueError, match="aware"):
            FrozenClock(datetime(2026, 1, 1))  # noqa: DTZ001


class TestCountingIds(IdsContract):
    @pytest.fixture
    def ids(self) -> CountingIds:
        return CountingIds()

    def test_ids_count_across_prefixes(self) -> None:
        ids = CountingIds()

        assert ids.new("order")[-2:] == "01"
        assert ids.new("item")[-2:] == "02"
