"""What the ways of logging in have in common: which session they open and what the caller gets."""

from dataclasses import dataclass
from datetime import datetime

from core.domain.actor import ActorKind
from core.domain.session import (
    COOKIE_LIFE,
    CUSTOMER_TOKEN_LIFE,
    USER_TOKEN_LIFE,
    Carrier,
    Session,
    SessionId,
    SessionNotFound,
)
from ports.clock import Ids
from ports.tokens import AccessClaims, AccessTokens
from ports.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedIn:
    """token: the bearer token; None for a cookie, which carries the session's id."""

    session_id: str
    token: str | None
    actor_id: str
    expires_at: datetime


def open_bearer(work: UnitOfWork, kind: ActorKind, actor_id: str, now: datetime, ids: Ids) -> Session:
    """Add the session that a new bearer token points at."""
    life = USER_TOKEN_LIFE if kind is ActorKind.USER else CUSTOMER_TOKEN_LIFE
    session = Session(id=SessionId(ids.new("sess")), carrier=Carrier.BEARER, expires_at=now + life)
    _put_in(session, kind, actor_id)
    work.sessions.add(session)
    return session


def open_cookie(
    work: UnitOfWork, kind: ActorKind, actor_id: str, replaces: str | None, now: datetime, ids: Ids
) -> Session:
    """Add the session of a new cookie, under a new id, and end the one of the cookie it replaces.

    A customer logged in beside an admin stays logged in, and the other way round, as in Medusa v1.
    """
    session = Session(id=SessionId(ids.new("sess")), carrier=Carrier.COOKIE, expires_at=now + COOKIE_LIFE)
    old = _live_cookie(work, replaces, now)
    if old is not None:
        session.user_id, session.customer_id = old.user_id, old.customer_id
        old.revoke(now)
    _put_in(session, kind, actor_id)
    work.sessions.add(session)
    return session


def bearer(session: Session, kind: ActorKind, actor_id: str, tokens: AccessTokens) -> LoggedIn:
    """What the owner of a bearer session gets, once the session is stored."""
    token = tokens.issue(
        AccessClaims(session_id=session.id, actor_kind=kind, actor_id=actor_id, expires_at=session.expires_at)
    )
    return LoggedIn(session_id=session.id, token=token, actor_id=actor_id, expires_at=session.expires_at)


def cookie(session: Session, actor_id: str) -> LoggedIn:
    return LoggedIn(session_id=session.id, token=None, actor_id=actor_id, expires_at=session.expires_at)


def _put_in(session: Session, kind: ActorKind, actor_id: str) -> None:
    if kind is ActorKind.USER:
        session.user_id = actor_id
    else:
        session.customer_id = actor_id


def _live_cookie(work: UnitOfWork, session_id: str | None, now: datetime) -> Session | None:
    if session_id is None:
        return None
    try:
        session = work.sessions.get(session_id)
    except SessionNotFound:
        return None
    return session if session.carrier is Carrier.COOKIE and session.live(now) else None
