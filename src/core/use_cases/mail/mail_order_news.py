"""Write to the buyer about what happens to an order after it was placed.

Reactions, repeatable: one mail per order and cause. ``no_notification`` of what it is about counts, and
where that says nothing the order's.
"""

from core.domain.actor import Actor
from core.domain.fulfilling import FulfillmentNotFound
from core.domain.mail import MailKind
from core.domain.order import Fulfillment, Order
from core.domain.order_edit import OrderEditNotFound
from core.use_cases.mail.queueing import queue_mail
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin, UnitOfWork

ACTION = "order.mail_news"


class MailShipment:
    """Reaction to ``order.shipment_created``. Raises OrderNotFound, FulfillmentNotFound."""

    def __init__(self, begin: Begin, clock: Clock, ids: Ids) -> None:
        self._begin = begin
        self._clock = clock
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, order_id: str, fulfillment_id: str) -> None:
        with self._begin(actor, ACTION) as work:
            order = work.orders.get(order_id)
            silent = _one(order.fulfillments, fulfillment_id).no_notification
            _queue(work, order, MailKind.SHIPMENT, fulfillment_id, silent, self._clock, self._ids)


class MailReturn:
    """Reaction to ``order.return_requested`` and ``order.items_returned``. What comes back in exchange is
    told by the swap. Raises OrderNotFound, ReturnNotFound."""

    def __init__(self, begin: Begin, clock: Clock, ids: Ids, kind: MailKind) -> None:
        self._begin = begin
        self._clock = clock
        self._ids = ids
        self._kind = kind

    @replayed
    def __call__(self, actor: Actor, order_id: str, return_id: str) -> None:
        with self._begin(actor, ACTION) as work:
            order = work.orders.get(order_id)
            returned = work.returns.get(return_id)
            if self._kind is MailKind.RETURN_REQUESTED and returned.swap_id is not None:
                return
            _queue(work, order, self._kind, return_id, returned.no_notification, self._clock, self._ids)


class MailSwap:
    """Reaction to ``swap.created`` (with the way to its cart, which the buyer has to complete) and
    ``swap.shipment_created``. A buyer who asked for the swap in the storefront stands before its cart
    already, and is written to only when it is sent. Raises OrderNotFound, SwapNotFound, FulfillmentNotFound."""

    def __init__(self, begin: Begin, clock: Clock, ids: Ids) -> None:
        self._begin = begin
        self._clock = clock
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, swap_id: str, fulfillment_id: str | None = None) -> None:
        with self._begin(actor, ACTION) as work:
            order_id = work.swaps.get(swap_id).order_id
        with self._begin(actor, ACTION) as work:
            order, swap = work.orders.get(order_id), work.swaps.get(swap_id)
            kind, about, silent = MailKind.SWAP_CREATED, swap_id, swap.no_notification
            if fulfillment_id is not None:
                kind, about = MailKind.SWAP_SHIPMENT, fulfillment_id
                silent = _one(swap.fulfillments, fulfillment_id).no_notification
            _queue(work, order, kind, about, silent, self._clock, self._ids)


class MailOrderEdit:
    """Reaction to ``order-edit.requested`` (with the way to agree and pay), ``.confirmed`` and ``.declined``.
    Raises OrderEditNotFound, OrderNotFound."""

    def __init__(self, begin: Begin, clock: Clock, ids: Ids, kind: MailKind) -> None:
        self._begin = begin
        self._clock = clock
        self._ids = ids
        self._kind = kind

    @replayed
    def __call__(self, actor: Actor, id: str) -> None:
        with self._begin(actor, ACTION) as work:
            order_id = work.order_edits.order_of(id)
            if order_id is None:
                raise OrderEditNotFound(f"Order edit with id {id} was not found")
            _queue(work, work.orders.get(order_id), self._kind, id, None, self._clock, self._ids)


def _queue(
    work: UnitOfWork, order: Order, kind: MailKind, about: str, silent: bool | None, clock: Clock, ids: Ids
) -> None:
    if order.no_notification if silent is None else silent:
        return
    if queue_mail(work, kind, order.id, about, order.email, clock, ids):
        work.commit()


def _one(fulfillments: list[Fulfillment], id: str) -> Fulfillment:
    for fulfillment in fulfillments:
        if fulfillment.id == id:
            return fulfillment
    raise FulfillmentNotFound(f"there is no fulfillment {id}")
