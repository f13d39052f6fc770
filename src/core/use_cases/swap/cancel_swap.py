"""Call off an exchange."""

from core.domain.actor import SYSTEM, Actor
from core.domain.order import Order
from core.domain.payment import Refund
from core.domain.returns import ReturnStatus
from core.domain.swap import Swap, SwapNotCancelable
from core.use_cases.download.granting import revoke_refunded
from core.use_cases.order.refund_intent import settle_all
from core.use_cases.order.release_payments import ReleasePayments
from core.use_cases.order.settle_refund import SettleRefund
from core.use_cases.order.stocking import put_back
from core.use_cases.replay import LEFT_TO_JOBS, replayed
from core.use_cases.swap.following import owe_swap_back
from core.use_cases.swap.giving_back import refunds_of
from core.use_cases.swap.lookup import of_order
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin, UnitOfWork

RELEASE_PAYMENTS = "release_payments"


class CancelSwap:
    """Its return and its fulfillments are called off before. What it took from stock goes back,
    access to what it granted ends, and so does
    what was paid for the difference: by a recorded refund where it was captured, else it is released.
    Repeatable; a buyer who is just paying gets the money back.

    Raises OrderNotFound, SwapNotFound, SwapNotCancelable.
    Source: https://docs.medusajs.com/api/admin#orders_postordersorderswapcancel (v1).
    """

    def __init__(self, begin: Begin, settle: SettleRefund, release: ReleasePayments, clock: Clock, ids: Ids) -> None:
        self._begin = begin
        self._settle = settle
        self._release = release
        self._clock = clock
        self._ids = ids

    def __call__(self, actor: Actor, order_id: str, swap_id: str) -> None:
        settle_all(self._settle, order_id, self._record(actor, order_id, swap_id))
        try:
            self._release(SYSTEM, order_id)
        except LEFT_TO_JOBS:
            return  # the swap is canceled, and a job asks again

    @replayed
    def _record(self, actor: Actor, order_id: str, swap_id: str) -> list[Refund]:
        with self._begin(actor, "swap.cancel") as work:
            order, swap = of_order(work, order_id, swap_id)
            if swap.canceled_at is not None:
                return []
            self._check_return(work, swap)
            named = any(order.refunded_quantity(line.id, promised=True) for line in swap.additional_items)
            if named or refunds_of(order, swap):
                raise SwapNotCancelable("Swap with a refund cannot be canceled")
            swap.cancel(self._clock.now())
            if swap.confirmed_at is not None:
                revoke_refunded(work, order)
                put_back(work, [(line, line.quantity) for line in swap.additional_items])
            refunds = self._owe(work, order, swap)
            work.commit()
        return refunds

    def _check_return(self, work: UnitOfWork, swap: Swap) -> None:
        returned = work.returns.of_swap(swap.id)
        if returned is not None and returned.status is not ReturnStatus.CANCELED:
            raise SwapNotCancelable("Return must be canceled before the swap can be canceled")

    def _owe(self, work: UnitOfWork, order: Order, swap: Swap) -> list[Refund]:
        refunds: list[Refund] = []
        for payment in order.payments:
            if payment.swap_id != swap.id:
                continue
            refunds += owe_swap_back(work, order, swap, payment, self._clock, self._ids)
            if payment.captured_at is None:
                work.schedule(
                    RELEASE_PAYMENTS,
                    {"order_id": order.id},
                    dedupe_key=f"{RELEASE_PAYMENTS}:{swap.id}",
                    at=self._clock.now(),
                )
        return refunds
