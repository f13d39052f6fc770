"""Time that stands still and ids that count, for tests that need to know both."""

from datetime import UTC, datetime, timedelta
from itertools import count


class FrozenClock:
    """Stays where it is until told to ``advance``."""

    def __init__(self, now: datetime = datetime(2026, 1, 1, 12, tzinfo=UTC)) -> None:
        if now.tzinfo is None:
            raise ValueError("the shop's time is aware; give the datetime a time zone")
        self._now = now.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> datetime:
        """Move forward (or, with a negative span, back); the new now."""
        self._now += by
        return self._now


class CountingIds:
    """``order_00000000000000000000000001``, ``item_00000000000000000000000002``, ...

    One sequence for all prefixes, padded to the length of a ULID (digits are valid in one), so that
    ids sort in the order in which they were made and fit wherever a real one fits.
    """

    def __init__(self) -> None:
        self._numbers = count(1)

    def new(self, prefix: str) -> str:
        return f"{prefix}_{next(self._numbers):026d}"
