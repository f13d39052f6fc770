"""Links that carry their own permission: what, under which name, until when, signed.

A link is a JWT (RFC 7519, HS256) with an audience of its own, so no other token of the shop opens files
and no link is a login. Its key is derived from the shop's secret.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import jwt

from ports.local_files import LinkExpired, LinkForged

_ALGORITHM = "HS256"
_AUDIENCE = "files"
_CLAIMS = ("aud", "exp", "key", "name", "type")


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkTerms:
    """key: of the one object. name, mime_type: how it is sent. expires_at: whole seconds."""

    key: str
    name: str
    mime_type: str
    expires_at: datetime


class LinkSigner:
    """secrets: current first; it signs, all of them are accepted."""

    def __init__(self, secrets: Sequence[str]) -> None:
        if not secrets:
            raise ValueError("signing links needs a secret")
        self._keys = [hmac.digest(secret.encode(), b"perseus file links", "sha256") for secret in secrets]

    def sign(self, terms: LinkTerms) -> str:
        claims = {
            "aud": _AUDIENCE,
            "exp": int(terms.expires_at.timestamp()),
            "key": terms.key,
            "name": terms.name,
            "type": terms.mime_type,
        }
        return jwt.encode(claims, self._keys[0], algorithm=_ALGORITHM)

    def read(self, token: str, now: datetime) -> LinkTerms:
        """Raises LinkForged, LinkExpired."""
        for key in self._keys:
            try:
                claims = jwt.decode(
                    token,
                    key,
                    algorithms=[_ALGORITHM],
                    audience=_AUDIENCE,
                    options={"require": list(_CLAIMS), "verify_exp": False},  # by the injected clock below
                )
            except jwt.InvalidTokenError:
                continue
            expires_at = datetime.fromtimestamp(claims["exp"], UTC)
            if now >= expires_at:
                raise LinkExpired("this link has expired; ask for a new one")
            return LinkTerms(key=claims["key"], name=claims["name"], mime_type=claims["type"], expires_at=expires_at)
        raise LinkForged("this link is not valid")
