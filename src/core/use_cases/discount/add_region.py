"""Let a discount hold in one more region."""

from core.domain.actor import Actor
from core.use_cases.discount.parts import check_regions
from core.use_cases.replay import replayed
from ports.unit_of_work import Begin


class AddRegion:
    """One that it holds in already changes nothing. Raises DiscountNotFound, RegionNotFound, and Invalid
    for a second region of a fixed amount, whose currency could be another.

    Source: https://docs.medusajs.com/v1/api/admin#discounts_postdiscountsdiscountregionsregion.
    """

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    @replayed
    def __call__(self, actor: Actor, discount_id: str, region_id: str) -> None:
        with self._begin(actor, "discount.add_region") as work:
            discount = work.discounts.get(discount_id)
            if region_id in discount.region_ids:
                return
            discount.region_ids = (*discount.region_ids, *check_regions(work, [region_id]))
            discount.check(work.discounts.rule(discount.rule_id).type)
            work.commit()
