"""Password keeping without the slowness, for tests of what is built on it. Keeps nothing secret."""

import unicodedata


class InMemoryPasswords:
    """``weak`` hashes read as made with older settings; call ``strengthen`` to move on from them.

    checked: how often a password was compared, also against nobody's.
    """

    def __init__(self) -> None:
        self._strength = 1
        self.checked = 0

    def strengthen(self) -> None:
        self._strength += 1

    def hash(self, password: str) -> str:
        return f"plain${self._strength}${_normal(password)}"

    def verify(self, password: str, hashed: str | None) -> bool:
        self.checked += 1
        if hashed is None or not hashed.startswith("plain$"):
            return False
        return hashed.split("$", 2)[2] == _normal(password)

    def stale(self, hashed: str) -> bool:
        return not hashed.startswith(f"plain${self._strength}$")


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)
