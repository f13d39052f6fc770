"""Counting tries with the ``limits`` library's moving window."""

from math import ceil

from limits import RateLimitItemPerSecond
from limits.storage import Storage
from limits.strategies import MovingWindowRateLimiter

from adapters.system.moving_windows import MovingWindows
from ports.clock import Clock
from ports.rate_limits import Budget


class LimitsRateLimits:
    """Counts in this process, so that several processes allow that many times the budget, or in a
    storage that they share, whose errors pass."""

    def __init__(self, clock: Clock, storage: Storage | None = None) -> None:
        self._clock = clock
        self._limiter = MovingWindowRateLimiter(MovingWindows(clock) if storage is None else storage)

    def spend(self, budget: Budget, key: str) -> int:
        item = _item(budget)
        return 0 if self._limiter.hit(item, key) else self._wait(item, key)

    def check(self, budget: Budget, key: str) -> int:
        item = _item(budget)
        return 0 if self._limiter.test(item, key) else self._wait(item, key)

    def _wait(self, item: RateLimitItemPerSecond, key: str) -> int:
        over = self._limiter.get_window_stats(item, key).reset_time
        return max(1, ceil(over - self._clock.now().timestamp()))


class UnlimitedRateLimits:
    """For demos and load tests (``RATE_LIMITS=off``): everything is within budget."""

    def spend(self, budget: Budget, key: str) -> int:
        return 0

    def check(self, budget: Budget, key: str) -> int:
        return 0


def _item(budget: Budget) -> RateLimitItemPerSecond:
    return RateLimitItemPerSecond(budget.times, budget.seconds, namespace=budget.name)
