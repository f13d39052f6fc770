"""Rate limits on a real Valkey server: shared between processes, and never in the way when it is gone."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from itertools import count
from time import monotonic, sleep
from types import SimpleNamespace

import pytest

from adapters.memory.clock import FrozenClock
from adapters.system.clock import SystemClock
from adapters.system.shared_rate_limits import SharedRateLimits
from ports.rate_limits import Budget
from tests.contracts.rate_limits import LOGIN, RateLimitsContract
from tests.integration.valkey_server import Valkey, running_or_skip


@pytest.fixture(scope="module")
def server() -> Iterator[Valkey]:
    with running_or_skip() as running:
        yield running


@pytest.fixture
def valkey(server: Valkey) -> Valkey:
    server.client.flushall()
    return server


class TestSharedRateLimits(RateLimitsContract):
    @pytest.fixture
    def limits(self, valkey: Valkey, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> SharedRateLimits:
        # The library asks the machine for the time; the contract has a clock of its own. A hair passes with
        # each look, as it does in life: to this store a try of exactly a window ago is not over yet.
        hairs = count()
        frozen = SimpleNamespace(time=lambda: clock.now().timestamp() + next(hairs) * 1e-5)
        monkeypatch.setattr("limits.storage.redis.time", frozen)
        return SharedRateLimits(valkey.url, clock)


def limits_on(valkey: Valkey) -> SharedRateLimits:
    return SharedRateLimits(valkey.url, SystemClock(), left_alone_seconds=0.2)


def test_processes_spend_one_budget(valkey: Valkey) -> None:
    one, other = limits_on(valkey), limits_on(valkey)

    assert [one.spend(LOGIN, "a"), other.spend(LOGIN, "a"), one.spend(LOGIN, "a")] == [0, 0, 0]
    assert 58 <= other.spend(LOGIN, "a") <= 60
    assert 58 <= one.check(LOGIN, "a") <= 60
    assert one.spend(LOGIN, "b") == 0
    assert one.spend(Budget("reset", 3, 60), "a") == 0


def test_checking_counts_nothing(valkey: Valkey) -> None:
    limits = limits_on(valkey)

    assert [limits.check(LOGIN, "a") for _ in range(5)] == [0] * 5
    assert limits.spend(LOGIN, "a") == 0


def test_window_slides(valkey: Valkey) -> None:
    limits, brief = limits_on(valkey), Budget("brief", 1, 1)
    assert limits.spend(brief, "a") == 0
    assert limits.spend(brief, "a") == 1
    deadline = monotonic() + 5
    while limits.spend(brief, "a"):
        assert monotonic() < deadline
        sleep(0.05)


def test_own_count_stands_in_while_the_store_is_gone(valkey: Valkey, caplog: pytest.LogCaptureFixture) -> None:
    limits = limits_on(valkey)
    limits.spend(LOGIN, "a")
    valkey.stop()
    with caplog.at_level(logging.WARNING, "perseus.limits"):
        began = monotonic()
        assert [limits.spend(LOGIN, "a") for _ in range(3)] == [0, 0, 0]
        assert limits.spend(LOGIN, "a") > 0
        assert monotonic() - began < 2
    assert 1 <= len(caplog.records) <= 4
    valkey.start()

    deadline = monotonic() + 5
    while limits.spend(LOGIN, "b"):  # its own count for b would run out
        sleep(0.05)
    while not valkey.client.keys("perseus-limits*"):
        assert monotonic() < deadline
        limits.check(LOGIN, "c")
        limits.spend(Budget("plenty", 1_000, 60), "c")
        sleep(0.05)
