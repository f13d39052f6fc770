"""Change which products or customers a condition names."""

from collections.abc import Sequence

from core.domain.actor import Actor
from core.use_cases.discount.parts import ConditionInput, check_resources, check_type, own_condition
from core.use_cases.replay import replayed
from ports.unit_of_work import Begin


class ChangeCondition:
    """``replacing``: the whole list, of the type the condition is on. ``adding`` and ``removing``: single
    ones; those that are there already, or are not, change nothing.

    Raises DiscountNotFound, ConditionNotFound, NotFound for an unknown resource, Invalid.
    Source: https://docs.medusajs.com/v1/api/admin#discounts_postdiscountsdiscountconditionscondition.
    """

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    @replayed
    def __call__(
        self,
        actor: Actor,
        discount_id: str,
        condition_id: str,
        *,
        replacing: ConditionInput | None = None,
        adding: Sequence[str] = (),
        removing: Sequence[str] = (),
    ) -> None:
        with self._begin(actor, "discount.change_condition") as work:
            condition = own_condition(work, work.discounts.get(discount_id), condition_id)
            kept = [id for id in condition.resource_ids if id not in removing]
            if replacing is not None:
                type, resources = replacing.resolved()
                check_resources(work, type, resources)
                check_type(condition, type)
                kept = list(resources)
            fresh = [id for id in dict.fromkeys(adding) if id not in kept]
            check_resources(work, condition.type, fresh)
            condition.resource_ids = (*kept, *fresh)
            work.commit()
