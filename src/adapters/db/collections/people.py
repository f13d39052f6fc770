"""Customers, admin users, logins and invitations, as rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import and_, bindparam, delete, or_, select, update

from adapters.db.collections.carts import ADDRESS
from adapters.db.collections.collection import SqlCollection, roots
from adapters.db.mapping import Links, Many, Mapper, One, Removal
from adapters.db.tables import (
    addresses,
    api_keys,
    customer_group_members,
    customer_groups,
    customers,
    invites,
    linked_logins,
    login_attempts,
    mailbox_proofs,
    sessions,
    users,
)
from adapters.db.transaction import Transaction
from adapters.db.upserts import upsert
from core.domain.actor import Role
from core.domain.api_key import ApiKey, ApiKeyNotFound
from core.domain.customer import Customer, CustomerNotFound
from core.domain.invite import Invite, InviteKind, InviteNotFound, InviteState
from core.domain.linked_login import LinkedLogin, LinkedLoginNotFound
from core.domain.mailbox_proof import MailboxProof, ProofNotFound, Purpose
from core.domain.session import Session, SessionNotFound
from core.domain.user import User, UserNotFound
from core.domain.values import Address

# Carts and orders may point at a saved address, so it is never erased.
SAVED_ADDRESS = Mapper(
    Address,
    addresses,
    skipped=(),
    removal=Removal.RETIRE,
    derived={"is_saved": lambda _: True},
    shared=True,
)

CUSTOMER = Mapper(
    Customer,
    customers,
    many=(
        Many(
            field="addresses",
            mapper=SAVED_ADDRESS,
            parent="customer_id",
            where=and_(addresses.c.is_saved, addresses.c.deleted_at.is_(None)),
        ),
    ),
    one=(One(field="billing_address", mapper=ADDRESS, column="billing_address_id"),),
    links=(Links("group_ids", customer_group_members, "customer_id", "customer_group_id"),),
)
LINKED_LOGIN = Mapper(LinkedLogin, linked_logins)
USER = Mapper(User, users)
API_KEY = Mapper(ApiKey, api_keys)
SESSION = Mapper(Session, sessions)
PROOF = Mapper(MailboxProof, mailbox_proofs)
INVITE = Mapper(Invite, invites)

_BY_EMAIL = customers.c.email == bindparam("email")
_REGISTERED = roots(CUSTOMER, _BY_EMAIL, customers.c.has_account.is_(True))
_GUEST = roots(CUSTOMER, _BY_EMAIL, customers.c.has_account.is_(False))
_IS_REGISTERED = select(customers.c.id).where(
    customers.c.id == bindparam("id"), customers.c.has_account.is_(True), customers.c.deleted_at.is_(None)
)
# Kept as they are until whoever joins them is written: deleting a group takes everybody out who is in it by then.
_GROUPS = (
    select(customer_groups.c.id)
    .where(customer_groups.c.id.in_(bindparam("ids", expanding=True)), customer_groups.c.deleted_at.is_(None))
    .with_for_update(read=True)
)


_AMONG = roots(CUSTOMER, customers.c.id.in_(bindparam("ids", expanding=True))).order_by(customers.c.id)
_DISSOLVE = delete(customer_group_members).where(customer_group_members.c.customer_group_id == bindparam("group_id"))


class SqlCustomers(SqlCollection[Customer]):
    mapper = CUSTOMER
    missing = CustomerNotFound
    label = "Customer"

    def registered(self, email: str) -> Customer | None:
        return self._first(_REGISTERED, {"email": email})

    def guest(self, email: str) -> Customer | None:
        return self._first(_GUEST, {"email": email})

    def is_registered(self, id: str) -> bool:
        return bool(self._transaction.rows(_IS_REGISTERED, {"id": id}))

    def known_groups(self, ids: Iterable[str]) -> set[str]:
        wanted = sorted(set(ids))
        return {row["id"] for row in self._transaction.rows(_GROUPS, {"ids": wanted})} if wanted else set()

    def among(self, ids: Iterable[str]) -> list[Customer]:
        wanted = sorted(set(ids))
        return self._find(_AMONG, {"ids": wanted}) if wanted else []

    def dissolve(self, group_id: str) -> None:
        self._transaction.run(_DISSOLVE, {"group_id": group_id})


_LOGIN = linked_logins.c
_LINKED = roots(LINKED_LOGIN, _LOGIN.issuer == bindparam("issuer"), _LOGIN.subject == bindparam("subject"))


class SqlLinkedLogins(SqlCollection[LinkedLogin]):
    mapper = LINKED_LOGIN
    missing = LinkedLoginNotFound
    label = "Linked login"

    def of(self, issuer: str, subject: str) -> LinkedLogin | None:
        return self._first(_LINKED, {"issuer": issuer, "subject": subject})


_USER_BY_EMAIL = roots(USER, users.c.email == bindparam("email"))
_ADMINS = roots(USER, users.c.role == Role.ADMIN.value).order_by(users.c.id)


class SqlUsers(SqlCollection[User]):
    mapper = USER
    missing = UserNotFound
    label = "User"

    def by_email(self, email: str) -> User | None:
        return self._first(_USER_BY_EMAIL, {"email": email})

    def admins(self) -> list[User]:
        return self._find(_ADMINS, {})


_NOTE_USE = (
    update(api_keys)
    .where(
        api_keys.c.id == bindparam("key_id"),
        or_(
            api_keys.c.last_used_at.is_(None),
            api_keys.c.last_used_at <= bindparam("before", type_=api_keys.c.last_used_at.type),
        ),
    )
    .values(last_used_at=bindparam("now"))
)


class SqlApiKeys(SqlCollection[ApiKey]):
    mapper = API_KEY
    missing = ApiKeyNotFound
    label = "API key"

    def note_use(self, id: str, now: datetime, before: datetime) -> None:
        self._transaction.run(_NOTE_USE, {"key_id": id, "now": now, "before": before})


_END_OTHERS = (
    update(sessions)
    .where(
        or_(sessions.c.user_id == bindparam("actor_id"), sessions.c.customer_id == bindparam("actor_id")),
        sessions.c.id != bindparam("keep"),
        sessions.c.revoked_at.is_(None),
    )
    .values(revoked_at=bindparam("now"), updated_at=bindparam("now"), version=sessions.c.version + 1)
)


class SqlSessions(SqlCollection[Session]):
    mapper = SESSION
    missing = SessionNotFound
    label = "Session"

    def end_others(self, actor_id: str, keep: str | None, now: datetime) -> None:
        self._transaction.run(_END_OTHERS, {"actor_id": actor_id, "keep": keep or "", "now": now})


_PROOF = mailbox_proofs.c
_UNUSED = and_(_PROOF.used_at.is_(None), _PROOF.voided_at.is_(None))
_USE = (
    update(mailbox_proofs)
    .where(
        _PROOF.id == bindparam("proof_id"),
        _UNUSED,
        _PROOF.expires_at > bindparam("now", type_=_PROOF.expires_at.type),
    )
    .values(used_at=bindparam("now"), updated_at=bindparam("now"), version=_PROOF.version + 1)
)
_VOID = (
    update(mailbox_proofs)
    .where(_PROOF.customer_id == bindparam("whose"), _UNUSED)
    .values(voided_at=bindparam("now"), updated_at=bindparam("now"), version=_PROOF.version + 1)
)


class SqlMailboxProofs(SqlCollection[MailboxProof]):
    mapper = PROOF
    missing = ProofNotFound
    label = "Mailbox proof"
    locked = False  # ``use`` decides, and orders and customers are locked before it
    moved = False

    def use(self, id: str, now: datetime) -> bool:
        used = bool(self._transaction.run(_USE, {"proof_id": id, "now": now}).rowcount == 1)
        self.moved |= used
        return used

    def void(
        self, customer_id: str, now: datetime, *, purpose: Purpose | None = None, email: str | None = None
    ) -> None:
        statement = _VOID
        if purpose is not None:
            statement = statement.where(_PROOF.purpose == str(purpose))
        if email is not None:
            statement = statement.where(_PROOF.email == email)
        self.moved |= self._transaction.run(statement, {"whose": customer_id, "now": now}).rowcount > 0


_PENDING = roots(
    INVITE,
    invites.c.kind == bindparam("kind"),
    invites.c.email == bindparam("email"),
    invites.c.state == InviteState.PENDING.value,
)


class SqlInvites(SqlCollection[Invite]):
    mapper = INVITE
    missing = InviteNotFound
    label = "Invite"

    def pending(self, kind: InviteKind, email: str) -> Invite | None:
        return self._first(_PENDING, {"kind": str(kind), "email": email})


_ATTEMPT = login_attempts.c
_BLOCKED = select(_ATTEMPT.blocked_until).where(_ATTEMPT.key == bindparam("name"))
_CLEAR = delete(login_attempts).where(_ATTEMPT.key == bindparam("name"))


class SqlLoginAttempts:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self.moved = False

    def blocked_until(self, key: str) -> datetime | None:
        rows = self._transaction.rows(_BLOCKED, {"name": key})
        return rows[0]["blocked_until"] if rows else None

    def failed(self, key: str, now: datetime) -> int:
        self.moved = True
        statement = upsert(self._transaction.dialect, login_attempts)
        counted = statement.values(key=key, failures=1, last_failed_at=now).on_conflict_do_update(
            index_elements=["key"], set_={"failures": _ATTEMPT.failures + 1, "last_failed_at": now}
        )
        return int(self._transaction.run(counted.returning(_ATTEMPT.failures)).scalar_one())

    def block(self, key: str, until: datetime) -> None:
        self.moved = True
        statement = upsert(self._transaction.dialect, login_attempts)
        self._transaction.run(
            statement.values(key=key, failures=0, blocked_until=until).on_conflict_do_update(
                index_elements=["key"], set_={"blocked_until": until}
            )
        )

    def clear(self, key: str) -> None:
        self.moved = True
        self._transaction.run(_CLEAR, {"name": key})
