from datetime import timedelta

import pytest

from adapters.memory.clock import FrozenClock
from adapters.system.moving_windows import MovingWindows
from adapters.system.rate_limits import LimitsRateLimits, UnlimitedRateLimits
from tests.contracts.rate_limits import LOGIN, RateLimitsContract


class TestLimitsRateLimits(RateLimitsContract):
    @pytest.fixture
    def limits(self, clock: FrozenClock) -> LimitsRateLimits:
        return LimitsRateLimits(clock)


class TestMovingWindows:
    def test_emptied_windows_are_forgotten(self) -> None:
        clock = FrozenClock()
        windows = MovingWindows(clock)
        for number in range(1_000):
            windows.acquire_entry(f"network {number}", 3, 60)
        clock.advance(timedelta(seconds=61))
        for _ in range(1_000):
            windows.acquire_entry("busy", 10_000, 60)

        assert len(windows) == 1

    def test_sweeping_forgets_no_window_in_use(self) -> None:
        clock = FrozenClock()
        windows = MovingWindows(clock)
        for number in range(1_000):
            windows.acquire_entry(f"network {number}", 3, 60)

        assert len(windows) == 1_000
        assert windows.get("network 7") == 1

    def test_counters_of_the_library_work_too(self) -> None:
        clock = FrozenClock()
        windows = MovingWindows(clock)

        assert windows.check()
        assert [windows.incr("a", 60), windows.incr("a", 60, 2), windows.get("a")] == [1, 3, 3]
        assert windows.get_expiry("a") == clock.now().timestamp() + 60
        windows.clear("a")
        assert windows.get("a") == 0
        windows.incr("b", 60)
        assert windows.reset() == 1


class TestUnlimitedRateLimits:
    def test_everything_is_within_budget(self) -> None:
        limits = UnlimitedRateLimits()

        assert {limits.spend(LOGIN, "a") for _ in range(100)} == {0}
        assert limits.check(LOGIN, "a") == 0
