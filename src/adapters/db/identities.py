"""Who a login belongs to, in one statement."""

from sqlalchemy import Engine, and_, bindparam, select

from adapters.db.tables import customers, sessions, users
from core.domain.actor import Role
from core.domain.session import Carrier, Session, SessionId
from ports.identities import Identity

_OF_SESSION = (
    select(
        sessions,
        users.c.id.label("known_user_id"),
        users.c.role.label("role"),
        customers.c.id.label("known_customer_id"),
    )
    .select_from(
        sessions.outerjoin(users, and_(users.c.id == sessions.c.user_id, users.c.deleted_at.is_(None))).outerjoin(
            customers, and_(customers.c.id == sessions.c.customer_id, customers.c.deleted_at.is_(None))
        )
    )
    .where(sessions.c.id == bindparam("session_id"))
)


class SqlIdentities:
    """``Identities`` on the read engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of_session(self, session_id: str) -> Identity | None:
        with self._engine.connect() as connection:
            row = connection.execute(_OF_SESSION, {"session_id": session_id}).mappings().one_or_none()
        if row is None:
            return None
        session = Session(
            id=SessionId(row["id"]),
            carrier=Carrier(row["carrier"]),
            expires_at=row["expires_at"],
            user_id=row["user_id"],
            customer_id=row["customer_id"],
            revoked_at=row["revoked_at"],
            version=row["version"],
        )
        return Identity(
            session=session,
            user_id=row["known_user_id"],
            role=Role(row["role"]) if row["role"] is not None else None,
            customer_id=row["known_customer_id"],
        )
