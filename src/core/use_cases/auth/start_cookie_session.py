"""Make a cookie of a bearer token, for browsers that should not hold the token."""

from core.domain.actor import Actor, ActorKind
from core.domain.errors import Unauthenticated
from core.use_cases.auth.logins import LoggedIn, cookie, open_cookie
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin


class StartCookieSession:
    """Opens a cookie session for the caller; ``replaces`` is the session of the cookie it came with.

    The bearer token stays valid. Raises Unauthenticated unless the caller is a user or a customer.
    """

    def __init__(self, begin: Begin, clock: Clock, ids: Ids) -> None:
        self._begin = begin
        self._clock = clock
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, replaces: str | None = None) -> LoggedIn:
        if actor.id is None or actor.kind not in (ActorKind.USER, ActorKind.CUSTOMER):
            raise Unauthenticated("log in with a password first")
        with self._begin(actor, "auth.start_session") as work:
            session = open_cookie(work, actor.kind, actor.id, replaces, self._clock.now(), self._ids)
            work.commit()
        return cookie(session, actor.id)
