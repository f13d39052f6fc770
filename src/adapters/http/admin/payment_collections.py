"""/admin/payment-collections"""

from typing import Any

from dependency_injector.wiring import Provide, inject

from adapters.http.access import admin
from adapters.http.admin.orders.resource import ORDERS
from adapters.http.body_fields import Body, Metadata, Str
from adapters.http.query import Query
from adapters.http.routing import ADMIN, Resource
from adapters.http.shown import Shown, detail
from core.domain.actor import Actor
from core.use_cases.payment_collection.change_collection import (
    CollectionChanges,
    DeletePaymentCollection,
    MarkCollectionAuthorized,
    UpdatePaymentCollection,
)
from ports.reads import Reads, Tree

COLLECTION = Shown(
    shape="payment_collection",
    one="payment_collection",
    many="payment_collections",
    default="*,*region,*payment_sessions,*payments",
)
payment_collections = Resource("admin_payment_collections", __name__, "/admin/payment-collections", ADMIN)


class CollectionBody(Body):
    description = Str(max=5_000)
    metadata = Metadata()


@inject
def show_collection(actor: Actor, query: Query, collection_id: str, reads: Reads = Provide["reads"]) -> Tree:
    return detail(COLLECTION, reads, actor, query, collection_id)


@payment_collections.on("GET", "/<collection_id>", allow=admin(ORDERS), shows=COLLECTION)
@inject
def show(actor: Actor, query: Query, collection_id: str, reads: Reads = Provide["reads"]) -> Tree:
    """Show one payment collection."""
    return detail(COLLECTION, reads, actor, query, collection_id)


@payment_collections.on(
    "POST",
    "/<collection_id>",
    allow=admin(ORDERS),
    shows=COLLECTION,
    body=CollectionBody,
    answers=show_collection,
)
@inject
def update(
    actor: Actor,
    collection_id: str,
    body: dict[str, Any],
    update_collection: UpdatePaymentCollection = Provide["update_payment_collection"],
) -> str:
    """Change the description and the metadata."""
    changes = CollectionChanges(
        given=frozenset(body), description=body.get("description"), metadata=body.get("metadata")
    )
    update_collection(actor, collection_id, changes)
    return collection_id


@payment_collections.on("DELETE", "/<collection_id>", allow=admin(ORDERS), repeatable=True)
@inject
def delete(
    actor: Actor,
    collection_id: str,
    delete_collection: DeletePaymentCollection = Provide["delete_payment_collection"],
) -> Tree:
    """Collect nothing for the edit; sessions that were begun end."""
    delete_collection(actor, collection_id)
    return {"id": collection_id, "object": "payment_collection", "deleted": True}


@payment_collections.on(
    "POST", "/<collection_id>/authorize", allow=admin(ORDERS), shows=COLLECTION, answers=show_collection
)
@inject
def authorize(
    actor: Actor,
    collection_id: str,
    mark_authorized: MarkCollectionAuthorized = Provide["mark_collection_authorized"],
) -> str:
    """Say that what is missing is paid by other means."""
    mark_authorized(actor, collection_id)
    return collection_id
