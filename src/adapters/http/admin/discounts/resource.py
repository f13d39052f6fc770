"""/admin/discounts: the list, one discount, its regions and the codes made from it."""

from typing import Any

from dependency_injector.wiring import Provide, inject
from marshmallow import Schema

from adapters.http.access import admin
from adapters.http.admin.discounts.bodies import (
    DiscountBody,
    DynamicCodeBody,
    NewDiscountBody,
    conditions_from,
)
from adapters.http.query import Query
from adapters.http.query_fields import Compare, Exactly, Flag, Moment, Search, Text, Within
from adapters.http.routing import ADMIN, Resource
from adapters.http.shown import Shown, detail, equals, listing, tree_of
from core.domain.actor import Actor
from core.domain.discount import Allocation, DiscountNotFound, DiscountType, normalise_code
from core.domain.errors import Invalid
from core.use_cases.discount.add_region import AddRegion
from core.use_cases.discount.create_discount import CreateDiscount, NewDiscount, NewRule
from core.use_cases.discount.create_dynamic_code import CreateDynamicCode
from core.use_cases.discount.delete_discount import DeleteDiscount
from core.use_cases.discount.delete_dynamic_code import DeleteDynamicCode
from core.use_cases.discount.remove_region import RemoveRegion
from core.use_cases.discount.update_discount import SETTABLE, DiscountChanges, RuleChanges, UpdateDiscount
from ports.reads import Condition, Reads, Tree

DISCOUNTS = "discounts"
DISCOUNT = Shown(
    shape="discount",
    one="discount",
    many="discounts",
    default="*,*parent_discount,*regions,*rule,rule.conditions.*",
)
discounts = Resource("admin_discounts", __name__, "/admin/discounts", ADMIN)


class DiscountFilters(Schema):
    """``rule[type]`` and ``rule[allocation]`` look at the rule."""

    q = Search()
    rule = Within({"type": Text(), "allocation": Text()})
    is_dynamic = Exactly(Flag())
    is_disabled = Exactly(Flag())
    created_at = Compare(Moment())
    updated_at = Compare(Moment())


@inject
def show_written(actor: Actor, query: Query, result: str, reads: Reads = Provide["reads"]) -> Tree:
    return detail(DISCOUNT, reads, actor, query, result)


@inject
def show_discount(actor: Actor, query: Query, discount_id: str, reads: Reads = Provide["reads"]) -> Tree:
    return detail(DISCOUNT, reads, actor, query, discount_id)


@discounts.on("GET", "", allow=admin(DISCOUNTS), lists=DISCOUNT, query=DiscountFilters, limit=20)
@inject
def list_discounts(actor: Actor, query: Query, reads: Reads = Provide["reads"]) -> Tree:
    """List discounts, codes made from others included, newest first."""
    return listing(DISCOUNT, reads, actor, query, _of_rule(query))


@discounts.on("POST", "", allow=admin(DISCOUNTS), shows=DISCOUNT, body=NewDiscountBody, answers=show_written)
@inject
def create(actor: Actor, body: dict[str, Any], create_discount: CreateDiscount = Provide["create_discount"]) -> str:
    """Create a discount with its rule."""
    rule = body["rule"]
    new = NewDiscount(
        code=body["code"],
        rule=NewRule(
            type=DiscountType(rule["type"]),
            value=rule["value"],
            allocation=Allocation(rule["allocation"]),
            description=rule.get("description"),
            conditions=conditions_from(rule.get("conditions")),
        ),
        region_ids=tuple(body["regions"]),
        is_dynamic=bool(body.get("is_dynamic")),
        is_disabled=bool(body.get("is_disabled")),
        starts_at=body.get("starts_at"),
        ends_at=body.get("ends_at"),
        valid_duration=body.get("valid_duration"),
        usage_limit=body.get("usage_limit"),
        usage_limit_per_customer=body.get("usage_limit_per_customer"),
        metadata=body.get("metadata"),
    )
    return create_discount(actor, new)


@discounts.on("GET", "/code/<path:code>", allow=admin(DISCOUNTS), shows=DISCOUNT)
@inject
def show_by_code(actor: Actor, query: Query, code: str, reads: Reads = Provide["reads"]) -> Tree:
    """Show a discount by its code, whatever its case."""
    try:
        found = tree_of(DISCOUNT, reads, actor, query, [equals("code", normalise_code(code))])
    except DiscountNotFound as error:
        raise DiscountNotFound(f"Discounts with code {code} was not found") from error
    return {DISCOUNT.one: found}


