"""Where there is no S3 server, tests that need one say so."""

from __future__ import annotations

import pytest

from bootstrap.peers.process import PeerMissing
from bootstrap.peers.s3 import program


def _why_none() -> str | None:
    try:
        program()
    except PeerMissing as reason:
        return str(reason)
    return None


MISSING = _why_none()
needs_server = pytest.mark.skipif(MISSING is not None, reason=MISSING or "")
