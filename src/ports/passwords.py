"""Keeping passwords."""

from typing import Protocol


class Passwords(Protocol):
    """Slow salted hashes (argon2id, RFC 9106). Passwords are NFKC-normalised, never truncated.

    ``verify`` against None does the same work and answers False, so that an unknown account takes
    as long as a wrong password. ``stale`` says that a hash was made with older, weaker settings.
    """

    def hash(self, password: str) -> str: ...

    def verify(self, password: str, hashed: str | None) -> bool: ...

    def stale(self, hashed: str) -> bool: ...
