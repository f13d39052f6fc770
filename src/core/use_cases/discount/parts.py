"""What several use cases about discounts need: regions that exist, conditions made from what was sent."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from core.domain.discount import (
    ConditionNotFound,
    ConditionOperator,
    ConditionType,
    Discount,
    DiscountCondition,
    DiscountRule,
)
from core.domain.errors import Invalid, NotFound
from ports.clock import Ids
from ports.unit_of_work import UnitOfWork

_MISSING = "Missing one of products, collections, tags, types or customer groups in data"
_NOUNS = {
    ConditionType.PRODUCTS: "Product",
    ConditionType.PRODUCT_TYPES: "Product_type",
    ConditionType.PRODUCT_COLLECTIONS: "Product_collection",
    ConditionType.PRODUCT_TAGS: "Product_tag",
    ConditionType.CUSTOMER_GROUPS: "Customer_group",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionInput:
    """resources: lists by the name of their type, ``products`` to ``customer_groups``; one of them counts.
    id: of the condition to change."""

    operator: str | None = None
    resources: Mapping[str, Sequence[str]] = field(default_factory=dict)
    id: str | None = None

    def resolved(self) -> tuple[ConditionType, tuple[str, ...]]:
        """Raises Invalid unless exactly one list names something."""
        named = {name: ids for name, ids in self.resources.items() if ids}
        if not named:
            raise Invalid(_MISSING)
        if len(named) > 1:
            raise Invalid(f"Only one of {', '.join(sorted(named))} is allowed")
        ((name, ids),) = named.items()
        return ConditionType(name), tuple(dict.fromkeys(ids))


def check_regions(work: UnitOfWork, ids: Iterable[str]) -> tuple[str, ...]:
    """Each once. Raises RegionNotFound, and Invalid when there are none."""
    known = tuple(work.regions.get(id).id for id in dict.fromkeys(ids))
    if not known:
        raise Invalid("Discount must have at least 1 region")
    return known


def check_resources(work: UnitOfWork, type: ConditionType, ids: Sequence[str]) -> None:
    """Raises NotFound for the first that does not exist."""
    known = work.discounts.known_resources(type, ids)
    for id in ids:
        if id not in known:
            noun = _NOUNS[type]
            raise NotFound(f"{noun} with {noun.lower()}_id {id} does not exist.")


def put_condition(work: UnitOfWork, ids: Ids, rule: DiscountRule, given: ConditionInput) -> str:
    """Add a condition, or replace the resources of the one it names; its id. Raises ConditionTaken,
    ConditionNotFound, NotFound, Invalid."""
    type, resources = given.resolved()
    check_resources(work, type, resources)
    if given.id is not None:
        condition = rule.condition(given.id)
        if condition is None:
            raise ConditionNotFound(f"DiscountCondition with id {given.id} was not found")
        check_type(condition, type)
        condition.resource_ids = resources
        return condition.id
    condition = DiscountCondition(
        id=ids.new("discon"),
        type=type,
        operator=ConditionOperator(given.operator or ConditionOperator.IN),
        resource_ids=resources,
    )
    rule.add_condition(condition)
    return condition.id


def check_type(condition: DiscountCondition, type: ConditionType) -> None:
    if condition.type is not type:
        raise Invalid(f"the condition is on {condition.type}, not on {type}")


def own_condition(work: UnitOfWork, discount: Discount, condition_id: str) -> DiscountCondition:
    """The discount's condition. Raises ConditionNotFound, and Invalid for one of another discount."""
    condition = work.discounts.rule(discount.rule_id).condition(condition_id)
    if condition is not None:
        return condition
    if work.discounts.rule_of_condition(condition_id) is None:
        raise ConditionNotFound(f"DiscountCondition with id {condition_id} was not found")
    raise Invalid(f"Condition with id {condition_id} does not belong to Discount with id {discount.id}")
