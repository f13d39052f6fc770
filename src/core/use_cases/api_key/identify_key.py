"""Tell for whom a key speaks: asked each time, so that a revocation or a lost role works at once."""

from core.domain.actor import SYSTEM, Actor, ActorKind
from core.domain.api_key import USE_NOTED_EVERY, digest_of
from core.domain.errors import Unauthenticated
from core.domain.permissions import weaker
from core.use_cases.replay import replayed
from ports.clock import Clock
from ports.identities import Identities
from ports.unit_of_work import Begin


class IdentifyKey:
    """One statement, and once a minute a note that the key was used. The answer lacks network and request
    id: the caller adds them. Raises Unauthenticated for unknown, revoked and expired keys alike.
    """

    def __init__(self, begin: Begin, identities: Identities, clock: Clock) -> None:
        self._begin = begin
        self._identities = identities
        self._clock = clock

    @replayed
    def __call__(self, token: str) -> Actor:
        now = self._clock.now()
        found = self._identities.of_key(digest_of(token))
        if found is None or not found.key.live(now):
            raise Unauthenticated("this API key is not known or not good any more")
        key = found.key
        if key.last_used_at is None or now - key.last_used_at >= USE_NOTED_EVERY:
            with self._begin(SYSTEM, "api_key.note_use") as work:
                work.api_keys.note_use(key.id, now, now - USE_NOTED_EVERY)
                work.commit()
        return Actor(
            kind=ActorKind.API_KEY,
            id=key.id,
            role=weaker(key.role, found.role),
            scopes=frozenset(key.scopes),
            owner_id=key.user_id,
        )
