"""Secrets that travel: login tokens, and tokens that can be made again instead of being stored."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.domain.actor import ActorKind


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessClaims:
    """What a bearer token says. actor_id: of the user or customer."""

    session_id: str
    actor_kind: ActorKind
    actor_id: str
    expires_at: datetime


class AccessTokens(Protocol):
    """Bearer tokens: JWT (RFC 7519), HS256, signed with the shop's secret, ``kid`` naming the key.

    Claims: sub (actor id), sid (session), actor_type ("user" or "customer"), domain ("admin" or
    "store", as Medusa v1), iss, aud, iat, exp. Two keys may be active at once for rotation.
    Errors: ``read`` raises Unauthenticated (code UNAUTHORIZED) for anything malformed or foreign,
    SessionOver (TOKEN_EXPIRED) for a genuine but expired token.
    """

    def issue(self, claims: AccessClaims) -> str: ...

    def read(self, token: str) -> AccessClaims: ...


@dataclass(frozen=True, slots=True)
class DerivedToken:
    """subject_id: what the token opens. revision: older ones are dead."""

    subject_id: str
    revision: int


class DerivedTokens(Protocol):
    """Tokens computed from an id, a revision and a secret key, so that nothing usable is stored.

    ``derive("download", "dl_01H...", 1)`` always gives the same URL-safe string, bound to purpose,
    subject and revision by HMAC-SHA256 (RFC 2104), with a key version; only ASCII letters, digits,
    ``-`` and ``_``. ``read`` compares in constant time, accepts any active key, and answers None for
    everything that was not derived here for this purpose. It never raises.
    """

    def derive(self, purpose: str, subject_id: str, revision: int) -> str: ...

    def read(self, purpose: str, token: str) -> DerivedToken | None: ...
