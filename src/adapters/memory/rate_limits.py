"""Moving windows on the test's own clock."""

from collections import defaultdict
from datetime import datetime, timedelta
from math import ceil

from ports.clock import Clock
from ports.rate_limits import Budget


class NoRateLimits:
    """For tests that try the same thing over and over."""

    def spend(self, budget: Budget, key: str) -> int:
        return 0

    def check(self, budget: Budget, key: str) -> int:
        return 0


class InMemoryRateLimits:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._spent: defaultdict[tuple[Budget, str], list[datetime]] = defaultdict(list)

    def spend(self, budget: Budget, key: str) -> int:
        wait = self.check(budget, key)
        if not wait:
            self._spent[budget, key].append(self._clock.now())
        return wait

    def check(self, budget: Budget, key: str) -> int:
        now, window = self._clock.now(), timedelta(seconds=budget.seconds)
        recent = [at for at in self._spent[budget, key] if now - at < window]
        self._spent[budget, key] = recent
        if len(recent) < budget.times:
            return 0
        return max(1, ceil((recent[0] + window - now).total_seconds()))
