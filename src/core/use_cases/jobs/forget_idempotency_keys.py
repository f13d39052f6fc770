"""Let go of remembered requests that nobody repeats any more."""

from datetime import timedelta

from core.domain.actor import Actor
from ports.clock import Clock
from ports.idempotency import IdempotencyKeys

KEPT_FOR = timedelta(hours=48)  # callers are promised 24


class ForgetIdempotencyKeys:
    """Periodic. Repeatable. Answers how many keys were dropped."""

    def __init__(self, keys: IdempotencyKeys, clock: Clock) -> None:
        self._keys = keys
        self._clock = clock

    def __call__(self, actor: Actor) -> int:
        return self._keys.forget(self._clock.now() - KEPT_FOR)
