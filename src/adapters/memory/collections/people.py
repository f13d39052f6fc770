"""Customers, admin users, logins and invitations, in memory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from adapters.memory.shelf import Overlay, Shelf
from adapters.memory.store import FailedLogins
from core.domain.actor import Role
from core.domain.api_key import ApiKey, ApiKeyNotFound
from core.domain.customer import Customer, CustomerNotFound
from core.domain.customer_group import CustomerGroup
from core.domain.invite import Invite, InviteKind, InviteNotFound, InviteState
from core.domain.linked_login import LinkedLogin, LinkedLoginNotFound
from core.domain.mailbox_proof import MailboxProof, ProofNotFound, Purpose
from core.domain.session import Session, SessionNotFound
from core.domain.user import User, UserNotFound


class InMemoryCustomers(Shelf[Customer]):
    missing = CustomerNotFound
    label = "Customer"

    def __init__(self, rows: Overlay[Customer], groups: Overlay[CustomerGroup]) -> None:
        super().__init__(rows)
        self._groups = groups

    def registered(self, email: str) -> Customer | None:
        return self.find_first(lambda customer: customer.email == email and customer.has_account)

    def guest(self, email: str) -> Customer | None:
        return self.find_first(lambda customer: customer.email == email and not customer.has_account)

    def is_registered(self, id: str) -> bool:
        customer = self._rows.get(id)
        return customer is not None and customer.has_account and customer.deleted_at is None

    def known_groups(self, ids: Iterable[str]) -> set[str]:
        wanted = set(ids)
        return {group.id for group in self._groups.values() if group.id in wanted and group.deleted_at is None}

    def among(self, ids: Iterable[str]) -> list[Customer]:
        wanted = set(ids)
        return self.find(lambda customer: customer.id in wanted)

    def dissolve(self, group_id: str) -> None:
        for customer in self.find(lambda customer: group_id in customer.group_ids):
            customer.group_ids = tuple(id for id in customer.group_ids if id != group_id)


class InMemoryLinkedLogins(Shelf[LinkedLogin]):
    missing = LinkedLoginNotFound
    label = "Linked login"

    def of(self, issuer: str, subject: str) -> LinkedLogin | None:
        return self.find_first(lambda login: (login.issuer, login.subject) == (issuer, subject))


class InMemoryUsers(Shelf[User]):
    missing = UserNotFound
    label = "User"

    def by_email(self, email: str) -> User | None:
        return self.find_first(lambda user: user.email == email)

    def admins(self) -> list[User]:
        return self.find(lambda user: user.role is Role.ADMIN)


class InMemoryApiKeys(Shelf[ApiKey]):
    missing = ApiKeyNotFound
    label = "API key"

    def note_use(self, id: str, now: datetime, before: datetime) -> None:
        key = self.find_first(lambda key: key.id == id)
        if key is not None and (key.last_used_at is None or key.last_used_at <= before):
            key.last_used_at = now


class InMemorySessions(Shelf[Session]):
    missing = SessionNotFound
    label = "Session"

    def end_others(self, actor_id: str, keep: str | None, now: datetime) -> None:
        for session in self.find(lambda session: actor_id in (session.user_id, session.customer_id)):
            if session.id != keep and session.live(now):
                session.revoke(now)


class InMemoryMailboxProofs(Shelf[MailboxProof]):
    missing = ProofNotFound
    label = "Mailbox proof"

    def use(self, id: str, now: datetime) -> bool:
        proof = self.find_first(lambda proof: proof.id == id)
        if proof is None or not proof.usable(now):
            return False
        proof.used_at = now
        return True

    def void(
        self, customer_id: str, now: datetime, *, purpose: Purpose | None = None, email: str | None = None
    ) -> None:
        def meant(proof: MailboxProof) -> bool:
            of_customer = proof.customer_id == customer_id and purpose in (None, proof.purpose)
            return of_customer and email in (None, proof.email)

        for proof in self.find(meant):
            if proof.used_at is None and proof.voided_at is None:
                proof.voided_at = now


class InMemoryInvites(Shelf[Invite]):
    missing = InviteNotFound
    label = "Invite"

    def pending(self, kind: InviteKind, email: str) -> Invite | None:
        return self.find_first(
            lambda invite: invite.kind is kind and invite.email == email and invite.state is InviteState.PENDING
        )


class InMemoryLoginAttempts:
    def __init__(self, rows: Overlay[FailedLogins]) -> None:
        self._rows = rows

    def blocked_until(self, key: str) -> datetime | None:
        return self._row(key).blocked_until

    def failed(self, key: str, now: datetime) -> int:
        row = self._row(key)
        self._rows.set(key, replace(row, failures=row.failures + 1))
        return row.failures + 1

    def block(self, key: str, until: datetime) -> None:
        self._rows.set(key, replace(self._row(key), blocked_until=until))

    def clear(self, key: str) -> None:
        self._rows.set(key, FailedLogins())

    def _row(self, key: str) -> FailedLogins:
        return self._rows.get(key) or FailedLogins()
