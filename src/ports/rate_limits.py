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


def wait_for(limits: RateLimits, budget: Budget, key: str, *, pause: int = 0, counted: bool = True) -> int:
    """Seconds until this may be tried again, 0 for at once.

    pause: for how many seconds whoever has used the budget up has to stop altogether. counted: whether
    asking is the try itself.
    """
    stop = Budget(f"{budget.name}_pause", 1, pause)
    stopped = limits.check(stop, key) if pause else 0
    if stopped:
        return stopped
    wait = limits.spend(budget, key) if counted else limits.check(budget, key)
    if wait and pause:
        limits.spend(stop, key)
        return max(wait, pause)
    return wait
