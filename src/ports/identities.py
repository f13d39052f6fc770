"""Who a login belongs to right now, cheaply: asked on every signed-in request."""

from dataclasses import dataclass
from typing import Protocol

from core.domain.actor import Role
from core.domain.api_key import ApiKey
from core.domain.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A login and the accounts behind it that still exist.

    user_id and customer_id: None also when the account is gone by now. role: the user's, as of now.
    """

    session: Session
    user_id: str | None = None
    role: Role | None = None
    customer_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyIdentity:
    """A key whose owner's account still exists. role: the owner's, as of now."""

    key: ApiKey
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginIdentity:
    """Of a login at a sign-in service that was seen before. customer_id: None when the account is gone."""

    customer_id: str | None


class Identities(Protocol):
    """One statement each, no lock, outside of any unit of work. None for unknown sessions, keys and logins.

    Raises Unavailable when the database cannot be reached.
    """

    def of_session(self, session_id: str) -> Identity | None: ...

    def of_key(self, token_hash: str) -> KeyIdentity | None: ...

    def of_login(self, issuer: str, subject: str) -> LoginIdentity | None: ...
