"""What the ways of signing in share: the body they take, and the cookie they may set."""

from __future__ import annotations

from flask import Response, request

from adapters.http.body_fields import Body, Str
from adapters.http.cookies import clear_session, session_of, set_session
from adapters.http.hooks import hooks
from core.use_cases.auth.logins import LoggedIn

PASSWORD_TEXT_MAX = 1_000


class Credentials(Body):
    email = Str(required=True, max=255)
    password = Str(required=True, max=PASSWORD_TEXT_MAX)


def cookie_session() -> str | None:
    """The session that the request's cookie proves."""
    return session_of(request, hooks().settings)


def start_session(response: Response, logged_in: LoggedIn) -> Response:
    set_session(response, logged_in.session_id, logged_in.expires_at, hooks().settings)
    return response


def end_session(response: Response) -> Response:
    clear_session(response, hooks().settings)
    return response
