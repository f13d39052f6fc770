"""Narrow a discount to some products or customers."""

from core.domain.actor import Actor
from core.use_cases.discount.parts import ConditionInput, put_condition
from core.use_cases.replay import replayed
from ports.clock import Ids
from ports.unit_of_work import Begin


class CreateCondition:
    """Raises DiscountNotFound, ConditionTaken, NotFound for an unknown resource, Invalid unless one list
    of resources names something.

    Source: https://docs.medusajs.com/v1/api/admin#discounts_postdiscountsdiscountconditions.
    """

    def __init__(self, begin: Begin, ids: Ids) -> None:
        self._begin = begin
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, discount_id: str, given: ConditionInput) -> str:
        with self._begin(actor, "discount.create_condition") as work:
            rule = work.discounts.rule(work.discounts.get(discount_id).rule_id)
            id = put_condition(work, self._ids, rule, given)
            work.commit()
        return id
