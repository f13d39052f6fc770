"""Ids that cannot be guessed. Source: https://github.com/ulid/spec."""

import secrets
import time

from ulid import ULID


class UlidIds:
    """A ULID per id: 48 bits of time in milliseconds, then 80 bits straight from the system's random source.

    The parts are put together here because ``ULID()`` adds one to its last value within a millisecond:
    whoever holds one cart's id could then guess its neighbour's.
    """

    def new(self, prefix: str) -> str:
        milliseconds = time.time_ns() // 1_000_000
        return f"{prefix}_{ULID.from_bytes(milliseconds.to_bytes(6, 'big') + secrets.token_bytes(10))}"
