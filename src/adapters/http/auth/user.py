"""/auth/user"""

from __future__ import annotations

from dependency_injector.wiring import Provide, inject

from adapters.http.access import PUBLIC
from adapters.http.budgets import LOGIN
from adapters.http.query import Tree
from adapters.http.routing import AUTH, Resource
from adapters.http.sign_in import Credentials
from core.domain.actor import Actor, ActorKind
from core.use_cases.auth.authenticate import Authenticate

user = Resource("auth_user", __name__, "/auth/user", AUTH)


@user.on("POST", "/emailpass", allow=PUBLIC, body=Credentials, budgets=LOGIN, secret=True, statuses=(401,))
@inject
def log_in(actor: Actor, body: Tree, authenticate: Authenticate = Provide["authenticate"]) -> dict[str, str | None]:
    """Get a bearer token for an e-mail address and a password."""
    return {"token": authenticate(actor, ActorKind.USER, body["email"], body["password"]).token}
