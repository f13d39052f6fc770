"""/store/customers/:id/addresses, where the id is ``me`` or the caller's own."""

from typing import Any

from dependency_injector.wiring import Provide, inject

from adapters.http.access import CUSTOMER as SIGNED_IN_CUSTOMER
from adapters.http.body_fields import Body, Metadata, Part, Str
from adapters.http.query import Query
from adapters.http.store.address_bodies import AddressBody, address_from
from adapters.http.store.customers.resource import customers
from adapters.http.store.shown_customer import CUSTOMER, show_customer
from core.domain.actor import Actor
from core.domain.errors import Forbidden
from core.use_cases.customer.add_address import AddAddress
from core.use_cases.customer.change_address import ChangeAddress
from core.use_cases.customer.remove_address import RemoveAddress
from ports.reads import Tree

ME = "me"


class WholeAddressBody(Body):
    first_name = Str(required=True, max=255)
    last_name = Str(required=True, max=255)
    address_1 = Str(required=True, max=255)
    city = Str(required=True, max=255)
    country_code = Str(required=True, min=2, max=2)
    postal_code = Str(required=True, max=255)
    phone = Str(max=255)
    company = Str(max=255)
    address_2 = Str(max=255)
    province = Str(max=255)
    metadata = Metadata()


class NewAddressBody(Body):
    address = Part(WholeAddressBody, required=True)


class ChangedAddressBody(AddressBody):
    """Medusa takes the fields at the top level; its documentation also shows them below ``address``."""

    address = Part(AddressBody)


def show_own(actor: Actor, query: Query) -> Tree:
    return show_customer(actor=actor, query=query, result=str(actor.id))


@customers.on(
    "POST",
    "/<customer_id>/addresses",
    allow=SIGNED_IN_CUSTOMER,
    shows=CUSTOMER,
    body=NewAddressBody,
    answers=show_own,
)
@inject
def add(
    actor: Actor, customer_id: str, body: dict[str, Any], add_address: AddAddress = Provide["add_address"]
) -> str:
    """Save an address. One that is there already is not saved twice."""
    add_address(_themselves(actor, customer_id), address_from(body["address"]))
    return str(actor.id)


@customers.on(
    "POST",
    "/<customer_id>/addresses/<address_id>",
    allow=SIGNED_IN_CUSTOMER,
    shows=CUSTOMER,
    body=ChangedAddressBody,
    answers=show_own,
)
@inject
def change(
    actor: Actor,
    customer_id: str,
    address_id: str,
    body: dict[str, Any],
    change_address: ChangeAddress = Provide["change_address"],
) -> str:
    """Correct a saved address; what is not sent stays."""
    given = {**(body.pop("address", None) or {}), **body}
    change_address(_themselves(actor, customer_id), address_id, address_from(given))
    return str(actor.id)


@customers.on(
    "DELETE",
    "/<customer_id>/addresses/<address_id>",
    allow=SIGNED_IN_CUSTOMER,
    shows=CUSTOMER,
    answers=show_own,
)
@inject
def remove(
    actor: Actor, customer_id: str, address_id: str, remove_address: RemoveAddress = Provide["remove_address"]
) -> str:
    """Remove a saved address. One that is not there is gone already."""
    remove_address(_themselves(actor, customer_id), address_id)
    return str(actor.id)


def _themselves(actor: Actor, customer_id: str) -> Actor:
    """Raises Forbidden, the same for everybody else's id and for those of nobody."""
    if customer_id not in (ME, actor.customer_id):
        raise Forbidden("customers have access to their own addresses only")
    return actor
