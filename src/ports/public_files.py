"""Where everybody can look at what is public."""

from typing import Protocol


class PublicFiles(Protocol):
    def address(self, key: str) -> str:
        """The URL of a public object that stays the same for as long as it is there. Asks nobody."""
        ...
