"""/admin/auth"""

from __future__ import annotations

from dependency_injector.wiring import Provide, inject
from flask import Response

from adapters.http.access import PUBLIC, admin
from adapters.http.answers import respond
from adapters.http.budgets import LOGIN
from adapters.http.query import Query
from adapters.http.query import Tree as Body
from adapters.http.routing import ADMIN, Resource
from adapters.http.shown import Shown, detail
from adapters.http.sign_in import Credentials, cookie_session, end_session, start_session
from core.domain.actor import Actor, ActorKind
from core.domain.session import Carrier
from core.use_cases.auth.authenticate import Authenticate
from core.use_cases.auth.log_out import LogOut
from ports.reads import Reads, Tree

ME = Shown(shape="user", one="user", many="users")
auth = Resource("admin_auth", __name__, "/admin/auth", ADMIN)


@auth.on("GET", "", allow=admin("session"), shows=ME)
@inject
def show_me(actor: Actor, query: Query, reads: Reads = Provide["reads"]) -> Tree:
    """Show the user who is logged in, or whose API key it is."""
    return detail(ME, reads, actor, query, actor.user_id or "")


@auth.on("POST", "", allow=PUBLIC, shows=ME, body=Credentials, budgets=LOGIN, secret=True, statuses=(401,))
@inject
def log_in(
    actor: Actor,
    query: Query,
    body: Body,
    authenticate: Authenticate = Provide["authenticate"],
    reads: Reads = Provide["reads"],
) -> Response:
    """Log an admin in with a cookie."""
    logged_in = authenticate(actor, ActorKind.USER, body["email"], body["password"], Carrier.COOKIE, cookie_session())
    return start_session(respond(detail(ME, reads, actor, query, logged_in.actor_id), 200), logged_in)


@auth.on("DELETE", "", allow=admin("session"), repeatable=True)
@inject
def log_out(actor: Actor, log_out: LogOut = Provide["log_out"]) -> Response:
    """Log the admin out; a customer on the same cookie stays logged in."""
    session_id = cookie_session() or (actor.session_id if actor.kind is ActorKind.USER else None)
    others_stay = session_id is not None and log_out(actor, session_id, ActorKind.USER)
    answer = respond("OK", 200)
    return answer if others_stay else end_session(answer)


@auth.on("POST", "/token", allow=PUBLIC, body=Credentials, budgets=LOGIN, secret=True, statuses=(401,))
@inject
def issue_token(
    actor: Actor, body: Body, authenticate: Authenticate = Provide["authenticate"]
) -> dict[str, str | None]:
    """Get a bearer token for an admin."""
    return {"access_token": authenticate(actor, ActorKind.USER, body["email"], body["password"]).token}
