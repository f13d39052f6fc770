"""Note that what was packed is on its way."""

from dataclasses import dataclass

from core.domain.actor import Actor
from core.domain.fulfilling import find_fulfillment, send
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin


@dataclass(frozen=True, slots=True, kw_only=True)
class NewShipment:
    fulfillment_id: str
    tracking_numbers: tuple[str, ...] = ()
    no_notification: bool | None = None


class CreateShipment:
    """Raises OrderNotFound, FulfillmentNotFound, FulfillmentCalledOff, FulfillmentShipped.
    Source: https://docs.medusajs.com/api/admin#orders_postordersordershipment (v1)."""

    def __init__(self, begin: Begin, clock: Clock, ids: Ids) -> None:
        self._begin = begin
        self._clock = clock
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, order_id: str, shipment: NewShipment) -> None:
        with self._begin(actor, "order.ship") as work:
            order = work.orders.get(order_id)
            send(
                order,
                find_fulfillment(order, shipment.fulfillment_id),
                shipment.tracking_numbers,
                self._clock.now(),
                self._ids.new,
                no_notification=shipment.no_notification,
            )
            work.commit()
