"""/admin/payments"""

from typing import Any

from dependency_injector.wiring import Provide, inject

from adapters.http.access import admin
from adapters.http.admin.orders.resource import ORDERS
from adapters.http.body_fields import Body, Int, Str, Word
from adapters.http.query import Query
from adapters.http.routing import ADMIN, Resource
from adapters.http.shown import Shown, context_of, detail, equals
from core.domain.actor import Actor
from core.domain.payment import RefundReason
from core.use_cases.payment.capture_one import CaptureOnePayment
from core.use_cases.payment.refund_one import RefundOnePayment
from ports.reads import Paging, Reads, Selection, Tree

PAYMENT = Shown(shape="payment", one="payment", many="payments")
_WHOLE = Selection(everything=True)
payments = Resource("admin_payments", __name__, "/admin/payments", ADMIN)


class PaymentRefundBody(Body):
    amount = Int(required=True, min=1)
    reason = Word(*(reason.value for reason in RefundReason), required=True)
    note = Str()


@inject
def show_payment(actor: Actor, query: Query, payment_id: str, reads: Reads = Provide["reads"]) -> Tree:
    return detail(PAYMENT, reads, actor, query, payment_id)


@inject
def show_refund(
    actor: Actor, query: Query, payment_id: str, body: dict[str, Any], result: str, reads: Reads = Provide["reads"]
) -> Tree:
    """result: the refund's id, or, where the answer was lost after the commit, the order's; then it is the latest
    refund of this payment that fits what was asked for."""
    found = reads.first("refund", [equals("id", result)], _WHOLE, context_of(actor, query))
    if found is None:
        where = [equals("order_id", result), equals("payment_id", payment_id), equals("amount", body["amount"])]
        page = reads.page("refund", where, _WHOLE, context_of(actor, query), Paging(limit=1))
        found = page.rows[0]
    return {"refund": found}


@payments.on("GET", "/<payment_id>", allow=admin(ORDERS), shows=PAYMENT)
@inject
def show(actor: Actor, query: Query, payment_id: str, reads: Reads = Provide["reads"]) -> Tree:
    """Show one payment."""
    return detail(PAYMENT, reads, actor, query, payment_id)


@payments.on("POST", "/<payment_id>/capture", allow=admin(ORDERS), shows=PAYMENT, answers=show_payment)
@inject
def capture(actor: Actor, payment_id: str, capture_one: CaptureOnePayment = Provide["capture_one_payment"]) -> str:
    """Capture this payment."""
    capture_one(actor, payment_id)
    return payment_id


@payments.on("POST", "/<payment_id>/refund", allow=admin(ORDERS), body=PaymentRefundBody, answers=show_refund)
@inject
def refund(
    actor: Actor,
    payment_id: str,
    body: dict[str, Any],
    refund_one: RefundOnePayment = Provide["refund_one_payment"],
) -> str:
    """Give money back from this payment."""
    return refund_one(actor, payment_id, body["amount"], RefundReason(body["reason"]), body.get("note"))
