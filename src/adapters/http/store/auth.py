"""/store/auth"""

from __future__ import annotations

from dependency_injector.wiring import Provide, inject
from flask import Response

from adapters.http.access import CUSTOMER, EVERYONE, PUBLIC
from adapters.http.answers import respond
from adapters.http.budgets import ACCOUNT_LOOKUP, LOGIN
from adapters.http.hooks import hooks
from adapters.http.query import Query
from adapters.http.query import Tree as Body
from adapters.http.routing import STORE, Resource
from adapters.http.shown import Shown, context_of, detail, equals
from adapters.http.sign_in import Credentials, cookie_session, end_session, start_session
from core.domain.actor import Actor, ActorKind
from core.domain.errors import Invalid
from core.domain.session import Carrier
from core.domain.values import normalise_email
from core.use_cases.auth.authenticate import Authenticate
from core.use_cases.auth.log_out import LogOut
from ports.reads import Reads, Selection, Tree

ME = Shown(
    shape="customer",
    one="customer",
    many="customers",
    default="*,*shipping_addresses,*billing_address,*orders,*orders.items",
)
auth = Resource("store_auth", __name__, "/store/auth", STORE)


@auth.on("GET", "", allow=CUSTOMER, shows=ME)
@inject
def show_me(actor: Actor, query: Query, reads: Reads = Provide["reads"]) -> Tree:
    """Show the customer who is logged in."""
    return detail(ME, reads, actor, query, actor.id or "")


@auth.on("POST", "", allow=PUBLIC, shows=ME, body=Credentials, budgets=LOGIN, secret=True, statuses=(401,))
@inject
def log_in(
    actor: Actor,
    query: Query,
    body: Body,
    authenticate: Authenticate = Provide["authenticate"],
    reads: Reads = Provide["reads"],
) -> Response:
    """Log a customer in with a cookie."""
    logged_in = authenticate(
        actor, ActorKind.CUSTOMER, body["email"], body["password"], Carrier.COOKIE, cookie_session()
    )
    context = context_of(actor, query, customer_id=logged_in.actor_id)
    answer = detail(ME, reads, actor, query, logged_in.actor_id, context=context)
    return start_session(respond(answer, 200), logged_in)


@auth.on("DELETE", "", allow=EVERYONE, repeatable=True)
@inject
def log_out(actor: Actor, log_out: LogOut = Provide["log_out"]) -> Response:
    """Log the customer out; an admin on the same cookie stays logged in."""
    session_id = cookie_session() or actor.session_id
    others_stay = session_id is not None and log_out(actor, session_id, ActorKind.CUSTOMER)
    answer = respond("OK", 200)
    return answer if others_stay else end_session(answer)


@auth.on("POST", "/token", allow=PUBLIC, body=Credentials, budgets=LOGIN, secret=True, statuses=(401,))
@inject
def issue_token(
    actor: Actor, body: Body, authenticate: Authenticate = Provide["authenticate"]
) -> dict[str, str | None]:
    """Get a bearer token for a customer."""
    return {"access_token": authenticate(actor, ActorKind.CUSTOMER, body["email"], body["password"]).token}


@auth.on("GET", "/<path:email>", allow=PUBLIC, budgets=ACCOUNT_LOOKUP)
@inject
def exists(actor: Actor, query: Query, email: str, reads: Reads = Provide["reads"]) -> dict[str, bool]:
    """Say whether a registered customer has this e-mail address, unless the shop keeps that to itself.
    Nobody has what is no address: storefronts ask while it is being typed."""
    if not hooks().settings.account_lookup:
        return {"exists": False}
    try:
        where = [equals("email", normalise_email(email)), equals("has_account", True)]
    except Invalid:
        return {"exists": False}
    selection = Selection(columns=frozenset({"id"}))
    return {"exists": reads.first("customer", where, selection, context_of(actor, query)) is not None}
