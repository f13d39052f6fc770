"""Take the money of one payment, whichever order or payment collection it belongs to."""

from core.domain.actor import Actor
from core.domain.payment import PaymentCanceled, PaymentDeclined, PaymentNotFound
from core.use_cases.order.capture_payment import CapturePayment
from core.use_cases.payment_collection.capture_collected import CaptureCollectedPayment
from ports.unit_of_work import Begin


class CaptureOnePayment:
    """Repeatable: what is captured stays as it is. The provider's definite no is recorded, and raised.

    What was paid for an order edit may be captured before the edit takes effect; the order takes it over as it
    is. Raises PaymentNotFound, PaymentCanceled, OrderCanceledAlready, PaymentDeclined,
    PaymentProviderUnavailable (the intent is recorded; call again).
    Source: https://docs.medusajs.com/api/admin#payments_postpaymentspaymentcapture (v1).
    """

    def __init__(self, look: Begin, capture: CapturePayment, capture_collected: CaptureCollectedPayment) -> None:
        self._look = look
        self._capture = capture
        self._capture_collected = capture_collected

    def __call__(self, actor: Actor, payment_id: str) -> None:
        with self._look(actor, "payment.capture") as work:
            collection_id = work.payment_collections.of_payment(payment_id)
        if collection_id is not None and self._capture_collected(actor, collection_id, payment_id):
            return
        with self._look(actor, "payment.capture") as work:
            order_id = work.orders.of_payment(payment_id)
            if order_id is None:
                raise PaymentNotFound(f"Payment with id {payment_id} was not found")
            payment = work.orders.get(order_id).payment(payment_id)
        if payment.captured_at is not None:
            return
        if payment.canceled_at is not None:
            raise PaymentCanceled(f"Payment {payment_id} was canceled")
        for refusal in self._capture(actor, order_id, payment_id=payment_id):
            raise PaymentDeclined(refusal)
