"""Let a discount hold in one region less."""

from core.domain.actor import Actor
from core.use_cases.replay import replayed
from ports.unit_of_work import Begin


class RemoveRegion:
    """One that it does not hold in changes nothing. Without any region it cannot be used. Raises
    DiscountNotFound.

    Source: https://docs.medusajs.com/v1/api/admin#discounts_deletediscountsdiscountregionsregion.
    """

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    @replayed
    def __call__(self, actor: Actor, discount_id: str, region_id: str) -> None:
        with self._begin(actor, "discount.remove_region") as work:
            discount = work.discounts.get(discount_id)
            if region_id in discount.region_ids:
                discount.region_ids = tuple(id for id in discount.region_ids if id != region_id)
                work.commit()
