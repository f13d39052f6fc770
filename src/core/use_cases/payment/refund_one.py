"""Give money back from one payment of an order."""

from core.domain.actor import Actor
from core.domain.payment import PaymentNotFound, PaymentNotOnOrder, RefundReason
from core.use_cases.order.refund_intent import RefundRequest
from core.use_cases.order.refund_payment import RefundPayment
from ports.unit_of_work import Begin


class RefundOnePayment:
    """As ``RefundPayment`` does, but from no other payment of the order; answers the refund's id.

    What stands on a payment collection is given back by canceling its order edit. Raises PaymentNotFound,
    PaymentNotOnOrder, PaymentNotCaptured, RefundExceedsCaptured, OrderCanceledAlready, Invalid, PaymentDeclined.
    Source: https://docs.medusajs.com/api/admin#payments_postpaymentspaymentrefunds (v1).
    """

    def __init__(self, look: Begin, refund: RefundPayment) -> None:
        self._look = look
        self._refund = refund

    def __call__(
        self, actor: Actor, payment_id: str, amount: int, reason: RefundReason, note: str | None = None
    ) -> str:
        with self._look(actor, "payment.refund") as work:
            order_id = work.orders.of_payment(payment_id)
            if order_id is None:
                if work.payment_collections.of_payment(payment_id) is None:
                    raise PaymentNotFound(f"Payment with id {payment_id} was not found")
                raise PaymentNotOnOrder(
                    f"Payment {payment_id} was made for an order edit that has not taken effect; "
                    "canceling the edit gives it back"
                )
        request = RefundRequest(amount=amount, reason=reason, note=note, payment_id=payment_id)
        return self._refund(actor, order_id, request)
