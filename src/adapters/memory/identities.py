"""Who a login belongs to, looked up in committed memory."""

from __future__ import annotations

from copy import deepcopy

from adapters.memory.store import Memory
from ports.identities import Identity, KeyIdentity, LoginIdentity


class InMemoryIdentities:
    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def of_session(self, session_id: str) -> Identity | None:
        with self._memory.lock:
            session = deepcopy(self._memory.sessions.get(session_id))
            if session is None:
                return None
            user = self._memory.users.get(session.user_id or "")
            customer = self._memory.customers.get(session.customer_id or "")
        user = user if user is not None and user.deleted_at is None else None
        if customer is not None and (customer.deleted_at is not None or not customer.has_account):
            customer = None
        return Identity(
            session=session,
            user_id=user.id if user is not None else None,
            role=user.role if user is not None else None,
            customer_id=customer.id if customer is not None else None,
        )

    def of_key(self, token_hash: str) -> KeyIdentity | None:
        with self._memory.lock:
            found = (key for key in self._memory.api_keys.values() if key.token_hash == token_hash)
            key = deepcopy(next(found, None))
            user = self._memory.users.get(key.user_id) if key is not None else None
        if key is None or user is None or user.deleted_at is not None:
            return None
        return KeyIdentity(key=key, role=user.role)

    def of_login(self, issuer: str, subject: str) -> LoginIdentity | None:
        with self._memory.lock:
            logins = (
                it for it in self._memory.linked_logins.values() if (it.issuer, it.subject) == (issuer, subject)
            )
            login = next(logins, None)
            customer = self._memory.customers.get(login.customer_id) if login is not None else None
        if login is None:
            return None
        live = customer is not None and customer.has_account and customer.deleted_at is None
        return LoginIdentity(customer_id=login.customer_id if live else None)
