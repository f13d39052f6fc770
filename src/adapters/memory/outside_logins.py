"""Logins of sign-in services that are looked up instead of computed, and keys that are put in, for tests."""

from __future__ import annotations

from collections.abc import Mapping

from ports.outside_logins import KeysUnavailable, OutsideLogin


class InMemoryOutsideTokens:
    """logins: by token."""

    def __init__(self, logins: Mapping[str, OutsideLogin] | None = None) -> None:
        self.logins = dict(logins or {})

    def read(self, token: str) -> OutsideLogin | None:
        return self.logins.get(token)


class InMemoryPublicKeys:
    """keys: what the service publishes; None: it cannot be reached."""

    def __init__(self, *keys: Mapping[str, object]) -> None:
        self.keys: tuple[Mapping[str, object], ...] | None = keys

    def find(self, key_id: str | None) -> Mapping[str, object] | None:
        if self.keys is None:
            raise KeysUnavailable("there are no keys")
        usable = [key for key in self.keys if key.get("use", "sig") == "sig"]
        found = [key for key in usable if key_id is None or key.get("kid") == key_id]
        return found[0] if len(found) == 1 else None
