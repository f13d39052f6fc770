"""/auth/token"""

from __future__ import annotations

from dependency_injector.wiring import Provide, inject

from adapters.http.access import SIGNED_IN
from adapters.http.routing import AUTH, Resource
from core.domain.actor import Actor
from core.use_cases.auth.refresh_token import RefreshToken

token = Resource("auth_token", __name__, "/auth/token", AUTH)


@token.on("POST", "/refresh", allow=SIGNED_IN, secret=True)
@inject
def refresh(actor: Actor, refresh_token: RefreshToken = Provide["refresh_token"]) -> dict[str, str | None]:
    """Get a bearer token with a new life for the one the request carries."""
    return {"token": refresh_token(actor).token}
