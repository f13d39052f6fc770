"""Make a further code from a dynamic discount."""

from core.domain.actor import Actor
from core.domain.events import DiscountCreated
from core.domain.values import Metadata
from core.use_cases.discount.create_discount import check_code
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin


class CreateDynamicCode:
    """It follows the discount's rule and regions, has its limits for itself, and lasts as long as the
    discount says from now on. Answers the new discount's id.

    Raises DiscountNotFound, NotAllowed unless the discount is dynamic, DiscountCodeTaken, Invalid.
    Source: https://docs.medusajs.com/v1/api/admin#discounts_postdiscountsdiscountdynamiccodes.
    """

    def __init__(self, begin: Begin, clock: Clock, ids: Ids) -> None:
        self._begin = begin
        self._clock = clock
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, discount_id: str, code: str, metadata: Metadata | None = None) -> str:
        with self._begin(actor, "discount.create_dynamic_code") as work:
            parent = work.discounts.get(discount_id)
            child = parent.child(self._ids.new("disc"), code, self._clock.now(), metadata)
            check_code(work, child)
            child.events.append(DiscountCreated(discount_id=child.id))
            work.discounts.add(child)
            work.commit()
        return child.id
