"""Addresses that carry their own permission, signed.

Each is a JWT (RFC 7519, HS256) of one purpose, with an audience and a key of its own, so that no token of
the shop does another's work and none is a login. Keys are derived from the shop's secrets.
"""

import base64
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import jwt

from ports.local_files import LinkExpired, LinkForged

_ALGORITHM = "HS256"


def _in_base64(content: bytes) -> bytes:
    return base64.urlsafe_b64encode(content).rstrip(b"=")


_HEADER = _in_base64(b'{"alg":"HS256","typ":"JWT"}')


class ClaimSigner:
    """secrets: current first; it signs, all of them are accepted. names: claims a token has to have."""

    def __init__(self, secrets: Sequence[str], *, purpose: str, audience: str, names: Sequence[str]) -> None:
        if not secrets:
            raise ValueError("signing links needs a secret")
        self._keys = [hmac.digest(secret.encode(), purpose.encode(), "sha256") for secret in secrets]
        self._audience = audience
        self._required = ["aud", "exp", *names]

    def sign(self, claims: Mapping[str, object], expires_at: datetime) -> str:
        body = {**claims, "aud": self._audience, "exp": int(expires_at.timestamp())}
        # Written here, because the library looks at the key anew each time, which takes longer than signing.
        signed = _HEADER + b"." + _in_base64(json.dumps(body, separators=(",", ":")).encode())
        return (signed + b"." + _in_base64(hmac.digest(self._keys[0], signed, "sha256"))).decode()

    def read(self, token: str, now: datetime) -> tuple[dict[str, Any], datetime]:
        """The claims and when they end. Raises LinkForged, LinkExpired."""
        for key in self._keys:
            try:
                claims = jwt.decode(
                    token,
                    key,
                    algorithms=[_ALGORITHM],
                    audience=self._audience,
                    options={"require": self._required, "verify_exp": False},  # by the injected clock below
                )
            except jwt.InvalidTokenError:
                continue
            expires_at = datetime.fromtimestamp(claims["exp"], UTC)
            if now >= expires_at:
                raise LinkExpired("this link has expired; ask for a new one")
            return claims, expires_at
        raise LinkForged("this link is not valid")
