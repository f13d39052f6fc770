"""What every counter of tries promises."""

from datetime import timedelta

import pytest

from adapters.memory.clock import FrozenClock
from ports.rate_limits import Budget, RateLimits

LOGIN = Budget("login", 3, 60)


class RateLimitsContract:
    @pytest.fixture
    def clock(self) -> FrozenClock:
        return FrozenClock()

    @pytest.fixture
    def limits(self, clock: FrozenClock) -> RateLimits:
        raise NotImplementedError

    def test_tries_within_budget_need_not_wait(self, limits: RateLimits) -> None:
        assert [limits.spend(LOGIN, "a") for _ in range(3)] == [0, 0, 0]

    def test_one_try_too_many_waits_until_the_oldest_is_forgotten(
        self, limits: RateLimits, clock: FrozenClock
    ) -> None:
        limits.spend(LOGIN, "a")
        clock.advance(timedelta(seconds=20))
        limits.spend(LOGIN, "a")
        limits.spend(LOGIN, "a")

        assert limits.spend(LOGIN, "a") == 40

    def test_window_slides(self, limits: RateLimits, clock: FrozenClock) -> None:
        for _ in range(3):
            limits.spend(LOGIN, "a")
            clock.advance(timedelta(seconds=20))

        assert limits.spend(LOGIN, "a") == 0
        assert limits.spend(LOGIN, "a") == 20

    def test_refused_tries_do_not_make_the_wait_longer(self, limits: RateLimits, clock: FrozenClock) -> None:
        for _ in range(10):
            limits.spend(LOGIN, "a")
        clock.advance(timedelta(seconds=60))

        assert limits.spend(LOGIN, "a") == 0

    def test_keys_are_counted_apart(self, limits: RateLimits) -> None:
        for _ in range(4):
            limits.spend(LOGIN, "a")

        assert limits.spend(LOGIN, "b") == 0

    def test_budgets_are_counted_apart(self, limits: RateLimits) -> None:
        for _ in range(4):
            limits.spend(LOGIN, "a")

        assert limits.spend(Budget("reset", 3, 60), "a") == 0

    def test_checking_counts_nothing(self, limits: RateLimits) -> None:
        assert [limits.check(LOGIN, "a") for _ in range(5)] == [0] * 5
        assert limits.spend(LOGIN, "a") == 0

    def test_checking_tells_the_wait(self, limits: RateLimits) -> None:
        for _ in range(3):
            limits.spend(LOGIN, "a")

        assert limits.check(LOGIN, "a") == 60

    def test_wait_is_never_told_as_nothing(self, limits: RateLimits, clock: FrozenClock) -> None:
        for _ in range(3):
            limits.spend(LOGIN, "a")
        clock.advance(timedelta(seconds=59, milliseconds=999))

        assert limits.spend(LOGIN, "a") == 1
