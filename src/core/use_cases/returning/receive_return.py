"""Take in what has come back."""

from collections import Counter
from dataclasses import dataclass

from core.domain.actor import SYSTEM, Actor
from core.domain.events import ReturnActionRequired
from core.domain.order import OrderStatus
from core.domain.payment import Refund, RefundReason
from core.domain.purchase import Purchase
from core.domain.refunding import worth_of
from core.domain.returns import Return, ReturnStatus, receive, refund_lines
from core.use_cases.download.granting import revoke_refunded
from core.use_cases.order.refund_intent import RefundRequest, intend_refund, settle_all
from core.use_cases.order.settle_refund import SettleRefund
from core.use_cases.order.stocking import put_back
from core.use_cases.replay import replayed
from core.use_cases.returning.send_return import order_of
from core.use_cases.swap.lookup import purchase_of
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin, UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """items: (line id, quantity) pairs that came. refund: instead of what was promised; minor units,
    below zero counts as 0. mismatch_allowed: False leaves a return that differs from what was asked for
    in ``requires_action``."""

    items: tuple[tuple[str, int], ...]
    refund: int | None = None
    mismatch_allowed: bool = True


class ReceiveReturn:
    """Count the units as returned, put what came back into stock and give the money back, in one
    transaction; then have the payment provider make the refund.

    What is promised beyond what can be refunded is not refunded: the order then requires action, as in
    Medusa. A swap's return refunds nothing; its cart has settled it. Raises ReturnNotFound, ReturnClosed,
    Invalid, ReturnTooMany, PaymentDeclined.
    Source: https://docs.medusajs.com/api/admin#returns_postreturnsreturnreceive (v1).
    """

    def __init__(self, begin: Begin, settle: SettleRefund, clock: Clock, ids: Ids) -> None:
        self._begin = begin
        self._settle = settle
        self._clock = clock
        self._ids = ids

    def __call__(self, actor: Actor, return_id: str, receipt: Receipt) -> None:
        with self._begin(SYSTEM, "return.receive") as work:
            order_id = order_of(work, return_id)
        settle_all(self._settle, order_id, self._record(actor, order_id, return_id, receipt))

    @replayed
    def _record(self, actor: Actor, order_id: str, return_id: str, receipt: Receipt) -> list[Refund]:
        with self._begin(actor, "return.receive") as work:
            order = work.orders.get(order_id)
            returned = work.returns.get(return_id)
            came = Counter(dict.fromkeys((item_id for item_id, _ in receipt.items), 0))
            for item_id, quantity in receipt.items:
                came[item_id] += quantity
            bought = purchase_of(work, order)
            arrived = receive(
                bought,
                returned,
                came,
                self._clock.now(),
                self._ids.new,
                mismatch_allowed=receipt.mismatch_allowed,
            )
            refunds: list[Refund] = []
            if returned.status is ReturnStatus.RECEIVED:
                put_back(work, arrived)
                if any(line.is_digital for line, _ in arrived):
                    revoke_refunded(work, order)
                if returned.swap_id is None:
                    refunds = self._refund(work, bought, returned, receipt.refund)
            work.commit()
        return refunds

    def _refund(self, work: UnitOfWork, bought: Purchase, returned: Return, told: int | None) -> list[Refund]:
        order = bought.order
        amount = returned.refund_amount if told is None else max(0, told)
        if amount == 0 or order.status is OrderStatus.CANCELED:
            return []
        if amount > order.refundable_amount:
            order.return_action_required = True
            order.events.append(ReturnActionRequired(order_id=order.id, return_id=returned.id))
            return []
        order.return_action_required = False
        lines = refund_lines(bought, [(item.item_id, item.quantity) for item in returned.items])
        for_lines = min(amount, worth_of(bought, lines))
        note = f"return {returned.id}"
        refunds: list[Refund] = []
        if for_lines:
            request = RefundRequest(amount=for_lines, reason=RefundReason.RETURN, note=note, items=tuple(lines))
            refunds += intend_refund(work, order, request, self._clock, self._ids)
        if amount > for_lines:
            request = RefundRequest(amount=amount - for_lines, reason=RefundReason.RETURN, note=note)
            refunds += intend_refund(work, order, request, self._clock, self._ids)
        return refunds
