"""The session cookie ``connect.sid``: ``s:<session id>.<signature>``, URL-encoded.

The signature is HMAC-SHA256 in base64 without padding, as express-session writes it, so that tools
made for Medusa read it. Source: https://github.com/tj/node-cookie-signature.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime
from urllib.parse import quote, unquote

from flask import Response
from werkzeug.wrappers import Request

from adapters.http.settings import HttpSettings

NAME = "connect.sid"


def set_session(response: Response, session_id: str, expires_at: datetime, settings: HttpSettings) -> None:
    value = quote(f"s:{session_id}.{_signature(session_id, settings.cookie_secret)}", safe="")
    response.set_cookie(
        NAME, value, expires=expires_at, path="/", httponly=True, samesite="Lax", secure=settings.secure_cookies
    )


def clear_session(response: Response, settings: HttpSettings) -> None:
    response.delete_cookie(NAME, path="/", httponly=True, samesite="Lax", secure=settings.secure_cookies)


def session_of(request: Request, settings: HttpSettings) -> str | None:
    """The session id a cookie proves; None without a cookie or with one not signed here."""
    value = unquote(request.cookies.get(NAME, ""))
    session_id, dot, signature = value.removeprefix("s:").rpartition(".")
    if not (dot and value.startswith("s:") and session_id.isascii()):
        return None
    for secret in (settings.cookie_secret, *settings.old_cookie_secrets):
        if hmac.compare_digest(_signature(session_id, secret).encode(), signature.encode()):
            return session_id
    return None


def _signature(session_id: str, secret: str) -> str:
    digest = hmac.new(secret.encode(), session_id.encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode().rstrip("=")
