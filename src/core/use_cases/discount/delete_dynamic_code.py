"""Take back a code that was made from a dynamic discount."""

from core.domain.actor import Actor
from core.use_cases.replay import replayed
from ports.clock import Clock
from ports.unit_of_work import Begin


class DeleteDynamicCode:
    """code: exactly as it is kept. One that was not made from this discount changes nothing, as in Medusa.

    Raises DiscountNotFound.
    Source: https://docs.medusajs.com/v1/api/admin#discounts_deletediscountsdiscountdynamiccodescode.
    """

    def __init__(self, begin: Begin, clock: Clock) -> None:
        self._begin = begin
        self._clock = clock

    @replayed
    def __call__(self, actor: Actor, discount_id: str, code: str) -> None:
        with self._begin(actor, "discount.delete_dynamic_code") as work:
            parent = work.discounts.get(discount_id)
            child = work.discounts.by_code(code)
            if child is not None and child.parent_discount_id == parent.id:
                child.deleted_at = self._clock.now()
                work.commit()