@discounts.on("GET", "/<discount_id>", allow=admin(DISCOUNTS), shows=DISCOUNT)
@inject
def show(actor: Actor, query: Query, discount_id: str, reads: Reads = Provide["reads"]) -> Tree:
    """Show a discount."""
    return detail(DISCOUNT, reads, actor, query, discount_id)


@discounts.on(
    "POST", "/<discount_id>", allow=admin(DISCOUNTS), shows=DISCOUNT, body=DiscountBody, answers=show_discount
)
@inject
def update(
    actor: Actor, discount_id: str, body: dict[str, Any], update_discount: UpdateDiscount = Provide["update_discount"]
) -> str:
    """Change a discount; its rule's type stays."""
    rule, regions = body.get("rule"), body.get("regions")
    changes = DiscountChanges(
        values={name: value for name, value in body.items() if name in SETTABLE},
        code=body.get("code"),
        rule=None if rule is None else _rule_changes(rule),
        region_ids=None if regions is None else tuple(regions),
        metadata=body.get("metadata"),
    )
    update_discount(actor, discount_id, changes)
    return discount_id


@discounts.on("DELETE", "/<discount_id>", allow=admin(DISCOUNTS), repeatable=True)
@inject
def delete(actor: Actor, discount_id: str, delete_discount: DeleteDiscount = Provide["delete_discount"]) -> Tree:
    """Delete a discount. Orders keep it."""
    delete_discount(actor, discount_id)
    return {"id": discount_id, "object": "discount", "deleted": True}


@discounts.on(
    "POST",
    "/<discount_id>/dynamic-codes",
    allow=admin(DISCOUNTS),
    shows=DISCOUNT,
    body=DynamicCodeBody,
    answers=show_written,
)
@inject
def create_dynamic_code(
    actor: Actor,
    discount_id: str,
    body: dict[str, Any],
    create_code: CreateDynamicCode = Provide["create_dynamic_code"],
) -> str:
    """Make a code of its own from a dynamic discount."""
    return create_code(actor, discount_id, body["code"], body.get("metadata"))


@discounts.on(
    "DELETE",
    "/<discount_id>/dynamic-codes/<path:code>",
    allow=admin(DISCOUNTS),
    shows=DISCOUNT,
    answers=show_discount,
)
@inject
def delete_dynamic_code(
    actor: Actor, discount_id: str, code: str, delete_code: DeleteDynamicCode = Provide["delete_dynamic_code"]
) -> str:
    """Delete a code that was made from a dynamic discount."""
    delete_code(actor, discount_id, code)
    return discount_id


@discounts.on(
    "POST", "/<discount_id>/regions/<region_id>", allow=admin(DISCOUNTS), shows=DISCOUNT, answers=show_discount
)
@inject
def add_region(
    actor: Actor, discount_id: str, region_id: str, add: AddRegion = Provide["add_discount_region"]
) -> str:
    """Let a discount hold in a region."""
    add(actor, discount_id, region_id)
    return discount_id


@discounts.on(
    "DELETE", "/<discount_id>/regions/<region_id>", allow=admin(DISCOUNTS), shows=DISCOUNT, answers=show_discount
)
@inject
def remove_region(
    actor: Actor, discount_id: str, region_id: str, remove: RemoveRegion = Provide["remove_discount_region"]
) -> str:
    """Let a discount hold in a region no longer."""
    remove(actor, discount_id, region_id)
    return discount_id


def _of_rule(query: Query) -> list[Condition]:
    asked: dict[str, str] = query.get("rule") or {}
    known = {"type": {type.value for type in DiscountType}, "allocation": {each.value for each in Allocation}}
    for name, value in asked.items():
        if value not in known[name]:
            raise Invalid(f"rule[{name}] must be one of the following values: {', '.join(sorted(known[name]))}")
    return [equals(f"rule_{name}", value) for name, value in asked.items()]


def _rule_changes(body: dict[str, Any]) -> RuleChanges:
    allocation = body.get("allocation")
    return RuleChanges(
        id=body["id"],
        description=body.get("description"),
        clears_description="description" in body,
        value=body.get("value"),
        allocation=None if allocation is None else Allocation(allocation),
        conditions=conditions_from(body.get("conditions")),
    )
