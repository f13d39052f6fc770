"""Have the printed goods of a paid order made, once."""

import logging
from dataclasses import dataclass
from datetime import datetime

from core.domain.actor import Actor
from core.domain.errors import Invalid
from core.domain.order import Fulfillment, FulfillmentItem, Order
from core.domain.print_on_demand import (
    PrintLine,
    PrintOrder,
    PrintRefused,
    PrintUnavailable,
    Submission,
    being_submitted,
    digest_of,
    fulfillment_of,
    intend,
    printable_quantity,
    reference_of,
    refused,
    spec_of,
    submitted,
)
from core.domain.product import ProductNotFound
from core.domain.values import Metadata
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.print_on_demand import PrintService, PrintServices
from ports.unit_of_work import Begin, UnitOfWork

log = logging.getLogger("perseus.print")


@dataclass(frozen=True, slots=True)
class _Intent:
    order: PrintOrder
    fulfillment_id: str


class SubmitPrintOrder:
    """Reaction to ``order.placed`` and ``order.payment_captured``. Repeatable.

    Does nothing until the order is paid for. The intent (the order's fulfillment) is recorded before the
    printer is asked, and the printer is asked for our reference before it is given anything, so that a lost
    answer does not print twice. A refusal stays on the fulfillment, and is tried again once something
    has changed. Raises OrderNotFound; PrintUnavailable to run again later: the order stands either way.
    """

    def __init__(self, begin: Begin, services: PrintServices, clock: Clock, ids: Ids) -> None:
        self._begin = begin
        self._services = services
        self._clock = clock
        self._ids = ids

    def __call__(self, actor: Actor, order_id: str) -> None:
        for service in self._services.values():
            intent = self._intend(actor, order_id, service.id)
            if intent is not None:
                self._submit(actor, order_id, intent, service)

    @replayed
    def _intend(self, actor: Actor, order_id: str, provider_id: str) -> _Intent | None:
        now = self._clock.now()
        with self._begin(actor, "order.print") as work:
            order = work.orders.get(order_id)
            fulfillment = fulfillment_of(order, provider_id)
            if not _is_due(order) or (fulfillment and fulfillment.data.get("state") == Submission.SUBMITTED):
                return None
            if fulfillment is None and not _was_printing(order, provider_id):
                fulfillment = self._new_fulfillment(work, order, provider_id)
            if fulfillment is None:
                return None
            try:
                wanted = _print_order(work, order, fulfillment)
            except Invalid as problem:
                log.error("order %s: nothing %s could print: %s", order.id, provider_id, problem.message)
                refused(fulfillment)
                work.commit()
                return None
            if not _may_try(fulfillment, wanted, now):
                return None
            intend(fulfillment, wanted, now)
            work.commit()
        return _Intent(wanted, fulfillment.id)

    def _new_fulfillment(self, work: UnitOfWork, order: Order, provider_id: str) -> Fulfillment | None:
        """One for everything that is to be printed; None when nothing is."""
        items = []
        for line in order.items:
            quantity = printable_quantity(order, line)
            if quantity > 0 and _has_spec(work, line.product_id, line.variant_id, provider_id):
                items.append(FulfillmentItem(id=self._ids.new("fulit"), item_id=line.id, quantity=quantity))
                line.fulfilled_quantity = (line.fulfilled_quantity or 0) + quantity
        if not items:
            return None
        fulfillment = Fulfillment(id=self._ids.new("ful"), provider_id=provider_id, items=tuple(items))
        order.fulfillments.append(fulfillment)
        return fulfillment

    def _submit(self, actor: Actor, order_id: str, intent: _Intent, service: PrintService) -> None:
        try:
            printer_id = service.find(intent.order.reference) or service.submit(intent.order)
        except PrintRefused as refusal:
            log.error("order %s: %s does not print it: %s", order_id, service.id, refusal.message)
            self._record(actor, order_id, intent.fulfillment_id, None)
        else:
            self._record(actor, order_id, intent.fulfillment_id, printer_id)

    @replayed
    def _record(self, actor: Actor, order_id: str, fulfillment_id: str, printer_id: str | None) -> None:
        with self._begin(actor, "order.print") as work:
            order = work.orders.get(order_id)
            fulfillment = next(one for one in order.fulfillments if one.id == fulfillment_id)
            if printer_id is not None:
                submitted(fulfillment, printer_id)
            elif fulfillment.data.get("state") != Submission.SUBMITTED:
                refused(fulfillment)
            work.commit()


def _is_due(order: Order) -> bool:
    return order.settled and order.canceled_at is None and not order.fully_refunded


def _was_printing(order: Order, provider_id: str) -> bool:
    """A printing that was called off is not begun anew by itself."""
    return any(fulfillment.provider_id == provider_id for fulfillment in order.fulfillments)


def _may_try(fulfillment: Fulfillment, print_order: PrintOrder, now: datetime) -> bool:
    if being_submitted(fulfillment, now):
        raise PrintUnavailable("the order is being handed to the printer already")
    is_refused = fulfillment.data.get("state") == Submission.REFUSED
    return not (is_refused and fulfillment.data.get("digest") == digest_of(print_order))


def _has_spec(work: UnitOfWork, product_id: str | None, variant_id: str | None, provider_id: str) -> bool:
    return (_metadata(work, product_id, variant_id) or {}).get(provider_id) is not None


def _metadata(work: UnitOfWork, product_id: str | None, variant_id: str | None) -> Metadata | None:
    if product_id is None or variant_id is None:
        return None
    try:
        product = work.products.get(product_id)
    except ProductNotFound:
        return None
    return next((variant.metadata for variant in product.variants if variant.id == variant_id), None)


def _print_order(work: UnitOfWork, order: Order, fulfillment: Fulfillment) -> PrintOrder:
    """Raises Invalid for what no printer could work from."""
    if order.shipping_address is None:
        raise Invalid("the order has no shipping address")
    methods = (method.data.get("shipment_method") for method in order.shipping_methods)
    return PrintOrder(
        reference=reference_of(order.id, fulfillment.id),
        customer_reference=order.customer_id,
        currency_code=order.currency_code,
        email=order.email,
        address=order.shipping_address,
        lines=_lines(work, order, fulfillment),
        method=next((method for method in methods if isinstance(method, str)), None),
    )


def _lines(work: UnitOfWork, order: Order, fulfillment: Fulfillment) -> tuple[PrintLine, ...]:
    """What the fulfillment is for, less what has been given back since."""
    lines = []
    for part in fulfillment.items:
        line = order.line(part.item_id)
        quantity = min(part.quantity, line.quantity - order.refunded_quantity(line.id, promised=True))
        spec = spec_of(_metadata(work, line.product_id, line.variant_id), fulfillment.provider_id)
        if spec is None:
            raise Invalid(f"it is not known any more what {line.title} is printed from")
        if quantity > 0:
            lines.append(PrintLine(item_id=line.id, quantity=quantity, spec=spec))
    if not lines:
        raise Invalid("everything that was to be printed has been given back")
    return tuple(lines)
