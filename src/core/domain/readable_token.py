"""Secrets that say in plain what they are for.

Medusa's dashboard reads out of the middle of the token in a link, as of a JSON Web Token (RFC 7519), whom it is for:
who is invited, whose password is forgotten. A token it cannot read so is an invalid link to it. The secret stands
last, where such a token has its signature; what stands before it is there to be read and decides nothing.
"""

import base64
import json
from collections.abc import Mapping

TOKEN_MAX = 4_000
"""Characters that a readable token has at most: an address of 255 letters, each escaped twice, fits in."""
_HEAD = {"alg": "none", "typ": "JWT"}


def readable(told: Mapping[str, object], secret: str) -> str:
    """secret: has no dot in it."""
    return ".".join([_part(_HEAD), _part(told), secret])


def secret_of(token: str) -> str:
    """The secret of a readable token, or of one that is nothing but the secret."""
    return token.rpartition(".")[2]


def _part(content: Mapping[str, object]) -> str:
    # The dashboard's reader takes bytes for letters unless they are plain: JSON escapes the rest.
    written = json.dumps(dict(content), separators=(",", ":"))
    return base64.urlsafe_b64encode(written.encode()).decode().rstrip("=")
