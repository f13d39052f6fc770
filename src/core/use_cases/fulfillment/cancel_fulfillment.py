"""Call off what was packed and not sent yet."""

from core.domain.actor import SYSTEM, Actor
from core.domain.fulfilling import call_off, check_callable_off, find_fulfillment
from core.use_cases.replay import replayed
from ports.clock import Clock
from ports.fulfillments import FulfillmentProviders
from ports.unit_of_work import Begin


class CancelFulfillment:
    """Stop it at its provider, then give its units back to the order. Repeatable.

    Raises OrderNotFound, FulfillmentNotFound, FulfillmentShipped; NotAllowed for downloads and where
    the provider says it is too late; Unavailable, with nothing changed.
    Source: https://docs.medusajs.com/api/admin#orders_postordersorderfulfillmentscancel (v1).
    """

    def __init__(self, begin: Begin, providers: FulfillmentProviders, clock: Clock) -> None:
        self._begin = begin
        self._providers = providers
        self._clock = clock

    def __call__(self, actor: Actor, order_id: str, fulfillment_id: str) -> None:
        with self._begin(SYSTEM, "order.cancel_fulfillment") as work:
            order = work.orders.get(order_id)
            fulfillment = find_fulfillment(order, fulfillment_id)
            due = check_callable_off(order, fulfillment)
        if due:
            self._providers.get(fulfillment.provider_id).call_off(fulfillment.id, dict(fulfillment.data))
            self._record(actor, order_id, fulfillment_id)

    @replayed
    def _record(self, actor: Actor, order_id: str, fulfillment_id: str) -> None:
        with self._begin(actor, "order.cancel_fulfillment") as work:
            order = work.orders.get(order_id)
            fulfillment = find_fulfillment(order, fulfillment_id)
            if check_callable_off(order, fulfillment):
                call_off(order, fulfillment, self._clock.now())
                work.commit()
