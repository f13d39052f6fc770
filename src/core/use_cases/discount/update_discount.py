"""Change a discount."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.domain.actor import Actor
from core.domain.discount import Allocation, Discount, DiscountRule, RuleNotFound, normalise_code
from core.domain.values import Metadata, merge_metadata
from core.use_cases.discount.create_discount import check_code
from core.use_cases.discount.parts import ConditionInput, check_regions, put_condition
from core.use_cases.replay import replayed
from ports.clock import Ids
from ports.unit_of_work import Begin, UnitOfWork

NULLABLE = frozenset({"ends_at", "valid_duration", "usage_limit", "usage_limit_per_customer"})
SETTABLE = NULLABLE | {"is_disabled", "starts_at"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChanges:
    """id: the discount's own rule. conditions with an id are changed, others added; the rest stays.
    clears_description: where there is no new one, the old one goes."""

    id: str
    description: str | None = None
    clears_description: bool = False
    value: int | None = None
    allocation: Allocation | None = None
    conditions: tuple[ConditionInput, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscountChanges:
    """values: what was sent of ``SETTABLE``, by name; None clears those of ``NULLABLE`` and leaves the
    others. region_ids replace those there are."""

    values: Mapping[str, object] = field(default_factory=dict)
    code: str | None = None
    rule: RuleChanges | None = None
    region_ids: tuple[str, ...] | None = None
    metadata: Metadata | None = None


class UpdateDiscount:
    """Raises DiscountNotFound, DiscountCodeTaken, RegionNotFound, RuleNotFound,
    ConditionNotFound, ConditionTaken, Invalid.

    Source: https://docs.medusajs.com/v1/api/admin#discounts_postdiscountsdiscount.
    """

    def __init__(self, begin: Begin, ids: Ids) -> None:
        self._begin = begin
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, id: str, changes: DiscountChanges) -> None:
        with self._begin(actor, "discount.update") as work:
            discount = work.discounts.get(id)
            rule = work.discounts.rule(discount.rule_id)
            _set(discount, changes.values)
            if changes.code is not None:
                discount.code = normalise_code(changes.code)
                check_code(work, discount)
            if changes.region_ids is not None:
                discount.region_ids = check_regions(work, changes.region_ids)
            if changes.rule is not None:
                self._change(work, rule, changes.rule)
            discount.metadata = merge_metadata(discount.metadata, changes.metadata)
            discount.check(rule.type)
            work.commit()

    def _change(self, work: UnitOfWork, rule: DiscountRule, changes: RuleChanges) -> None:
        if changes.id != rule.id:
            raise RuleNotFound(f"Rule with id {changes.id} does not belong to the discount")
        if changes.description is not None or changes.clears_description:
            rule.description = changes.description
        if changes.value is not None:
            rule.value = changes.value
        if changes.allocation is not None:
            rule.allocation = changes.allocation
        for condition in changes.conditions:
            put_condition(work, self._ids, rule, condition)
        rule.check()


def _set(discount: Discount, values: Mapping[str, object]) -> None:
    unknown = values.keys() - SETTABLE
    if unknown:
        raise ValueError(f"not attributes of a discount: {sorted(unknown)}")
    for name, value in values.items():
        if value is not None or name in NULLABLE:
            setattr(discount, name, value)
