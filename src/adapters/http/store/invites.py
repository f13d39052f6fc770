"""/store/invites"""

from dataclasses import asdict
from typing import Any

from dependency_injector.wiring import Provide, inject

from adapters.http.access import PUBLIC
from adapters.http.body_fields import Body, Str
from adapters.http.budgets import INVITE
from adapters.http.dialect import Dialect
from adapters.http.query import Query
from adapters.http.routing import STORE, Resource
from adapters.http.store.shown_customer import CUSTOMER, show_customer
from core.domain.actor import Actor
from core.domain.customer import NAME_MAX, PASSWORD_MAX, PASSWORD_MIN
from core.use_cases.invite.accept_invite import Acceptance, AcceptInvite
from core.use_cases.invite.look_up_invite import LookUpInvite
from ports.reads import Tree

invites = Resource("store_invites", __name__, "/store/invites", STORE)


class AcceptanceBody(Body):
    password = Str(required=True, min=PASSWORD_MIN, max=PASSWORD_MAX)
    first_name = Str(min=1, max=NAME_MAX)
    last_name = Str(min=1, max=NAME_MAX)
    phone = Str(max=255)


@invites.on("GET", "/<token>", allow=PUBLIC, budgets=INVITE, dialect=Dialect.CUSTOM, statuses=(409, 410))
@inject
def look_up(actor: Actor, token: str, look_up_invite: LookUpInvite = Provide["look_up_invite"]) -> Tree:
    """Show whom an invitation is for and how long it is good."""
    return asdict(look_up_invite(actor, token))


@invites.on(
    "POST",
    "/<token>/accept",
    allow=PUBLIC,
    shows=CUSTOMER,
    body=AcceptanceBody,
    budgets=INVITE,
    secret=True,
    status=201,
    dialect=Dialect.CUSTOM,
    statuses=(410,),
)
@inject
def accept(
    actor: Actor,
    query: Query,
    token: str,
    body: dict[str, Any],
    accept_invite: AcceptInvite = Provide["accept_invite"],
) -> Tree:
    """Accept an invitation: creates the customer account and logs it in."""
    accepted = accept_invite(actor, token, Acceptance(**body))
    shown = show_customer(actor=actor, query=query, result=accepted.customer_id)
    return {**shown, "access_token": accepted.token, "token": accepted.token}
