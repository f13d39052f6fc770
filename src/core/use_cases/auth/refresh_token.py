"""Give a bearer token a new life before it runs out."""

from core.domain.actor import Actor, ActorKind
from core.domain.errors import Unauthenticated
from core.domain.session import CUSTOMER_TOKEN_LIFE, USER_TOKEN_LIFE, Carrier, SessionOver
from core.use_cases.auth.logins import LoggedIn, bearer
from core.use_cases.replay import replayed
from ports.clock import Clock
from ports.tokens import AccessTokens
from ports.unit_of_work import Begin


class RefreshToken:
    """Issues a new token for the same login, so that logging out ends every token of it.

    Raises Unauthenticated when the caller did not come with a bearer token, SessionOver when the login
    is over.
    """

    def __init__(self, begin: Begin, access_tokens: AccessTokens, clock: Clock) -> None:
        self._begin = begin
        self._tokens = access_tokens
        self._clock = clock

    @replayed
    def __call__(self, actor: Actor) -> LoggedIn:
        if actor.id is None or actor.session_id is None:
            raise Unauthenticated("log in first")
        life = USER_TOKEN_LIFE if actor.kind is ActorKind.USER else CUSTOMER_TOKEN_LIFE
        with self._begin(actor, "auth.refresh") as work:
            session = work.sessions.get(actor.session_id)
            now = self._clock.now()
            if session.carrier is not Carrier.BEARER:
                raise Unauthenticated("only a bearer token can be refreshed")
            if not session.live(now):
                raise SessionOver("this login is over; log in again")
            session.expires_at = now + life
            work.commit()
        return bearer(session, actor.kind, actor.id, self._tokens)
