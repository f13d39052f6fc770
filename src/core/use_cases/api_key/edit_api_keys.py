"""Rename, confine, revoke and delete keys of programs."""

from datetime import timedelta

from core.domain.actor import Actor
from core.use_cases.replay import replayed
from ports.clock import Clock
from ports.unit_of_work import Begin


class UpdateApiKey:
    """None leaves things as they are. Raises ApiKeyNotFound, Forbidden, Invalid."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    @replayed
    def __call__(
        self, actor: Actor, id: str, title: str | None = None, scopes: tuple[str, ...] | None = None
    ) -> None:
        with self._begin(actor, "api_key.update") as work:
            key = work.api_keys.get(id)
            if title is not None:
                key.rename(title)
            if scopes is not None:
                key.confine(scopes, actor)
            work.commit()


class RevokeApiKey:
    """At once, or in so many seconds. Raises ApiKeyNotFound, NotAllowed."""

    def __init__(self, begin: Begin, clock: Clock) -> None:
        self._begin = begin
        self._clock = clock

    @replayed
    def __call__(self, actor: Actor, id: str, revoke_in: int = 0) -> None:
        with self._begin(actor, "api_key.revoke") as work:
            now = self._clock.now()
            work.api_keys.get(id).revoke(actor.user_id, now + timedelta(seconds=revoke_in), now)
            work.commit()


class DeleteApiKey:
    """Raises ApiKeyNotFound, and NotAllowed unless it was revoked before."""

    def __init__(self, begin: Begin, clock: Clock) -> None:
        self._begin = begin
        self._clock = clock

    @replayed
    def __call__(self, actor: Actor, id: str) -> None:
        with self._begin(actor, "api_key.delete") as work:
            work.api_keys.get(id).delete(self._clock.now())
            work.commit()
