"""Tell who a request comes from: asked each time, so that a log-out or a lost role works at once."""

from core.domain.actor import Actor, ActorKind
from core.domain.errors import Unauthenticated
from core.domain.session import Carrier, SessionOver
from ports.clock import Clock
from ports.identities import Identities, Identity
from ports.tokens import AccessClaims


class IdentifyActor:
    """One statement per call, no transaction. The answer lacks network and request id: the caller adds them.

    Raises Unauthenticated for what was never a login or has been ended, SessionOver (a kind of
    Unauthenticated) for one whose time is over.
    """

    def __init__(self, identities: Identities, clock: Clock) -> None:
        self._identities = identities
        self._clock = clock

    def __call__(self, claims: AccessClaims) -> Actor:
        """The actor of a bearer token that has been read."""
        identity = self._live(claims.session_id)
        for actor in _actors(identity):
            if (actor.kind, actor.id) == (claims.actor_kind, claims.actor_id):
                return actor
        raise Unauthenticated("the account of this token does not exist any more")

    def by_session(self, session_id: str) -> list[Actor]:
        """The actors of a cookie: a user, a customer, both, or none if their accounts are gone."""
        identity = self._live(session_id)
        if identity.session.carrier is not Carrier.COOKIE:
            raise Unauthenticated("this session belongs to a bearer token")
        return _actors(identity)

    def _live(self, session_id: str) -> Identity:
        identity = self._identities.of_session(session_id)
        if identity is None or identity.session.revoked_at is not None:
            raise Unauthenticated("this login has been ended")
        if not identity.session.live(self._clock.now()):
            raise SessionOver("this login is over; log in again")
        return identity


def _actors(identity: Identity) -> list[Actor]:
    session_id = identity.session.id
    actors = []
    if identity.user_id is not None:
        actors.append(Actor(kind=ActorKind.USER, id=identity.user_id, role=identity.role, session_id=session_id))
    if identity.customer_id is not None:
        actors.append(Actor(kind=ActorKind.CUSTOMER, id=identity.customer_id, session_id=session_id))
    return actors
