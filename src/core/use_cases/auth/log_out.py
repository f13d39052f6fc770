"""End a login."""

from core.domain.actor import Actor, ActorKind
from core.domain.session import SessionNotFound
from core.use_cases.replay import replayed
from ports.clock import Clock
from ports.unit_of_work import Begin


class LogOut:
    """Ends a session, or with ``only`` just that side of a cookie on which an admin and a customer are
    logged in. Answers whether somebody is still logged in on it. Repeatable; unknown sessions are fine.
    """

    def __init__(self, begin: Begin, clock: Clock) -> None:
        self._begin = begin
        self._clock = clock

    @replayed
    def __call__(self, actor: Actor, session_id: str, only: ActorKind | None = None) -> bool:
        with self._begin(actor, "auth.log_out") as work:
            try:
                session = work.sessions.get(session_id)
            except SessionNotFound:
                return False
            now = self._clock.now()
            others = session.customer_id if only is ActorKind.USER else session.user_id
            if only is None or others is None:
                session.revoke(now)
            elif only is ActorKind.USER:
                session.user_id = None
            else:
                session.customer_id = None
            work.commit()
        return session.live(now)
