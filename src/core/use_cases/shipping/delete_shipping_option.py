"""Stop offering a way to ship."""

from core.domain.actor import Actor
from core.domain.shop import ShippingOptionNotFound
from core.use_cases.replay import replayed
from ports.clock import Clock
from ports.unit_of_work import Begin


class DeleteShippingOption:
    """Carts and orders that chose it keep it. Deleting what is not there is fine, as in Medusa.
    Source: https://docs.medusajs.com/v1/api/admin#shipping-options_deleteshippingoptionsoption."""

    def __init__(self, begin: Begin, clock: Clock) -> None:
        self._begin = begin
        self._clock = clock

    @replayed
    def __call__(self, actor: Actor, id: str) -> None:
        with self._begin(actor, "shipping_option.delete") as work:
            try:
                option = work.shop.shipping_option(id)
            except ShippingOptionNotFound:
                return
            option.deleted_at = self._clock.now()
            work.commit()
