"""/admin/discounts/:id/conditions: which products or customers a discount is for."""

from typing import Any

from dependency_injector.wiring import Provide, inject

from adapters.http.access import admin
from adapters.http.admin.discounts.bodies import BatchBody, ConditionBody, ResourcesBody, condition_from
from adapters.http.admin.discounts.resource import DISCOUNT, DISCOUNTS, discounts, show_discount
from adapters.http.query import Query
from adapters.http.shown import Shown, by_default, detail, equals, tree_of
from core.domain.actor import Actor
from core.domain.errors import Invalid
from core.use_cases.discount.change_condition import ChangeCondition
from core.use_cases.discount.create_condition import CreateCondition
from core.use_cases.discount.delete_condition import DeleteCondition
from ports.reads import Reads, Tree

CONDITION = Shown(
    shape="discount_condition", one="discount_condition", many="discount_conditions", default="*,*discount_rule"
)
_ALL = "/<discount_id>/conditions"
_ONE = "/<discount_id>/conditions/<condition_id>"


@inject
def show_deleted(
    actor: Actor, query: Query, discount_id: str, condition_id: str, reads: Reads = Provide["reads"]
) -> Tree:
    deleted = {"id": condition_id, "object": "discount-condition", "deleted": True}
    return {**deleted, **detail(DISCOUNT, reads, actor, query, discount_id)}


@discounts.on("POST", _ALL, allow=admin(DISCOUNTS), shows=DISCOUNT, body=ConditionBody, answers=show_discount)
@inject
def create_condition(
    actor: Actor,
    discount_id: str,
    body: dict[str, Any],
    create: CreateCondition = Provide["create_discount_condition"],
) -> str:
    """Add a condition: an operator and one list of resources."""
    create(actor, discount_id, condition_from(body))
    return discount_id


@discounts.on("GET", _ONE, allow=admin(DISCOUNTS), shows=CONDITION)
@inject
def show_condition(
    actor: Actor, query: Query, discount_id: str, condition_id: str, reads: Reads = Provide["reads"]
) -> Tree:
    """Show a condition of a discount."""
    discount = tree_of(DISCOUNT, reads, actor, by_default(DISCOUNT, query), [equals("id", discount_id)])
    plain = tree_of(CONDITION, reads, actor, by_default(CONDITION, query), [equals("id", condition_id)])
    if plain["discount_rule_id"] != discount["rule_id"]:
        raise Invalid(f"Condition with id {condition_id} does not belong to Discount with id {discount_id}")
    return detail(CONDITION, reads, actor, query, condition_id)


@discounts.on("POST", _ONE, allow=admin(DISCOUNTS), shows=DISCOUNT, body=ResourcesBody, answers=show_discount)
@inject
def update_condition(
    actor: Actor,
    discount_id: str,
    condition_id: str,
    body: dict[str, Any],
    change: ChangeCondition = Provide["change_discount_condition"],
) -> str:
    """Replace the resources of a condition."""
    change(actor, discount_id, condition_id, replacing=condition_from(body))
    return discount_id


@discounts.on("DELETE", _ONE, allow=admin(DISCOUNTS), shows=DISCOUNT, answers=show_deleted)
@inject
def delete_condition(
    actor: Actor,
    discount_id: str,
    condition_id: str,
    delete: DeleteCondition = Provide["delete_discount_condition"],
) -> str:
    """Delete a condition."""
    delete(actor, discount_id, condition_id)
    return discount_id


@discounts.on("POST", f"{_ONE}/batch", allow=admin(DISCOUNTS), shows=DISCOUNT, body=BatchBody, answers=show_discount)
@inject
def add_resources(
    actor: Actor,
    discount_id: str,
    condition_id: str,
    body: dict[str, Any],
    change: ChangeCondition = Provide["change_discount_condition"],
) -> str:
    """Add resources to a condition."""
    change(actor, discount_id, condition_id, adding=[resource["id"] for resource in body["resources"]])
    return discount_id


@discounts.on(
    "DELETE", f"{_ONE}/batch", allow=admin(DISCOUNTS), shows=DISCOUNT, body=BatchBody, answers=show_discount
)
@inject
def remove_resources(
    actor: Actor,
    discount_id: str,
    condition_id: str,
    body: dict[str, Any],
    change: ChangeCondition = Provide["change_discount_condition"],
) -> str:
    """Remove resources from a condition."""
    change(actor, discount_id, condition_id, removing=[resource["id"] for resource in body["resources"]])
    return discount_id
