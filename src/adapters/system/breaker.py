"""Leaving a provider alone while it is down, so that nobody waits for answers that do not come.

The pattern is Nygard's circuit breaker: closed, open, and half open while one call tries. Refusing
takes no time, where asking would hold a thread for the whole timeout.
"""

import logging
import time
from collections.abc import Callable, Collection, Mapping
from functools import wraps
from threading import Lock
from typing import Any, TypeVar, cast

from core.domain.errors import Unavailable
from core.domain.payment import PaymentProviderUnavailable
from ports.metrics import Metrics
from ports.payments import PaymentProvider, PaymentProviders

FAILURES = 5
WITHIN_SECONDS = 60.0
REST_SECONDS = 10.0
LONGEST_REST = 60.0

T = TypeVar("T")
log = logging.getLogger("perseus.providers")


class Breaker:
    """One per provider and process; safe to share between threads.

    Opens after ``failures`` unavailable answers in a row within a minute, whatever methods they were of.
    After ``rest`` seconds one call may try: if it succeeds all may again, if not the rest doubles, up to
    a minute. A definite refusal is an answer, so the provider is there.
    """

    def __init__(
        self,
        provider: str,
        metrics: Metrics,
        *,
        failures: int = FAILURES,
        rest: float = REST_SECONDS,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._provider = provider
        self._metrics = metrics
        self._failures = failures
        self._first_rest = self._rest = rest
        self._now = now
        self._lock = Lock()
        self._failed_at: list[float] = []
        self._open_until: float | None = None
        self._trying = False

    def seconds_to_wait(self) -> int:
        """0: nothing keeps a call from being made."""
        with self._lock:
            return self._wait()

    def enter(self) -> int:
        """As ``seconds_to_wait``; on 0 the caller makes its call and tells ``leave`` how it went."""
        with self._lock:
            wait = self._wait()
            if not wait and self._open_until is not None:
                self._trying = True
            return wait

    def leave(self, *, answered: bool) -> None:
        with self._lock:
            self._close() if answered else self._fail()

    def _wait(self) -> int:
        if self._open_until is None:
            return 0
        left = self._open_until - self._now()
        if left > 0 or self._trying:
            return max(1, int(left) + 1)
        return 0

    def _close(self) -> None:
        self._failed_at.clear()
        if self._open_until is None:
            return
        self._open_until, self._trying, self._rest = None, False, self._first_rest
        log.info("%s answers again", self._provider)
        self._metrics.circuit(self._provider, is_open=False)

    def _fail(self) -> None:
        now = self._now()
        if self._open_until is not None and not self._trying:
            return  # it was under way when the others had failed already
        self._failed_at = [at for at in self._failed_at if now - at <= WITHIN_SECONDS] + [now]
        if self._trying:
            self._rest = min(self._rest * 2, LONGEST_REST)
        elif len(self._failed_at) < self._failures:
            return
        self._open_until, self._trying = now + self._rest, False
        log.warning("%s does not answer; it is left alone for %d seconds", self._provider, self._rest)
        self._metrics.circuit(self._provider, is_open=True)


def guarded(
    port: T, breaker: Breaker, error: type[Unavailable], calls: Collection[str], checks: Collection[str] = ()
) -> T:
    """The same port, with a breaker before it.

    calls: its methods that ask the provider; while the breaker is open they raise ``error`` with the
    seconds to wait, at least those the error asks for by itself. checks: methods that do not ask, but are
    of no use meanwhile.
    """
    return cast("T", _Guarded(port, breaker, error, frozenset(calls), frozenset(checks)))


PAYMENT_CALLS = (
    "initiate",
    "update",
    "retrieve",
    "authorize",
    "capture",
    "refund",
    "cancel",
    "refunds",
    "saved_methods",
)


class GuardedPaymentProviders:
    """The installed providers, some behind breakers, by their ids."""

    def __init__(self, providers: PaymentProviders, breakers: Mapping[str, Breaker]) -> None:
        self._providers = providers
        self._breakers = breakers

    def get(self, id: str) -> PaymentProvider:
        provider = self._providers.get(id)
        breaker = self._breakers.get(id)
        return provider if breaker is None else guarded(provider, breaker, PaymentProviderUnavailable, PAYMENT_CALLS)

    def ids(self) -> list[str]:
        return self._providers.ids()


class _Guarded:
    def __init__(
        self,
        port: object,
        breaker: Breaker,
        error: type[Unavailable],
        calls: frozenset[str],
        checks: frozenset[str],
    ) -> None:
        self._port = port
        self._breaker = breaker
        self._error = error
        self._calls = calls
        self._checks = checks

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._port, name)
        if name in self._calls:
            return self._asking(found)
        return self._checked(found) if name in self._checks else found

    def _asking(self, method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def call(*given: Any, **named: Any) -> Any:
            self._refuse_after(self._breaker.enter())
            answered = True
            try:
                return method(*given, **named)
            except Unavailable:
                answered = False
                raise
            finally:
                self._breaker.leave(answered=answered)

        return call

    def _checked(self, method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def call(*given: Any, **named: Any) -> Any:
            self._refuse_after(self._breaker.seconds_to_wait())
            return method(*given, **named)

        return call

    def _refuse_after(self, seconds: int) -> None:
        if seconds:
            refusal = self._error("it was down just now and is left alone for a moment")
            refusal.retry_after = max(seconds, self._error.retry_after)
            raise refusal
