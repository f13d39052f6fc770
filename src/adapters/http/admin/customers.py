"""/admin/customers"""

from typing import Any

from dependency_injector.wiring import Provide, inject
from marshmallow import Schema

from adapters.http.access import admin
from adapters.http.body_fields import Body, Many, Metadata, Part, Str
from adapters.http.query import Query
from adapters.http.query_fields import AnyOf, Compare, Exactly, Flag, Moment, Search
from adapters.http.routing import ADMIN, Resource
from adapters.http.shown import Shown, detail, listing
from core.domain.actor import Actor
from core.use_cases.customer.edit_customer import CustomerEdits, EditCustomer
from core.use_cases.customer.register_customer import NewCustomer, RegisterCustomer
from core.use_cases.customer.update_customer import PLAIN_FIELDS
from ports.reads import Reads, Tree

CUSTOMERS = "customers"
CUSTOMER = Shown(
    shape="customer",
    one="customer",
    many="customers",
    default="*,*orders,*shipping_addresses",
    listed="*,*groups",
)
customers = Resource("admin_customers", __name__, "/admin/customers", ADMIN)


class NewCustomerBody(Body):
    email = Str(required=True, max=255)
    first_name = Str(required=True, max=255)
    last_name = Str(required=True, max=255)
    password = Str(required=True, max=255)
    phone = Str(max=255)
    metadata = Metadata()


class GroupBody(Body):
    id = Str(required=True, max=255)


class CustomerBody(Body):
    email = Str(max=255)
    first_name = Str(max=255)
    last_name = Str(max=255)
    phone = Str(max=255)
    password = Str(max=255)
    groups = Many(Part(GroupBody), max=100)
    metadata = Metadata()


class CustomerFilters(Schema):
    q = Search()
    id = AnyOf()
    email = Exactly()
    has_account = Exactly(Flag())
    groups = AnyOf(blank=True)
    created_at = Compare(Moment())
    updated_at = Compare(Moment())


@inject
def show_written(actor: Actor, query: Query, result: str, reads: Reads = Provide["reads"]) -> Tree:
    return detail(CUSTOMER, reads, actor, query, result)


@customers.on("GET", "", allow=admin(CUSTOMERS), lists=CUSTOMER, query=CustomerFilters)
@inject
def list_customers(actor: Actor, query: Query, reads: Reads = Provide["reads"]) -> Tree:
    """List customers, guests too; ``q`` looks in addresses and names."""
    return listing(CUSTOMER, reads, actor, query)


@customers.on(
    "POST", "", allow=admin(CUSTOMERS), shows=CUSTOMER, body=NewCustomerBody, answers=show_written, status=201
)
@inject
def create(actor: Actor, body: dict[str, Any], register: RegisterCustomer = Provide["register_customer"]) -> str:
    """Open an account for a customer."""
    return register(actor, NewCustomer(**body))


@customers.on("GET", "/<customer_id>", allow=admin(CUSTOMERS), shows=CUSTOMER)
@inject
def show(actor: Actor, query: Query, customer_id: str, reads: Reads = Provide["reads"]) -> Tree:
    """Show a customer."""
    return detail(CUSTOMER, reads, actor, query, customer_id)


@customers.on(
    "POST", "/<customer_id>", allow=admin(CUSTOMERS), shows=CUSTOMER, body=CustomerBody, answers=show_written
)
@inject
def update(
    actor: Actor, customer_id: str, body: dict[str, Any], edit: EditCustomer = Provide["edit_customer"]
) -> str:
    """Change a customer; the groups given replace those there were."""
    groups = body.get("groups")
    edits = CustomerEdits(
        plain={name: body[name] for name in PLAIN_FIELDS if name in body},
        email=body.get("email"),
        password=body.get("password"),
        group_ids=None if groups is None else tuple(group["id"] for group in groups),
        metadata=body.get("metadata"),
    )
    edit(actor, customer_id, edits)
    return customer_id
