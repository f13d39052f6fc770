"""Time and identity, injected so that tests can hold them still."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Now, as an aware UTC datetime with microseconds."""

    def now(self) -> datetime: ...


class Ids(Protocol):
    """Fresh ids: ``new("order")`` gives ``order_`` and 26 characters of a ULID.

    80 bits of fresh randomness each, never a counter: a cart's or an order's id is a capability.
    Source: https://github.com/ulid/spec.
    """

    def new(self, prefix: str) -> str: ...
