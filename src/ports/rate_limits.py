"""How often somebody may try."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Budget:
    """``times`` per ``seconds`` for each key, sliding window. name: as in docs/settings.md."""

    name: str
    times: int
    seconds: int


class RateLimits(Protocol):
    """``spend`` counts one try and answers the seconds to wait, 0 when it was within budget.

    ``check`` answers the same without counting. Never raises: when the shared store is down a
    process-local count stands in.
    """

    def spend(self, budget: Budget, key: str) -> int: ...

    def check(self, budget: Budget, key: str) -> int: ...
