"""/customers/addresses: the signed-in customer's address book. Entries that differ in anything are kept apart."""

from __future__ import annotations

from typing import Any

from dependency_injector.wiring import Provide, inject

from adapters.http.access import CUSTOMER
from adapters.http.answers import Answer
from adapters.http.body_fields import Bool, Part, Str
from adapters.http.gateway.addresses import AddressBody, received, shown
from adapters.http.gateway.lists import page_of, paged
from adapters.http.gateway.surface import GATEWAY, LenientBody, PageQuery
from adapters.http.gateway.views import present, selected
from adapters.http.query import Query
from adapters.http.routing import Resource
from adapters.http.shown import context_of, equals
from core.domain.actor import Actor
from core.domain.customer import AddressUnknown
from core.domain.errors import NotFound
from core.use_cases.cart.addresses import AddressInput
from core.use_cases.customer.add_address import AddAddress
from core.use_cases.customer.change_address import ChangeAddress
from core.use_cases.customer.remove_address import RemoveAddress
from core.use_cases.customer.use_address_by_default import UseAddressByDefault
from ports.reads import Condition, Paging, Reads, Selection, Tree

LABEL = "label"
LABEL_MAX = 255
SORTS = {"createdAt": "created_at", "updatedAt": "updated_at", "city": "city", "lastName": "last_name"}
ADDRESS = selected("*")
_DEFAULTS = Selection(columns=frozenset({"billing_address_id", "_default_shipping_address_id"}))
addresses = Resource("gateway_customer_addresses", __name__, "/customers/addresses", GATEWAY)


class AddressNotFound(NotFound):
    """Nobody's, or not the caller's."""

    def __init__(self, id: str) -> None:
        super().__init__(f"Address with ID {id} not found")


class NewAddressBody(LenientBody):
    label = Str(max=LABEL_MAX)
    is_default = Bool(data_key="isDefault")
    address = Part(AddressBody, required=True)


class ChangedAddressBody(LenientBody):
    label = Str(max=LABEL_MAX)
    is_default = Bool(data_key="isDefault")
    address = Part(AddressBody)


@inject
def show_one(actor: Actor, query: Query, result: str, reads: Reads = Provide["reads"]) -> Tree:
    """What was written; after a crash only the customer is known, and their newest entry is it."""
    where = _own(actor) if result == actor.customer_id else _own(actor, result)
    context = context_of(actor, query)
    newest = Paging(limit=1, order=(("created_at", True),))
    rows = reads.page("address", where, ADDRESS, context, newest).rows
    if not rows:
        raise AddressNotFound(result)
    return _view(rows[0], _defaults(reads, actor, query))


@addresses.on("GET", "", allow=CUSTOMER, query=PageQuery)
@inject
def list_addresses(actor: Actor, query: Query, reads: Reads = Provide["reads"]) -> Tree:
    """List the addresses of the signed-in customer, the oldest first."""
    paging = page_of(query, SORTS, default=(("created_at", False),))
    page = reads.page("address", _own(actor), ADDRESS, context_of(actor, query), paging)
    defaults = _defaults(reads, actor, query) if page.rows else frozenset()
    return paged([_view(row, defaults) for row in page.rows], page.count)


@addresses.on("GET", "/<address_id>", allow=CUSTOMER)
@inject
def show(actor: Actor, query: Query, address_id: str, reads: Reads = Provide["reads"]) -> Tree:
    """Show one address."""
    row = reads.first("address", _own(actor, address_id), ADDRESS, context_of(actor, query))
    if row is None:
        raise AddressNotFound(address_id)
    return _view(row, _defaults(reads, actor, query))


@addresses.on("POST", "", allow=CUSTOMER, body=NewAddressBody, answers=show_one)
@inject
def add(actor: Actor, body: dict[str, Any], add_address: AddAddress = Provide["add_address"]) -> str:
    """Save an address."""
    return add_address(actor, _given(body), again=True, default=bool(body.get("is_default")))


@addresses.on("PATCH", "/<address_id>", allow=CUSTOMER, body=ChangedAddressBody, answers=show_one)
@inject
def change(
    actor: Actor, address_id: str, body: dict[str, Any], change_address: ChangeAddress = Provide["change_address"]
) -> str:
    """Change an address: the label, or the whole of its fields."""
    try:
        change_address(actor, address_id, _given(body), default=bool(body.get("is_default")))
    except AddressUnknown as error:
        raise AddressNotFound(address_id) from error
    return address_id


@addresses.on("DELETE", "/<address_id>", allow=CUSTOMER, repeatable=True)
@inject
def remove(
    actor: Actor,
    query: Query,
    address_id: str,
    reads: Reads = Provide["reads"],
    remove_address: RemoveAddress = Provide["remove_address"],
) -> Answer:
    """Remove an address."""
    if reads.first("address", _own(actor, address_id), selected("id"), context_of(actor, query)) is None:
        raise AddressNotFound(address_id)
    remove_address(actor, address_id)
    return Answer(body="")


@addresses.on("POST", "/<address_id>/default", allow=CUSTOMER, answers=show_one)
@inject
def use_by_default(
    actor: Actor, address_id: str, use: UseAddressByDefault = Provide["use_address_by_default"]
) -> str:
    """Use an address by default, for the goods and for the bill."""
    try:
        use(actor, address_id)
    except AddressUnknown as error:
        raise AddressNotFound(address_id) from error
    return address_id


def _own(actor: Actor, id: str | None = None) -> list[Condition]:
    where = [equals("customer_id", actor.customer_id), equals("is_saved", True)]
    return where if id is None else [equals("id", id), *where]


def _given(body: dict[str, Any]) -> AddressInput:
    """A label that was not sent stays; an empty one goes."""
    address = received(body["address"]) if body.get("address") is not None else AddressInput(values={})
    metadata = dict(address.metadata or {})
    if "label" in body:
        metadata[LABEL] = (body["label"] or "").strip()
    return AddressInput(values=address.values, metadata=metadata)


def _defaults(reads: Reads, actor: Actor, query: Query) -> frozenset[object]:
    customer = reads.one("customer", [equals("id", actor.customer_id)], _DEFAULTS, context_of(actor, query))
    return frozenset({customer["billing_address_id"], customer["_default_shipping_address_id"]} - {None})


def _view(row: Any, defaults: frozenset[object]) -> Tree:
    label = (row["metadata"] or {}).get(LABEL)
    return present(
        id=row["id"],
        customerId=row["customer_id"],
        label=label if isinstance(label, str) and label else None,
        isDefault=row["id"] in defaults,
        address=shown(row) or {},
        createdAt=row["created_at"],
        updatedAt=row["updated_at"],
    )
