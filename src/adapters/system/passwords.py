"""Password hashing with argon2id (RFC 9106), bounded so that log-ins cannot exhaust the machine."""

import unicodedata
from threading import BoundedSemaphore

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP's minimum for argon2id: https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
MEMORY_KIB = 19_456
TIME_COST = 2
PARALLELISM = 1
AT_ONCE = 4


class Argon2Passwords:
    """memory_kib, time_cost, parallelism: argon2's own; lower them in tests only.

    at_once: how many hashes are computed at the same time; further callers wait their turn, so that
    memory stays below ``at_once * memory_kib`` however many people log in.
    """

    def __init__(
        self,
        *,
        memory_kib: int = MEMORY_KIB,
        time_cost: int = TIME_COST,
        parallelism: int = PARALLELISM,
        at_once: int = AT_ONCE,
    ) -> None:
        self._hasher = PasswordHasher(
            time_cost=time_cost, memory_cost=memory_kib, parallelism=parallelism, type=Type.ID
        )
        self._turn = BoundedSemaphore(at_once)
        # Compared against when there is no account, so that the answer takes as long as a wrong password.
        self._nobody = self._hasher.hash("nobody's password")

    def hash(self, password: str) -> str:
        with self._turn:
            return self._hasher.hash(_normal(password))

    def verify(self, password: str, hashed: str | None) -> bool:
        with self._turn:
            try:
                matches = self._hasher.verify(hashed or self._nobody, _normal(password))
            except (VerificationError, InvalidHashError):
                return False
        return matches and hashed is not None

    def stale(self, hashed: str) -> bool:
        try:
            return self._hasher.check_needs_rehash(hashed)
        except InvalidHashError:
            return True


def _normal(password: str) -> bytes:
    # The same characters typed on another keyboard must give the same bytes. Lone surrogates cannot be
    # typed but can be sent; they are kept apart rather than refused half-way through a log-in.
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
