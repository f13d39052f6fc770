"""Tokens that are computed instead of stored, by HMAC-SHA256 (RFC 2104).

A token reads ``<subject>-<revision>-<key version><MAC>``; the MAC covers purpose, subject and
revision, 192 bits of it are kept. Everything in it is a letter, a digit, ``-`` or ``_``.
"""

import base64
import hmac
import re
from collections.abc import Sequence

from adapters.system.keys import derive_keys
from ports.tokens import DerivedToken

MAC_BYTES = 24
_SUBJECT = re.compile(r"[A-Za-z0-9_]{1,64}")
_TOKEN = re.compile(r"([A-Za-z0-9_]{1,64})-(0|[1-9][0-9]{0,8})-[0-9a-f]{6}[A-Za-z0-9_-]{32}", re.ASCII)


class HmacDerivedTokens:
    """secrets: current first; it makes the tokens, all of them are accepted."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._keys = derive_keys(secrets, "derived tokens")

    def derive(self, purpose: str, subject_id: str, revision: int) -> str:
        if not _SUBJECT.fullmatch(subject_id) or not 0 <= revision < 10**9:
            raise ValueError(f"no token can be made for {subject_id!r} at revision {revision!r}")
        version, key = self._keys[0]
        return _token(version, key, purpose, subject_id, revision)

    def read(self, purpose: str, token: str) -> DerivedToken | None:
        parts = _TOKEN.fullmatch(token)
        if parts is None:
            return None
        subject_id, revision = parts[1], int(parts[2])
        # Comparing whole tokens leaves no second spelling of a genuine one.
        ours = [_token(version, key, purpose, subject_id, revision) for version, key in self._keys]
        genuine = [hmac.compare_digest(token, expected) for expected in ours]
        return DerivedToken(subject_id, revision) if any(genuine) else None


def _token(version: str, key: bytes, purpose: str, subject_id: str, revision: int) -> str:
    mac = hmac.digest(key, f"{purpose}\0{subject_id}\0{revision}".encode(), "sha256")[:MAC_BYTES]
    return f"{subject_id}-{revision}-{version}{base64.urlsafe_b64encode(mac).decode()}"
