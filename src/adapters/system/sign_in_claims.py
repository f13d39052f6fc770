"""What settings say of sign-in services: the algorithms there are, and where a token says what.

Apart from what reads tokens, so that commands which read none need not wait for their cryptography.
"""

from dataclasses import dataclass

SHARED = ("HS256", "HS384", "HS512")
PUBLIC = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimNames:
    """Where a token says what. ``customer.id`` is a claim of that name, or ``id`` within ``customer``."""

    customer_id: str = "customer.id"
    email: str = "email"
    email_verified: str = "email_verified"
    first_name: str = "given_name"
    last_name: str = "family_name"
