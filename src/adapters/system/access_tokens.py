"""Bearer tokens as JSON Web Tokens (RFC 7519), signed with HS256."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import jwt
from jwt.types import Options

from adapters.system.keys import derive_keys
from core.domain.actor import ActorKind
from core.domain.errors import Unauthenticated
from core.domain.session import SessionOver
from ports.clock import Clock
from ports.tokens import AccessClaims

ALGORITHM = "HS256"
AUDIENCE = "perseus"
DOMAINS = {ActorKind.USER: "admin", ActorKind.CUSTOMER: "store"}
REQUIRED = ["iss", "aud", "sub", "sid", "iat", "nbf", "exp", "actor_type", "domain"]
LONGEST = 4_096
REMEMBERED = 2_000
"""Tokens found genuine; looking into one again costs as much as two statements, and it comes with each request."""


class JwtAccessTokens:
    """secrets: current first. issuer: ``iss``; tokens of other shops sharing a secret do not pass."""

    def __init__(self, secrets: Sequence[str], clock: Clock, *, issuer: str = "perseus") -> None:
        self._keys = derive_keys(secrets, "access tokens")
        self._clock = clock
        self._issuer = issuer
        # Whether a token is genuine never changes; whether it is good now is asked each time. What is not
        # genuine is not remembered.
        self._known = lru_cache(REMEMBERED)(self._understood)

    def issue(self, claims: AccessClaims) -> str:
        if claims.actor_kind not in DOMAINS:
            raise ValueError(f"a bearer token is for users and customers, not for {claims.actor_kind}")
        version, key = self._keys[0]
        now = int(self._clock.now().timestamp())
        payload = {
            "iss": self._issuer,
            "aud": AUDIENCE,
            "sub": claims.actor_id,
            "sid": claims.session_id,
            "actor_type": claims.actor_kind.value,
            "domain": DOMAINS[claims.actor_kind],
            "iat": now,
            "nbf": now,
            "exp": int(claims.expires_at.timestamp()),
        }
        return jwt.encode(payload, key, algorithm=ALGORITHM, headers={"kid": version})

    def read(self, token: str) -> AccessClaims:
        if len(token) > LONGEST:
            raise _foreign()
        claims, begins_at = self._known(token)
        now = self._clock.now()
        if now < begins_at:
            raise _foreign()
        if now >= claims.expires_at:
            raise SessionOver("the login has expired; log in again")
        return claims

    def _understood(self, token: str) -> tuple[AccessClaims, datetime]:
        """What a token says, and from when on. Raises Unauthenticated when it was not signed here."""
        claims = self._genuine(token)
        try:
            kind = ActorKind(claims["actor_type"])
            expires_at = datetime.fromtimestamp(claims["exp"], UTC)
            begins_at = datetime.fromtimestamp(claims["nbf"], UTC)
            named = isinstance(claims["sid"], str) and DOMAINS[kind] == claims["domain"]
        except (KeyError, ValueError, TypeError, OverflowError) as error:
            raise _foreign() from error
        if not named:
            raise _foreign()
        said = AccessClaims(session_id=claims["sid"], actor_kind=kind, actor_id=claims["sub"], expires_at=expires_at)
        return said, begins_at

    def _genuine(self, token: str) -> dict[str, Any]:
        """The claims of a token signed here, whatever the time. Raises Unauthenticated."""
        try:
            version = jwt.get_unverified_header(token).get("kid")
            key = dict(self._keys).get(version) if isinstance(version, str) else None
            if key is None:
                raise _foreign()
            # The library would ask the machine for the time; the shop's clock is asked in ``read``.
            options = Options(require=REQUIRED, verify_exp=False, verify_nbf=False, verify_iat=False)
            return jwt.decode(
                token, key, algorithms=[ALGORITHM], audience=AUDIENCE, issuer=self._issuer, options=options
            )
        except (jwt.PyJWTError, ValueError) as error:
            raise _foreign() from error


def _foreign() -> Unauthenticated:
    return Unauthenticated("the token is not one of ours")
