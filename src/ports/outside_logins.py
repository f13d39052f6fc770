"""Logins that somebody else vouches for: sign-in services outside of the shop."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from core.domain.errors import Unavailable


class KeysUnavailable(Unavailable):
    """The keys of a sign-in service cannot be had, so nobody can tell whether a token is genuine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideLogin:
    """What a genuine token says. issuer, subject: who that is, for ever. customer_id: the customer it names.

    trusted: the shop believes this service which of its accounts somebody has, by customer_id or by
    an e-mail address that is verified; otherwise it only believes in accounts made for this service.
    """

    issuer: str
    subject: str
    email: str | None = None
    email_verified: bool = False
    customer_id: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    trusted: bool = False


class OutsideTokens(Protocol):
    """Bearer tokens of the services in the settings.

    None for what is no token of any of them: somebody else may know it. Raises Unauthenticated for one
    that says it is and does not hold, SessionOver (TOKEN_EXPIRED) for one whose time is over,
    KeysUnavailable.
    """

    def read(self, token: str) -> OutsideLogin | None: ...


class PublicKeys(Protocol):
    """What a service's signatures are checked with: a JSON Web Key Set (RFC 7517).

    The key with that id; without an id the only one there is; None if there is none. Thread-safe.
    Keys that are replaced are followed without a restart. Raises KeysUnavailable.
    """

    def find(self, key_id: str | None) -> Mapping[str, object] | None: ...
