"""Tokens that are looked up instead of computed, for tests."""

import re
from itertools import count

from core.domain.actor import ActorKind
from core.domain.errors import Unauthenticated
from core.domain.session import SessionOver
from ports.clock import Clock
from ports.tokens import AccessClaims, DerivedToken

_SUBJECT = re.compile(r"[A-Za-z0-9_]+")


class InMemoryAccessTokens:
    """``bearer-1``, ``bearer-2``, ...; only those issued by this object are genuine."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._numbers = count(1)
        self._issued: dict[str, AccessClaims] = {}

    def issue(self, claims: AccessClaims) -> str:
        if claims.actor_kind not in (ActorKind.USER, ActorKind.CUSTOMER):
            raise ValueError(f"a bearer token is for users and customers, not for {claims.actor_kind}")
        token = f"bearer-{next(self._numbers)}"
        self._issued[token] = claims
        return token

    def read(self, token: str) -> AccessClaims:
        claims = self._issued.get(token)
        if claims is None:
            raise Unauthenticated("the token is not one of ours")
        if self._clock.now() >= claims.expires_at:
            raise SessionOver("the login has expired; log in again")
        return claims


class InMemoryDerivedTokens:
    """``download-dl_01H...-1``: readable, so that a failing test says what it was about.

    Only tokens that were derived by this object are genuine.
    """

    def __init__(self) -> None:
        self._derived: dict[str, tuple[str, DerivedToken]] = {}

    def derive(self, purpose: str, subject_id: str, revision: int) -> str:
        if not _SUBJECT.fullmatch(subject_id) or revision < 0:
            raise ValueError(f"no token can be made for {subject_id!r} at revision {revision!r}")
        token = f"{purpose}-{subject_id}-{revision}"
        self._derived[token] = (purpose, DerivedToken(subject_id, revision))
        return token

    def read(self, purpose: str, token: str) -> DerivedToken | None:
        made_for, derived = self._derived.get(token, ("", None))
        return derived if made_for == purpose else None
