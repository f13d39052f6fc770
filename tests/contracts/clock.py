"""What every clock and every source of ids keeps."""

import re
from datetime import timedelta

import pytest

from ports.clock import Clock, Ids

SHAPE = re.compile(r"order_[0-7][0-9A-HJKMNP-TV-Z]{25}")


class ClockContract:
    @pytest.fixture
    def clock(self) -> Clock:
        raise NotImplementedError

    def test_time_is_aware_utc(self, clock: Clock) -> None:
        assert clock.now().utcoffset() == timedelta(0)

    def test_time_does_not_run_backwards(self, clock: Clock) -> None:
        assert clock.now() <= clock.now()


class IdsContract:
    @pytest.fixture
    def ids(self) -> Ids:
        raise NotImplementedError

    def test_id_is_its_prefix_and_a_ulid(self, ids: Ids) -> None:
        assert SHAPE.fullmatch(ids.new("order"))

    def test_prefix_may_hold_more_than_one_word(self, ids: Ids) -> None:
        assert ids.new("gift_card").startswith("gift_card_")

    def test_ids_never_repeat(self, ids: Ids) -> None:
        assert len({ids.new("item") for _ in range(2_000)}) == 2_000
