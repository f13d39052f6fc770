"""/auth/session"""

from __future__ import annotations

from dependency_injector.wiring import Provide, inject
from flask import Response

from adapters.http.access import ANYBODY, SIGNED_IN
from adapters.http.answers import respond
from adapters.http.routing import AUTH, Resource
from adapters.http.sign_in import cookie_session, end_session, start_session
from core.domain.actor import Actor
from core.domain.errors import Unauthenticated
from core.use_cases.auth.log_out import LogOut
from core.use_cases.auth.start_cookie_session import StartCookieSession

session = Resource("auth_session", __name__, "/auth/session", AUTH)


@session.on("POST", "", allow=SIGNED_IN, secret=True)
@inject
def start(actor: Actor, start_session_of: StartCookieSession = Provide["start_cookie_session"]) -> Response:
    """Make a cookie session of a bearer token."""
    logged_in = start_session_of(actor, cookie_session())
    claims = {
        "actor_id": actor.id,
        "actor_type": actor.kind.value,
        "auth_provider": "emailpass",
        "app_metadata": {f"{actor.kind.value}_id": actor.id},
    }
    return start_session(respond({"user": claims}, 200), logged_in)


@session.on("DELETE", "", allow=ANYBODY, secret=True, statuses=(401,))
@inject
def end(actor: Actor, log_out: LogOut = Provide["log_out"]) -> Response:
    """End the cookie session."""
    session_id = cookie_session()
    if session_id is None:
        raise Unauthenticated("there is no session to end")
    log_out(actor, session_id)
    return end_session(respond({"success": True}, 200))
