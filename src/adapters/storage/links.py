"""Links to one file, and addresses for one part of one: what they permit, signed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from adapters.storage.signing import ClaimSigner


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkTerms:
    """key: of the one object. name, mime_type: how it is sent. expires_at: whole seconds."""

    key: str
    name: str
    mime_type: str
    expires_at: datetime


class LinkSigner:
    """secrets: current first; it signs, all of them are accepted."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._signer = ClaimSigner(
            secrets, purpose="perseus file links", audience="files", names=("key", "name", "type")
        )

    def sign(self, terms: LinkTerms) -> str:
        return self._signer.sign({"key": terms.key, "name": terms.name, "type": terms.mime_type}, terms.expires_at)

    def read(self, token: str, now: datetime) -> LinkTerms:
        """Raises LinkForged, LinkExpired."""
        claims, expires_at = self._signer.read(token, now)
        return LinkTerms(key=claims["key"], name=claims["name"], mime_type=claims["type"], expires_at=expires_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartTerms:
    """ref: of the one upload. size: how many bytes the part has, exactly."""

    ref: str
    number: int
    size: int
    expires_at: datetime


class PartSigner:
    """secrets: current first; it signs, all of them are accepted."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._signer = ClaimSigner(
            secrets, purpose="perseus file parts", audience="file parts", names=("ref", "number", "size")
        )

    def sign(self, terms: PartTerms) -> str:
        return self._signer.sign({"ref": terms.ref, "number": terms.number, "size": terms.size}, terms.expires_at)

    def read(self, token: str, now: datetime) -> PartTerms:
        """Raises LinkForged, LinkExpired."""
        claims, expires_at = self._signer.read(token, now)
        return PartTerms(ref=claims["ref"], number=claims["number"], size=claims["size"], expires_at=expires_at)
