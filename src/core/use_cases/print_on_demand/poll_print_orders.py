"""Ask printers about every order that is still with them: their events may get lost."""

import logging
from datetime import timedelta

from core.domain.actor import Actor
from core.domain.errors import DomainError
from core.domain.print_on_demand import PrintOrderMoved, Submission, fulfillment_of, reference_of
from core.use_cases.print_on_demand.record_print_status import RecordPrintStatus
from core.use_cases.print_on_demand.submit_print_order import SubmitPrintOrder
from ports.clock import Clock
from ports.print_on_demand import PrintServices
from ports.unit_of_work import Begin

WATCHED_FOR = timedelta(days=90)

log = logging.getLogger("perseus.print")


class PollPrintOrders:
    """Periodic. Repeatable. Hands in what never got there, and follows the rest.

    One order's trouble does not keep the others waiting. Answers how many orders were looked at.
    """

    def __init__(
        self,
        begin: Begin,
        services: PrintServices,
        submit: SubmitPrintOrder,
        record: RecordPrintStatus,
        clock: Clock,
    ) -> None:
        self._begin = begin
        self._services = services
        self._submit = submit
        self._record = record
        self._clock = clock

    def __call__(self, actor: Actor) -> int:
        looked = 0
        for provider_id in self._services:
            with self._begin(actor, "order.print") as work:
                waiting = work.orders.being_fulfilled(provider_id, self._clock.now() - WATCHED_FOR)
            for order_id in waiting:
                looked += 1
                try:
                    self._look(actor, order_id, provider_id)
                except DomainError as error:
                    log.warning("order %s at %s: %s", order_id, provider_id, error.message)
        return looked

    def _look(self, actor: Actor, order_id: str, provider_id: str) -> None:
        with self._begin(actor, "order.print") as work:
            fulfillment = fulfillment_of(work.orders.get(order_id), provider_id)
        if fulfillment is None:
            return
        printer_id = fulfillment.data.get("order_id")
        if fulfillment.data.get("state") != Submission.SUBMITTED or not isinstance(printer_id, str):
            self._submit(actor, order_id)
            return
        reference = reference_of(order_id, fulfillment.id)
        self._record(actor, PrintOrderMoved(provider_id=provider_id, order_id=printer_id, reference=reference))
