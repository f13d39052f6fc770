"""Customers and staff, how they prove who they are, and whom they invite."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from core.domain.api_key import ApiKey
from core.domain.customer import Customer
from core.domain.customer_group import CustomerGroup
from core.domain.invite import Invite, InviteKind
from core.domain.linked_login import LinkedLogin
from core.domain.mailbox_proof import MailboxProof, Purpose
from core.domain.session import Session
from core.domain.user import User


class CustomerGroups(Protocol):
    """Unique among live ones: name (GroupNameTaken)."""

    def get(self, id: str) -> CustomerGroup: ...

    def add(self, group: CustomerGroup) -> None: ...


class Customers(Protocol):
    """Unique among live ones: (email, has_account), EmailTaken."""

    def get(self, id: str) -> Customer: ...

    def add(self, customer: Customer) -> None: ...

    def registered(self, email: str) -> Customer | None: ...

    def guest(self, email: str) -> Customer | None: ...

    def is_registered(self, id: str) -> bool: ...

    def known_groups(self, ids: Iterable[str]) -> set[str]: ...

    def among(self, ids: Iterable[str]) -> list[Customer]:
        """Those of these that exist; a constant number of statements."""
        ...

    def dissolve(self, group_id: str) -> None:
        """Nobody is in it any more; one statement, however many there were."""
        ...


class LinkedLogins(Protocol):
    """Unique: (issuer, subject); a clash can only be a race and answers ConcurrentUpdate."""

    def get(self, id: str) -> LinkedLogin: ...

    def add(self, login: LinkedLogin) -> None: ...

    def of(self, issuer: str, subject: str) -> LinkedLogin | None: ...


class Users(Protocol):
    """Unique among live ones: email (UserExists)."""

    def get(self, id: str) -> User: ...

    def add(self, user: User) -> None: ...

    def by_email(self, email: str) -> User | None: ...

    def admins(self) -> list[User]:
        """Those with the role admin, locked, so that two cannot take each other's place at once."""
        ...


class ApiKeys(Protocol):
    """Unique: token_hash."""

    def get(self, id: str) -> ApiKey: ...

    def add(self, key: ApiKey) -> None: ...

    def note_use(self, id: str, now: datetime, before: datetime) -> None:
        """Set last_used_at, unless a use after ``before`` is noted already. The version stays."""
        ...


class Sessions(Protocol):
    def get(self, id: str) -> Session: ...

    def add(self, session: Session) -> None: ...

    def end_others(self, actor_id: str, keep: str | None, now: datetime) -> None:
        """Revoke every live login of this user or customer but the one to keep."""
        ...


class MailboxProofs(Protocol):
    """Using and voiding are conditional: the database decides."""

    def get(self, id: str) -> MailboxProof: ...

    def add(self, proof: MailboxProof) -> None: ...

    def use(self, id: str, now: datetime) -> bool:
        """Granted once, while it is neither voided nor run out."""
        ...

    def void(
        self, customer_id: str, now: datetime, *, purpose: Purpose | None = None, email: str | None = None
    ) -> None:
        """End every unused proof of this customer, or those for this purpose or address."""
        ...


class Invites(Protocol):
    """Unique among those stored as pending: (kind, email), InvitePending."""

    def get(self, id: str) -> Invite: ...

    def add(self, invite: Invite) -> None: ...

    def pending(self, kind: InviteKind, email: str) -> Invite | None:
        """Stored as pending, possibly past its expiry."""
        ...


class LoginAttempts(Protocol):
    """Failed log-ins, kept in the database so that the delay holds across processes.

    key: account and network, or account alone.
    """

    def blocked_until(self, key: str) -> datetime | None: ...

    def failed(self, key: str, now: datetime) -> int:
        """Count one; how many in a row."""
        ...

    def block(self, key: str, until: datetime) -> None: ...

    def clear(self, key: str) -> None: ...
