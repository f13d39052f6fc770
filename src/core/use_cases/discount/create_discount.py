"""Make a discount that buyers can use by its code."""

from dataclasses import dataclass
from datetime import datetime

from core.domain.actor import Actor
from core.domain.discount import (
    Allocation,
    Discount,
    DiscountCodeTaken,
    DiscountId,
    DiscountRule,
    DiscountType,
    normalise_code,
)
from core.domain.events import DiscountCreated
from core.domain.values import Metadata
from core.use_cases.discount.parts import ConditionInput, check_regions, put_condition
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin, UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRule:
    """value: percent, or minor units of the region's currency."""

    type: DiscountType
    value: int
    allocation: Allocation
    description: str | None = None
    conditions: tuple[ConditionInput, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDiscount:
    """starts_at: now unless given. valid_duration: ISO 8601, how long codes made from a dynamic one hold."""

    code: str
    rule: NewRule
    region_ids: tuple[str, ...]
    is_dynamic: bool = False
    is_disabled: bool = False
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    valid_duration: str | None = None
    usage_limit: int | None = None
    usage_limit_per_customer: int | None = None
    metadata: Metadata | None = None


class CreateDiscount:
    """Raises DiscountCodeTaken, RegionNotFound, ConditionTaken, NotFound for a condition's resource, Invalid.

    Source: https://docs.medusajs.com/v1/api/admin#discounts_postdiscounts.
    """

    def __init__(self, begin: Begin, clock: Clock, ids: Ids) -> None:
        self._begin = begin
        self._clock = clock
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, new: NewDiscount) -> str:
        with self._begin(actor, "discount.create") as work:
            rule = self._rule(work, new.rule)
            discount = Discount(
                id=DiscountId(self._ids.new("disc")),
                code=normalise_code(new.code),
                rule_id=rule.id,
                is_dynamic=new.is_dynamic,
                is_disabled=new.is_disabled,
                region_ids=check_regions(work, new.region_ids),
                starts_at=new.starts_at or self._clock.now(),
                ends_at=new.ends_at,
                valid_duration=new.valid_duration,
                usage_limit=new.usage_limit,
                usage_limit_per_customer=new.usage_limit_per_customer,
                metadata=new.metadata,
            )
            discount.check(rule.type)
            check_code(work, discount)
            discount.events.append(DiscountCreated(discount_id=discount.id))
            work.discounts.add(discount)
            work.commit()
        return discount.id

    def _rule(self, work: UnitOfWork, new: NewRule) -> DiscountRule:
        rule = DiscountRule(
            id=self._ids.new("dru"),
            type=new.type,
            value=new.value,
            allocation=new.allocation,
            description=new.description,
        )
        rule.check()
        for condition in new.conditions:
            put_condition(work, self._ids, rule, condition)
        work.discounts.add_rule(rule)
        return rule


def check_code(work: UnitOfWork, discount: Discount) -> None:
    """Raises DiscountCodeTaken. The database decides where two are made at once."""
    known = work.discounts.ids_of([discount.code]).get(discount.code)
    if known is not None and known != discount.id:
        raise DiscountCodeTaken(f"Discount with code {discount.code} already exists.")
