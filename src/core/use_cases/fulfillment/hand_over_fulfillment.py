"""Have a provider send what was packed."""

from core.domain.actor import Actor
from core.domain.errors import DomainError, Unavailable
from core.domain.fulfilling import call_off, find_fulfillment
from core.domain.order import Fulfillment, Order
from core.use_cases.replay import replayed
from ports.clock import Clock
from ports.fulfillments import FulfillmentProviders, Shipment
from ports.unit_of_work import Begin

HAND_OVER_FULFILLMENT = "hand_over_fulfillment"


class HandOverFulfillment:
    """Ask the provider of a recorded fulfillment and keep its answer. Repeatable: the fulfillment's id
    tells the provider repeats.

    A provider's definite no calls the fulfillment off and is raised. Raises OrderNotFound,
    FulfillmentNotFound; Unavailable, to be run again by its job.
    """

    def __init__(self, begin: Begin, providers: FulfillmentProviders, clock: Clock) -> None:
        self._begin = begin
        self._providers = providers
        self._clock = clock

    def __call__(self, actor: Actor, order_id: str, fulfillment_id: str) -> None:
        with self._begin(actor, "order.hand_over") as work:
            order = work.orders.get(order_id)
            fulfillment = find_fulfillment(order, fulfillment_id)
        if fulfillment.canceled_at is not None or fulfillment.data:
            return
        try:
            told = self._providers.get(fulfillment.provider_id).fulfill(_shipment(order, fulfillment))
        except Unavailable:
            raise
        except DomainError:
            self._end(actor, order_id, fulfillment_id)
            raise
        if told:
            self._keep(actor, order_id, fulfillment_id, dict(told))

    @replayed
    def _keep(self, actor: Actor, order_id: str, fulfillment_id: str, told: dict[str, object]) -> None:
        with self._begin(actor, "order.hand_over") as work:
            find_fulfillment(work.orders.get(order_id), fulfillment_id).data = told
            work.commit()

    @replayed
    def _end(self, actor: Actor, order_id: str, fulfillment_id: str) -> None:
        with self._begin(actor, "order.hand_over") as work:
            order = work.orders.get(order_id)
            fulfillment = find_fulfillment(order, fulfillment_id)
            if fulfillment.canceled_at is None and fulfillment.shipped_at is None:
                call_off(order, fulfillment, self._clock.now())
                work.commit()


def _shipment(order: Order, fulfillment: Fulfillment) -> Shipment:
    lines = [(order.line(item.item_id), item.quantity) for item in fulfillment.items]
    profiles = {line.profile_id for line, _ in lines}
    methods = order.shipping_methods
    method = next((one for one in methods if one.profile_id in profiles), methods[0] if methods else None)
    return Shipment(
        reference=fulfillment.id,
        order_id=order.id,
        items=tuple((line.id, line.title, quantity) for line, quantity in lines),
        address=order.shipping_address,
        data=dict(method.data) if method is not None else {},
    )
