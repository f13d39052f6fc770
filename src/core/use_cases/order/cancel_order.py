"""Cancel an order: nothing of it is owed any more, to nobody."""

from core.domain.actor import SYSTEM, Actor
from core.domain.canceling import cancel, check_cancelable, to_call_off
from core.domain.order import Fulfillment, Order, OrderStatus
from core.domain.payment import Refund, RefundLine
from core.domain.print_on_demand import PrintUnavailable, being_submitted, reference_of
from core.use_cases.download.granting import revoke_refunded
from core.use_cases.fulfillment.cancel_fulfillment import CancelFulfillment
from core.use_cases.gift_card.issuing import check_cards_unused, follow_sale
from core.use_cases.gift_card.spending import credit_cards
from core.use_cases.order.claiming import release_discounts
from core.use_cases.order.refund_intent import owe_back, settle_all
from core.use_cases.order.release_payments import ReleasePayments
from core.use_cases.order.settle_refund import SettleRefund
from core.use_cases.order.stocking import put_back
from core.use_cases.order_edit.give_up_order_edit import call_off_edit
from core.use_cases.payment_collection.releasing import ReleaseCollection
from core.use_cases.replay import LEFT_TO_JOBS, replayed
from ports.clock import Clock, Ids
from ports.print_on_demand import PrintServices
from ports.unit_of_work import Begin, UnitOfWork

ACTION = "order.cancel"


class CancelOrder:
    """What printers and other providers have not sent is called off first. Then, in one transaction: what
    is still captured is promised back, stock, discounts and gift cards are given back, and the access to
    downloads ends. Then the payment providers are asked to refund and to release.

    Repeatable: what could not be refunded the first time is tried again. Raises OrderNotFound,
    OrderNotCancelable, GiftCardSpent when a gift card it sold was used, NotAllowed where a provider says it
    is too late, Unavailable with nothing canceled; PaymentDeclined with the order canceled.
    Source: https://docs.medusajs.com/api/admin#orders_postordersordercancel (v1), docs/returns.md.
    """

    def __init__(
        self,
        begin: Begin,
        cancel_fulfillment: CancelFulfillment,
        prints: PrintServices,
        settle: SettleRefund,
        release: ReleasePayments,
        clock: Clock,
        ids: Ids,
    ) -> None:
        self._begin = begin
        self._cancel_fulfillment = cancel_fulfillment
        self._prints = prints
        self._settle = settle
        self._release = release
        self._clock = clock
        self._ids = ids

    def __call__(self, actor: Actor, order_id: str) -> None:
        with self._begin(SYSTEM, ACTION) as work:
            order = work.orders.get(order_id)
            if order.status is not OrderStatus.CANCELED:
                _check(work, order, after_calls=False)
            due = to_call_off(order)
        for fulfillment in due:
            self._stop_printing(order, fulfillment)
            self._cancel_fulfillment(SYSTEM, order_id, fulfillment.id)
        refunds = self._record(actor, order_id)
        settle_all(self._settle, order_id, refunds)
        try:
            self._release(SYSTEM, order_id)
        except LEFT_TO_JOBS:
            return  # the order is canceled, and a job asks again

    def _stop_printing(self, order: Order, fulfillment: Fulfillment) -> None:
        """A printer may have the order although its answer was lost."""
        service = self._prints.get(fulfillment.provider_id)
        if service is None or isinstance(fulfillment.data.get("order_id"), str):
            return
        if being_submitted(fulfillment, self._clock.now()):
            raise PrintUnavailable("the order is being handed to the printer; try again in a moment")
        printed = service.find(reference_of(order.id, fulfillment.id))
        if printed is not None:
            service.cancel(printed)

    @replayed
    def _record(self, actor: Actor, order_id: str) -> list[Refund]:
        with self._begin(actor, ACTION) as work:
            order = work.orders.get(order_id)
            again = order.status is OrderStatus.CANCELED
            if not again:
                _check(work, order, after_calls=True)
                check_cards_unused(work, order, self._sold_cards(order))
                self._give_back(work, order)
                call_off_edit(
                    work, order, actor.user_id, ReleaseCollection(self._clock, self._ids), self._clock.now()
                )
            refunds = owe_back(work, order, self._clock, self._ids)
            if refunds or not again:
                work.commit()
        return refunds

    def _give_back(self, work: UnitOfWork, order: Order) -> None:
        now = self._clock.now()
        cancel(order, now)
        release_discounts(work, order)
        credit_cards(work, order, now, self._ids)
        follow_sale(work, order)
        revoke_refunded(work, order)
        put_back(work, [(line, line.quantity - (line.returned_quantity or 0)) for line in order.items])

    def _sold_cards(self, order: Order) -> list[RefundLine]:
        left = [
            (line, line.quantity - order.refunded_quantity(line.id, promised=True))
            for line in order.items
            if line.is_giftcard
        ]
        return [
            RefundLine(id=self._ids.new("refi"), item_id=line.id, quantity=quantity)
            for line, quantity in left
            if quantity > 0
        ]


def _check(work: UnitOfWork, order: Order, *, after_calls: bool) -> None:
    check_cancelable(order, work.returns.of_order(order.id), work.swaps.of_order(order.id), after_calls=after_calls)
