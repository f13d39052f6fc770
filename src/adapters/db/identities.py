"""Who a login belongs to, in one statement that no writer waits for."""

from __future__ import annotations

from sqlalchemy import Engine, and_, bindparam, select

from adapters.db.tables import api_keys, customers, linked_logins, sessions, users
from adapters.db.transaction import looking
from core.domain.actor import Role
from core.domain.api_key import ApiKey, ApiKeyId
from core.domain.session import Carrier, Session, SessionId
from ports.identities import Identity, KeyIdentity, LoginIdentity

_OF_SESSION = (
    select(
        sessions.c.id,
        sessions.c.carrier,
        sessions.c.expires_at,
        sessions.c.revoked_at,
        users.c.id.label("user_id"),
        users.c.role,
        customers.c.id.label("customer_id"),
    )
    .select_from(
        sessions.outerjoin(users, and_(users.c.id == sessions.c.user_id, users.c.deleted_at.is_(None))).outerjoin(
            customers,
            and_(
                customers.c.id == sessions.c.customer_id,
                customers.c.has_account.is_(True),
                customers.c.deleted_at.is_(None),
            ),
        )
    )
    .where(sessions.c.id == bindparam("session_id"))
)

_KEY_COLUMNS = [column for column in api_keys.c if column.name not in ("created_at", "updated_at")]
_OF_KEY = (
    select(*_KEY_COLUMNS, users.c.role.label("owner_role"))
    .select_from(api_keys.join(users, and_(users.c.id == api_keys.c.user_id, users.c.deleted_at.is_(None))))
    .where(api_keys.c.token_hash == bindparam("token_hash"))
)

_OF_LOGIN = (
    select(customers.c.id.label("customer_id"))
    .select_from(
        linked_logins.outerjoin(
            customers,
            and_(
                customers.c.id == linked_logins.c.customer_id,
                customers.c.has_account.is_(True),
                customers.c.deleted_at.is_(None),
            ),
        )
    )
    .where(linked_logins.c.issuer == bindparam("issuer"), linked_logins.c.subject == bindparam("subject"))
)


class SqlIdentities:
    """``Identities`` on the reading engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of_session(self, session_id: str) -> Identity | None:
        with looking(self._engine) as current:
            rows = current.rows(_OF_SESSION, {"session_id": session_id})
        if not rows:
            return None
        row = rows[0]
        session = Session(
            id=SessionId(row["id"]),
            carrier=Carrier(row["carrier"]),
            expires_at=row["expires_at"],
            user_id=row["user_id"],
            customer_id=row["customer_id"],
            revoked_at=row["revoked_at"],
        )
        role = Role(row["role"]) if row["role"] is not None else None
        return Identity(session=session, user_id=row["user_id"], role=role, customer_id=row["customer_id"])

    def of_key(self, token_hash: str) -> KeyIdentity | None:
        with looking(self._engine) as current:
            rows = current.rows(_OF_KEY, {"token_hash": token_hash})
        if not rows:
            return None
        row = dict(rows[0])
        role = Role(row.pop("owner_role"))
        stored = {"id": ApiKeyId(row["id"]), "role": Role(row["role"]), "scopes": tuple(row["scopes"])}
        return KeyIdentity(key=ApiKey(**{**row, **stored}), role=role)

    def of_login(self, issuer: str, subject: str) -> LoginIdentity | None:
        with looking(self._engine) as current:
            rows = current.rows(_OF_LOGIN, {"issuer": issuer, "subject": subject})
        return LoginIdentity(customer_id=rows[0]["customer_id"]) if rows else None
