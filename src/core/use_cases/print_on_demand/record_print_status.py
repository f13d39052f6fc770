"""Follow what a printer makes of an order."""

import logging

from core.domain.actor import Actor
from core.domain.errors import NotFound
from core.domain.order import Fulfillment, Order
from core.domain.print_on_demand import PrintOrderMoved, PrintStatus, follow, reference_of
from core.domain.webhook_event import EventMismatch, ProviderFact
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.print_on_demand import PrintServices
from ports.unit_of_work import Begin

log = logging.getLogger("perseus.print")


class RecordPrintStatus:
    """Handler of PrintOrderMoved. Repeatable, in any order: the printer is asked what is true now.

    An order that is not this shop's is left alone. Raises EventMismatch when the printer's order is not
    the one we have or gave it, PrintUnavailable, PrintRefused when the printer knows no such order.
    """

    def __init__(self, begin: Begin, services: PrintServices, clock: Clock, ids: Ids) -> None:
        self._begin = begin
        self._services = services
        self._clock = clock
        self._ids = ids

    def __call__(self, actor: Actor, fact: ProviderFact) -> None:
        if not isinstance(fact, PrintOrderMoved):
            raise TypeError(f"nothing about a printed order: {type(fact).__name__}")
        service = self._services.get(fact.provider_id)
        known = self._known(actor, fact)
        if service is None or known is None:
            log.info("an event about the print order %s is none of this shop's business", fact.order_id)
            return
        if known.data.get("order_id", fact.order_id) != fact.order_id:
            raise EventMismatch("the printer speaks of another order than the one it was given")
        told = service.status(fact.order_id)
        if told.reference != fact.reference:
            raise EventMismatch("the printer's order has another reference than its event")
        self._follow(actor, fact, told)

    def _known(self, actor: Actor, fact: PrintOrderMoved) -> Fulfillment | None:
        order_id, _, _ = fact.reference.partition("/")
        with self._begin(actor, "order.print") as work:
            try:
                return _fulfillment(work.orders.get(order_id), fact)
            except NotFound:
                return None

    @replayed
    def _follow(self, actor: Actor, fact: PrintOrderMoved, told: PrintStatus) -> None:
        order_id, _, _ = fact.reference.partition("/")
        with self._begin(actor, "order.print") as work:
            order = work.orders.get(order_id)
            follow(order, _fulfillment(order, fact), told, self._clock.now(), lambda: self._ids.new("track"))
            work.commit()


def _fulfillment(order: Order, fact: PrintOrderMoved) -> Fulfillment:
    for fulfillment in order.fulfillments:
        if fulfillment.provider_id == fact.provider_id and reference_of(order.id, fulfillment.id) == fact.reference:
            return fulfillment
    raise NotFound(f"the order has no printing {fact.reference}")
