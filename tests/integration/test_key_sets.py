"""Keys of sign-in services, from files and from a service on this machine."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.memory.clock import FrozenClock
from adapters.system.key_sets import ASK_AGAIN, FRESH, STALE_MAX, FileKeys, UrlKeys
from ports.outside_logins import KeysUnavailable
from tests.contracts.outside_logins import ONE, TWO, Key, PublicKeysContract
from tests.integration.sign_in_service import SignInService


@pytest.fixture
def service() -> Iterator[SignInService]:
    running = SignInService()
    yield running
    running.stop()


class TestFileKeys(PublicKeysContract):
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        return tmp_path / "keys.json"

    @pytest.fixture
    def keys(self, path: Path) -> FileKeys:
        return FileKeys(path)

    @pytest.fixture
    def publish(self, path: Path) -> Callable[..., None]:
        def put(*published: Key) -> None:
            path.write_text(json.dumps({"keys": published}))
            os.utime(path, ns=(len(published), len(str(published))))

        return put

    def test_a_file_that_breaks_leaves_the_earlier_keys_in_use(
        self, keys: FileKeys, path: Path, publish: Callable[..., None]
    ) -> None:
        publish(ONE)
        assert keys.find("one") == ONE
        path.write_text("{")

        assert keys.find("one") == ONE
        publish(TWO, ONE)
        assert keys.find("two") == TWO


class TestUrlKeys(PublicKeysContract):
    @pytest.fixture
    def clock(self) -> FrozenClock:
        return FrozenClock()

    @pytest.fixture
    def keys(self, service: SignInService, clock: FrozenClock) -> UrlKeys:
        return UrlKeys(service.url, clock)

    @pytest.fixture
    def publish(self, service: SignInService, clock: FrozenClock) -> Callable[..., None]:
        def put(*published: Key) -> None:
            service.publish(*published)
            clock.advance(FRESH)

        return put

    def test_a_fresh_answer_is_not_fetched_again(self, keys: UrlKeys, service: SignInService) -> None:
        service.publish(ONE)
        for _ in range(5):
            assert keys.find("one") == ONE

        assert service.asked == 1

    def test_a_key_that_is_not_known_is_looked_for_at_once_but_not_all_the_time(
        self, keys: UrlKeys, service: SignInService, clock: FrozenClock
    ) -> None:
        service.publish(ONE)
        keys.find("one")
        clock.advance(ASK_AGAIN)
        service.publish(ONE, TWO)

        assert keys.find("two") == TWO
        for number in range(20):
            assert keys.find(f"made up {number}") is None
        assert service.asked == 2

    def test_what_was_said_last_holds_for_a_day(
        self, keys: UrlKeys, service: SignInService, clock: FrozenClock
    ) -> None:
        service.publish(ONE)
        keys.find("one")
        service.answer = (500, {}, b"")
        clock.advance(STALE_MAX - timedelta(seconds=1))
        assert keys.find("one") == ONE

        clock.advance(timedelta(seconds=1))
        with pytest.raises(KeysUnavailable):
            keys.find("one")

    @pytest.mark.parametrize(
        "answer",
        [
            (302, {"Location": "/elsewhere"}, b""),
            (200, {}, b"<html>"),
            (200, {}, b'{"keys": "all of them"}'),
            (200, {}, b'{"keys": []}' + b" " * 300_000),
            (200, {}, json.dumps({"keys": [ONE] * 101}).encode()),
        ],
    )
    def test_what_is_no_key_set_is_not_taken(
        self, keys: UrlKeys, service: SignInService, answer: tuple[int, dict[str, str], bytes]
    ) -> None:
        service.answer = answer

        with pytest.raises(KeysUnavailable):
            keys.find("one")
        assert service.asked == 1

    def test_a_service_that_does_not_answer_is_asked_at_most_every_half_minute(self, service: SignInService) -> None:
        clock = FrozenClock()
        keys = UrlKeys(service.url, clock)
        for _ in range(10):
            with pytest.raises(KeysUnavailable):
                keys.find("one")
        assert service.asked == 1

        clock.advance(ASK_AGAIN)
        service.publish(ONE)
        assert keys.find("one") == ONE
