"""/store/payment-collections"""

from typing import Any

from dependency_injector.wiring import Provide, inject

from adapters.http.access import EVERYONE
from adapters.http.body_fields import Body, Int, Many, Part, Str
from adapters.http.budgets import CHECKOUT
from adapters.http.query import Query
from adapters.http.routing import STORE, Resource
from adapters.http.shown import Shown, detail
from core.domain.actor import Actor
from core.use_cases.order_edit.view_order_edit import ViewOrderEdit
from core.use_cases.payment_collection.authorize_sessions import (
    AuthorizeCollectionSession,
    AuthorizeCollectionSessions,
)
from core.use_cases.payment_collection.set_sessions import (
    RefreshCollectionSession,
    SetCollectionSession,
    SetCollectionSessions,
    WantedSession,
)
from ports.reads import Reads, Tree

COLLECTION = Shown(
    shape="payment_collection",
    one="payment_collection",
    many="payment_collections",
    default="*,*region,region.payment_providers.*,*payment_sessions",
)
SESSION = Shown(shape="payment_collection_session", one="payment_session", many="payment_sessions")
payment_collections = Resource("store_payment_collections", __name__, "/store/payment-collections", STORE)


class SessionBody(Body):
    provider_id = Str(required=True, max=255)


class PartBody(Body):
    provider_id = Str(required=True, max=255)
    amount = Int(required=True, min=0)
    session_id = Str(max=255)


class SessionsBody(Body):
    sessions = Many(Part(PartBody), required=True, max=50)


class ChosenBody(Body):
    session_ids = Many(Str(max=255), required=True, max=50)


@inject
def show_collection(actor: Actor, query: Query, payment_collection_id: str, reads: Reads = Provide["reads"]) -> Tree:
    return detail(COLLECTION, reads, actor, query, payment_collection_id)


@inject
def show_session(actor: Actor, query: Query, result: str, reads: Reads = Provide["reads"]) -> Tree:
    return detail(SESSION, reads, actor, query, result)


@payment_collections.on("GET", "/<payment_collection_id>", allow=EVERYONE, shows=COLLECTION)
@inject
def show(
    actor: Actor,
    query: Query,
    payment_collection_id: str,
    view_order_edit: ViewOrderEdit = Provide["view_order_edit"],
    reads: Reads = Provide["reads"],
) -> Tree:
    """Show what is to be paid, and how."""
    view_order_edit.collection(actor, payment_collection_id)
    return detail(COLLECTION, reads, actor, query, payment_collection_id)


@payment_collections.on(
    "POST",
    "/<payment_collection_id>/sessions",
    allow=EVERYONE,
    shows=COLLECTION,
    body=SessionBody,
    answers=show_collection,
)
@inject
def set_session(
    actor: Actor,
    payment_collection_id: str,
    body: dict[str, Any],
    set_one: SetCollectionSession = Provide["set_collection_session"],
) -> str:
    """Pay all of it with one provider."""
    set_one(actor, payment_collection_id, body["provider_id"])
    return payment_collection_id


@payment_collections.on(
    "POST",
    "/<payment_collection_id>/sessions/batch",
    allow=EVERYONE,
    shows=COLLECTION,
    body=SessionsBody,
    answers=show_collection,
)
@inject
def set_sessions(
    actor: Actor,
    payment_collection_id: str,
    body: dict[str, Any],
    set_several: SetCollectionSessions = Provide["set_collection_sessions"],
) -> str:
    """Pay it in parts, which together make up the amount."""
    wanted = [
        WantedSession(provider_id=part["provider_id"], amount=part["amount"], session_id=part.get("session_id"))
        for part in body["sessions"]
    ]
    set_several(actor, payment_collection_id, wanted)
    return payment_collection_id


@payment_collections.on(
    "POST",
    "/<payment_collection_id>/sessions/batch/authorize",
    allow=EVERYONE,
    shows=COLLECTION,
    body=ChosenBody,
    answers=show_collection,
    budgets=CHECKOUT,
)
@inject
def authorize_sessions(
    actor: Actor,
    payment_collection_id: str,
    body: dict[str, Any],
    authorize: AuthorizeCollectionSessions = Provide["authorize_collection_sessions"],
) -> str:
    """Make sure of the money of these sessions."""
    authorize(actor, payment_collection_id, body["session_ids"])
    return payment_collection_id


@payment_collections.on(
    "POST", "/<payment_collection_id>/sessions/<session_id>", allow=EVERYONE, shows=SESSION, answers=show_session
)
@inject
def refresh_session(
    actor: Actor,
    payment_collection_id: str,
    session_id: str,
    refresh: RefreshCollectionSession = Provide["refresh_collection_session"],
) -> str:
    """Begin a session anew; it has another id then."""
    return refresh(actor, payment_collection_id, session_id)


@payment_collections.on(
    "POST",
    "/<payment_collection_id>/sessions/<session_id>/authorize",
    allow=EVERYONE,
    shows=SESSION,
    answers=show_session,
    budgets=CHECKOUT,
)
@inject
def authorize_session(
    actor: Actor,
    payment_collection_id: str,
    session_id: str,
    authorize: AuthorizeCollectionSession = Provide["authorize_collection_session"],
) -> str:
    """Make sure of the money of one session."""
    return authorize(actor, payment_collection_id, session_id)
