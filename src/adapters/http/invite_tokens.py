"""How the secret of an invitation to the staff travels.

Medusa's dashboard reads out of the middle of a token, as of a JSON Web Token (RFC 7519), who is invited, and logs
that address in afterwards. The secret stands last, where such a token has its signature; what stands before it is
there to be read and decides nothing.
"""

import base64
import json

from ports.reads import Tree

TOLD = frozenset({"role", "user_email"})
_HEAD: Tree = {"alg": "none", "typ": "JWT"}


def readable(invite: Tree, secret: str) -> str:
    """invite: a row with ``id`` and what is TOLD. secret: has no dot in it."""
    told: Tree = {"invite_id": invite["id"], **{name: invite[name] for name in sorted(TOLD)}}
    return ".".join([_part(_HEAD), _part(told), secret])


def secret_of(token: str) -> str:
    """The secret of a readable token, or of one that is nothing but the secret."""
    return token.rpartition(".")[2]


def _part(content: Tree) -> str:
    # The dashboard's reader takes bytes for letters unless they are plain: JSON escapes the rest.
    written = json.dumps(content, separators=(",", ":"))
    return base64.urlsafe_b64encode(written.encode()).decode().rstrip("=")
