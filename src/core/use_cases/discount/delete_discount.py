"""Take a discount away for good."""

from core.domain.actor import Actor
from core.use_cases.replay import replayed
from ports.clock import Clock
from ports.unit_of_work import Begin


class DeleteDiscount:
    """Its code is free again; carts lose it when they are next looked at, orders keep it. Codes made from
    it hold no longer. An unknown one is gone already.

    Source: https://docs.medusajs.com/v1/api/admin#discounts_deletediscountsdiscount.
    """

    def __init__(self, begin: Begin, clock: Clock) -> None:
        self._begin = begin
        self._clock = clock

    @replayed
    def __call__(self, actor: Actor, id: str) -> None:
        with self._begin(actor, "discount.delete") as work:
            discount = work.discounts.known(id)
            if discount is not None:
                discount.deleted_at = self._clock.now()
                work.commit()
