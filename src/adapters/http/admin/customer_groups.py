"""/admin/customer-groups"""

from typing import Any

from dependency_injector.wiring import Provide, inject
from marshmallow import Schema

from adapters.http.access import admin
from adapters.http.body_fields import Body, Many, Metadata, Part, Str
from adapters.http.query import Query
from adapters.http.query_fields import AnyOf, Compare, Exactly, Moment, Search
from adapters.http.routing import ADMIN, Resource
from adapters.http.shown import Shown, detail, equals, listing
from core.domain.actor import Actor
from core.use_cases.customer_group.change_members import ChangeGroupMembers
from core.use_cases.customer_group.edit_customer_groups import (
    CreateCustomerGroup,
    DeleteCustomerGroup,
    UpdateCustomerGroup,
)
from ports.reads import Reads, Tree

CUSTOMERS = "customers"
GROUP = Shown(shape="customer_group", one="customer_group", many="customer_groups")
MEMBER = Shown(shape="customer", one="customer", many="customers", default="*,*groups")
LIMIT = 10  # Medusa v1's
customer_groups = Resource("admin_customer_groups", __name__, "/admin/customer-groups", ADMIN)


class NewGroupBody(Body):
    name = Str(required=True, min=1, max=255)
    metadata = Metadata()


class GroupBody(Body):
    name = Str(min=1, max=255)
    metadata = Metadata()


class CustomerBody(Body):
    id = Str(required=True, max=255)


class CustomersBody(Body):
    customer_ids = Many(Part(CustomerBody), required=True, max=1_000)


class GroupFilters(Schema):
    q = Search()
    id = AnyOf()
    name = AnyOf()
    discount_condition_id = Exactly()
    created_at = Compare(Moment())
    updated_at = Compare(Moment())


class MemberFilters(Schema):
    q = Search()


@inject
def show_group(actor: Actor, query: Query, result: str, reads: Reads = Provide["reads"]) -> Tree:
    return detail(GROUP, reads, actor, query, result)


@customer_groups.on("GET", "", allow=admin(CUSTOMERS), lists=GROUP, query=GroupFilters, limit=LIMIT)
@inject
def list_groups(actor: Actor, query: Query, reads: Reads = Provide["reads"]) -> Tree:
    """List customer groups."""
    return listing(GROUP, reads, actor, query)


@customer_groups.on("POST", "", allow=admin(CUSTOMERS), shows=GROUP, body=NewGroupBody, answers=show_group)
@inject
def create(
    actor: Actor, body: dict[str, Any], create_group: CreateCustomerGroup = Provide["create_customer_group"]
) -> str:
    """Create a customer group."""
    return create_group(actor, body["name"], body.get("metadata"))


@customer_groups.on("GET", "/<group_id>", allow=admin(CUSTOMERS), shows=GROUP)
@inject
def show(actor: Actor, query: Query, group_id: str, reads: Reads = Provide["reads"]) -> Tree:
    """Show a customer group."""
    return detail(GROUP, reads, actor, query, group_id)


@customer_groups.on("POST", "/<group_id>", allow=admin(CUSTOMERS), shows=GROUP, body=GroupBody, answers=show_group)
@inject
def update(
    actor: Actor,
    group_id: str,
    body: dict[str, Any],
    change: UpdateCustomerGroup = Provide["update_customer_group"],
) -> str:
    """Change a customer group."""
    change(actor, group_id, body.get("name"), body.get("metadata"))
    return group_id


@customer_groups.on("DELETE", "/<group_id>", allow=admin(CUSTOMERS), repeatable=True)
@inject
def delete(actor: Actor, group_id: str, delete: DeleteCustomerGroup = Provide["delete_customer_group"]) -> Tree:
    """Delete a customer group; its customers stay."""
    delete(actor, group_id)
    return {"id": group_id, "object": "customer_group", "deleted": True}


@customer_groups.on("GET", "/<group_id>/customers", allow=admin(CUSTOMERS), lists=MEMBER, query=MemberFilters)
@inject
def list_members(actor: Actor, query: Query, group_id: str, reads: Reads = Provide["reads"]) -> Tree:
    """List the customers in a group."""
    return listing(MEMBER, reads, actor, query, [equals("groups", group_id)])


@customer_groups.on(
    "POST",
    "/<group_id>/customers/batch",
    allow=admin(CUSTOMERS),
    shows=GROUP,
    body=CustomersBody,
    answers=show_group,
)
@inject
def add_members(
    actor: Actor, group_id: str, body: dict[str, Any], change: ChangeGroupMembers = Provide["change_group_members"]
) -> str:
    """Put customers into a group."""
    change(actor, group_id, _ids(body), member=True)
    return group_id


@customer_groups.on(
    "DELETE",
    "/<group_id>/customers/batch",
    allow=admin(CUSTOMERS),
    shows=GROUP,
    body=CustomersBody,
    answers=show_group,
)
@inject
def remove_members(
    actor: Actor, group_id: str, body: dict[str, Any], change: ChangeGroupMembers = Provide["change_group_members"]
) -> str:
    """Take customers out of a group."""
    change(actor, group_id, _ids(body), member=False)
    return group_id


def _ids(body: dict[str, Any]) -> list[str]:
    return [customer["id"] for customer in body["customer_ids"]]
