"""Stop selling somewhere."""

from core.domain.actor import Actor
from core.use_cases.replay import replayed
from ports.clock import Clock
from ports.unit_of_work import Begin


class DeleteRegion:
    """Its countries are free from then on. Orders keep showing it; carts too, but they cannot be completed
    before they are moved to another. Raises RegionNotFound.
    Source: https://docs.medusajs.com/v1/api/admin#regions_deleteregionsregion."""

    def __init__(self, begin: Begin, clock: Clock) -> None:
        self._begin = begin
        self._clock = clock

    @replayed
    def __call__(self, actor: Actor, id: str) -> None:
        with self._begin(actor, "region.delete") as work:
            work.regions.get(id).delete(self._clock.now())
            work.commit()
