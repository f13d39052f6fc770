"""Keys for each purpose, made from the shop's secrets.

One secret in the settings feeds several uses; deriving a key for each keeps a weakness of one from
touching another. Two secrets may be active at once: the first makes new tokens, all of them are accepted.
"""

import hashlib
import hmac
from collections.abc import Sequence

SECRET_MIN = 32


def derive_keys(secrets: Sequence[str], use: str) -> tuple[tuple[str, bytes], ...]:
    """(key version, 32-byte key) per secret, current first. The version tells nothing about the key.

    Raises ValueError without a secret or for one shorter than 32 characters.
    """
    if not secrets or any(len(secret) < SECRET_MIN for secret in secrets):
        raise ValueError(f"a secret needs at least {SECRET_MIN} characters")
    keys = [hmac.digest(secret.encode(), f"perseus {use}".encode(), "sha256") for secret in secrets]
    return tuple((hashlib.sha256(b"version of " + key).hexdigest()[:6], key) for key in keys)
