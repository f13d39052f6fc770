"""Give money back on an admin's word."""

from dataclasses import dataclass

from core.domain.actor import SYSTEM, Actor
from core.domain.order import Order
from core.domain.payment import PaymentProviderUnavailable, Refund, RefundLine, RefundReason
from core.use_cases.gift_card.issuing import check_cards_unused
from core.use_cases.order.settle_refund import SettleRefund
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin, UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRequest:
    """amount: minor units. items: (line id, quantity) pairs the money is for; only those lines lose
    what they granted. Without items nothing is lost until everything paid has been given back."""

    amount: int
    reason: RefundReason = RefundReason.OTHER
    note: str | None = None
    items: tuple[tuple[str, int], ...] = ()


SETTLE_REFUND = "settle_refund"


class RefundPayment:
    """Record the refund, then have the provider make it; answers the (first) refund's id.

    The recorded refund holds its money back at once, so parallel refunds never exceed what was
    captured. If the provider cannot be reached the refund stays pending and a job makes it later.
    Raises OrderNotFound, OrderCanceledAlready, Invalid, RefundExceedsCaptured, GiftCardSpent,
    PaymentDeclined.
    Source: https://docs.medusajs.com/api/admin#orders_postordersorderrefunds (v1).
    """

    def __init__(self, begin: Begin, settle: SettleRefund, clock: Clock, ids: Ids) -> None:
        self._begin = begin
        self._settle = settle
        self._clock = clock
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, order_id: str, request: RefundRequest) -> str:
        with self._begin(actor, "order.refund") as work:
            order = work.orders.get(order_id)
            refunds = self._intend(work, order, request)
            for refund in refunds:
                work.schedule(
                    SETTLE_REFUND,
                    {"order_id": order_id, "refund_id": refund.id},
                    dedupe_key=f"{SETTLE_REFUND}:{refund.id}",
                    at=self._clock.now(),
                )
            work.commit()
        for refund in refunds:
            try:
                self._settle(SYSTEM, order_id, refund.id)
            except PaymentProviderUnavailable:
                # Not a failure: the recorded refund is pending and its job makes it. Raising would
                # invite a second refund of the same money.
                continue
        return refunds[0].id

    def _intend(self, work: UnitOfWork, order: Order, request: RefundRequest) -> list[Refund]:
        lines = tuple(
            RefundLine(id=self._ids.new("refi"), item_id=item_id, quantity=quantity)
            for item_id, quantity in request.items
        )
        order.check_refund(request.amount, lines)
        check_cards_unused(work, order, lines)
        refunds: list[Refund] = []
        for payment, part in order.allot_refund(request.amount):
            refund = Refund(
                id=self._ids.new("ref"),
                payment_id=payment.id,
                amount=part,
                reason=request.reason,
                note=request.note,
                items=() if refunds else lines,
                created_at=self._clock.now(),
            )
            order.refunds.append(refund)
            refunds.append(refund)
        return refunds
