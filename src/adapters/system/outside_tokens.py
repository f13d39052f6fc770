"""Bearer tokens of sign-in services: JSON Web Tokens (RFC 7519), checked as RFC 8725 advises.

The issuer's settings, never the token, say which algorithms count and where keys come from.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from jwt.types import Options

from adapters.system.sign_in_claims import ClaimNames
from core.domain.errors import Unauthenticated
from core.domain.session import SessionOver
from ports.clock import Clock
from ports.outside_logins import OutsideLogin, PublicKeys

LONGEST = 8_192
NAME_MAX = 255
RSA_BITS_MIN = 2_048
REQUIRED = ["iss", "aud", "sub", "iat", "exp"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """One sign-in service. secret: of SHARED algorithms; keys: of PUBLIC ones; exactly one of them.

    trusted: see OutsideLogin. leeway: how far its clock and ours may be apart.
    """

    issuer: str
    audience: str
    algorithms: tuple[str, ...]
    secret: str | None = field(default=None, repr=False)
    keys: PublicKeys | None = None
    claims: ClaimNames = field(default_factory=ClaimNames)
    trusted: bool = False
    leeway: timedelta = timedelta(seconds=30)


class JwtOutsideTokens:
    """issuers: with different names."""

    def __init__(self, issuers: Sequence[Issuer], clock: Clock) -> None:
        self._issuers = {issuer.issuer: issuer for issuer in issuers}
        self._clock = clock

    def read(self, token: str) -> OutsideLogin | None:
        if not self._issuers or len(token) > LONGEST:
            return None
        try:
            header = jwt.get_unverified_header(token)
            said = jwt.decode(token, options=Options(verify_signature=False)).get("iss")
        except (jwt.PyJWTError, ValueError):
            return None
        issuer = self._issuers.get(said) if isinstance(said, str) else None
        if issuer is None:
            return None
        claims = _genuine(issuer, token, header)
        self._check_times(issuer, claims)
        return _login(issuer, claims)

    def _check_times(self, issuer: Issuer, claims: Mapping[str, Any]) -> None:
        """By the shop's clock; the library would ask the machine. Not before is checked where it is said."""
        now, leeway = self._clock.now(), issuer.leeway
        if now < _moment(claims["iat"]) - leeway or now < _moment(claims.get("nbf", 0)) - leeway:
            raise _refused("begins in the future")
        if now >= _moment(claims["exp"]) + leeway:
            raise SessionOver("the token has expired; sign in again")


def _genuine(issuer: Issuer, token: str, header: Mapping[str, Any]) -> dict[str, Any]:
    """The claims of a token that this issuer signed for this shop, whatever the time."""
    algorithm = header.get("alg")
    if algorithm not in issuer.algorithms:
        raise _refused("is signed in another way than agreed")
    key = issuer.secret if issuer.keys is None else _key(issuer.keys, header.get("kid"), algorithm)
    options = Options(require=REQUIRED, verify_exp=False, verify_nbf=False, verify_iat=False)
    try:
        return jwt.decode(
            token,
            key,  # type: ignore[arg-type]  # keys of several kinds, told apart by the algorithm
            algorithms=[algorithm],
            audience=issuer.audience,
            issuer=issuer.issuer,
            options=options,
        )
    except (jwt.PyJWTError, ValueError) as error:
        raise _refused("does not hold") from error


def _key(keys: PublicKeys, key_id: object, algorithm: str) -> object:
    found = keys.find(key_id) if key_id is None or isinstance(key_id, str) else None
    if found is None or found.get("alg", algorithm) != algorithm:
        raise _refused("names no key of its issuer")
    try:
        key: Any = jwt.PyJWK(dict(found), algorithm=algorithm).key
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise _refused("names a key that does not fit") from error
    if algorithm.startswith(("RS", "PS")) and key.key_size < RSA_BITS_MIN:
        raise _refused("names a key that is too weak")
    return key


def _login(issuer: Issuer, claims: Mapping[str, Any]) -> OutsideLogin:
    names = issuer.claims
    subject, verified = claims["sub"], _claim(claims, names.email_verified)
    if not subject or len(subject) > NAME_MAX:
        raise _refused("names nobody")
    return OutsideLogin(
        issuer=issuer.issuer,
        subject=subject,
        email=_text(claims, names.email),
        email_verified=verified is True or verified == "true",  # 1 would equal True
        customer_id=_text(claims, names.customer_id),
        first_name=_text(claims, names.first_name),
        last_name=_text(claims, names.last_name),
        trusted=issuer.trusted,
    )


def _claim(claims: Mapping[str, Any], name: str) -> object:
    if name in claims:
        return claims[name]
    found: Any = claims
    for step in name.split("."):
        if not isinstance(found, Mapping):
            return None
        found = found.get(step)
    return found


def _text(claims: Mapping[str, Any], name: str) -> str | None:
    found = _claim(claims, name)
    return found if isinstance(found, str) and 0 < len(found) <= NAME_MAX and found.isprintable() else None


def _moment(claim: object) -> datetime:
    """A NumericDate. Raises Unauthenticated for anything that is no moment."""
    if isinstance(claim, bool) or not isinstance(claim, int | float) or not math.isfinite(claim):
        raise _refused("has times that are none")
    try:
        return datetime.fromtimestamp(claim, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise _refused("has times that are none") from error


def _refused(why: str) -> Unauthenticated:
    return Unauthenticated(f"the token {why}")
