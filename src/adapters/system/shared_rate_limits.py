"""Counting tries for all processes together, on Valkey or Redis."""

from collections.abc import Callable
from logging import getLogger
from time import monotonic

from limits.errors import StorageError
from limits.storage import RedisStorage

from adapters.system.rate_limits import LimitsRateLimits
from ports.clock import Clock
from ports.rate_limits import Budget

ANSWER_SECONDS = 0.5
LEFT_ALONE_SECONDS = 5.0
PREFIX = "perseus-limits"

log = getLogger("perseus.limits")


class SharedRateLimits:
    """While the store does not answer, this process counts for itself, and asks it again every few
    seconds rather than at every request. The store's times are those of the processes that ask."""

    def __init__(self, url: str, clock: Clock, *, left_alone_seconds: float = LEFT_ALONE_SECONDS) -> None:
        storage = RedisStorage(
            url,
            key_prefix=PREFIX,
            wrap_exceptions=True,
            socket_connect_timeout=ANSWER_SECONDS,
            socket_timeout=ANSWER_SECONDS,
        )
        self._shared = LimitsRateLimits(clock, storage)
        self._own = LimitsRateLimits(clock)
        self._left_alone = left_alone_seconds
        self._ask_from = 0.0

    def spend(self, budget: Budget, key: str) -> int:
        return self._asked(lambda limits: limits.spend(budget, key))

    def check(self, budget: Budget, key: str) -> int:
        return self._asked(lambda limits: limits.check(budget, key))

    def _asked(self, question: Callable[[LimitsRateLimits], int]) -> int:
        if monotonic() >= self._ask_from:
            try:
                return question(self._shared)
            except StorageError as error:
                self._ask_from = monotonic() + self._left_alone
                log.warning("the store of the rate limits does not answer; counting here", exc_info=error)
        return question(self._own)
