"""Widen a discount by taking a condition away."""

from core.domain.actor import Actor
from core.domain.discount import ConditionNotFound
from core.use_cases.replay import replayed
from ports.unit_of_work import Begin


class DeleteCondition:
    """One that does not exist is gone already, as in Medusa. Raises DiscountNotFound, and ConditionNotFound
    for one of another discount.

    Source: https://docs.medusajs.com/v1/api/admin#discounts_deletediscountsdiscountconditionscondition.
    """

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    @replayed
    def __call__(self, actor: Actor, discount_id: str, condition_id: str) -> None:
        with self._begin(actor, "discount.delete_condition") as work:
            discount = work.discounts.get(discount_id)
            rule_id = work.discounts.rule_of_condition(condition_id)
            if rule_id is None:
                return
            if rule_id != discount.rule_id:
                raise ConditionNotFound(
                    f"Condition with id {condition_id} does not belong to Discount with id {discount_id}"
                )
            rule = work.discounts.rule(rule_id)
            rule.conditions = [condition for condition in rule.conditions if condition.id != condition_id]
            work.commit()
