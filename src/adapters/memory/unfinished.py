"""What has not come to an end, in memory."""

from datetime import datetime

from adapters.memory.store import Memory
from core.domain.mail import DeliveryStatus
from core.domain.order import OrderStatus
from core.domain.payment import AttemptState, RefundState
from ports.unfinished import LIMIT, OpenPayment, OpenRefund, RefundedPayment, SentMail


class InMemoryUnfinished:
    """Keeps no times of payment sessions: every open one counts as touched just now."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def payments(self, since: datetime) -> list[OpenPayment]:
        chosen = [
            OpenPayment(cart_id=cart.id, provider_id=session.provider_id, data=dict(session.data))
            for cart in self._memory.carts.values()
            for session in cart.payment_sessions
            if session.is_selected and session.is_initiated
            if not cart.completed and cart.attempt_id is None and cart.deleted_at is None
        ]
        waiting = {e.payment_collection_id for e in self._memory.order_edits.values() if e.active}
        collected = [
            OpenPayment(collection_id=collection.id, provider_id=session.provider_id, data=dict(session.data))
            for collection in self._memory.payment_collections.values()
            for session in collection.payment_sessions
            if session.is_initiated and collection.id in waiting
        ]
        return [*chosen[:LIMIT], *collected[:LIMIT]]

    def attempts(self, before: datetime) -> list[str]:
        open_states = (AttemptState.STARTED, AttemptState.REFUND_DUE)
        found = [a for a in self._memory.attempts.values() if a.state in open_states and a.started_at <= before]
        ids: list[str] = [attempt.id for attempt in sorted(found, key=lambda a: (a.started_at, a.id))]
        return ids[:LIMIT]

    def refunds(self, before: datetime) -> list[OpenRefund]:
        found = [
            (refund.created_at, refund.id, order.id)
            for order in self._memory.orders.values()
            for refund in order.refunds
            if refund.state is RefundState.PENDING and refund.created_at <= before
        ]
        return [OpenRefund(order_id=order_id, refund_id=id) for _, id, order_id in sorted(found)][:LIMIT]

    def captures(self, before: datetime) -> list[str]:
        found = [
            (payment.capture_requested_at, order.id)
            for order in self._memory.orders.values()
            for payment in order.payments
            if payment.capture_requested_at is not None and payment.capture_requested_at <= before
            if payment.captured_at is None and payment.canceled_at is None
            if order.capture_error is None and order.status is not OrderStatus.CANCELED
        ]
        ids: list[str] = [order_id for _, order_id in sorted(found)]
        return list(dict.fromkeys(ids))[:LIMIT]

    def mails(self, before: datetime) -> list[str]:
        jobs = [job for job in self._memory.jobs.values() if job.kind == "deliver_mail" and job.state == "ready"]
        queued = {job.payload.get("mail_id") for job in jobs}
        found = [
            (mail.queued_at, mail.id)
            for mail in self._memory.mails.values()
            if mail.status is DeliveryStatus.QUEUED and mail.queued_at <= before and mail.id not in queued
        ]
        ids: list[str] = [mail_id for _, mail_id in sorted(found)]
        return ids[:LIMIT]

    def refunded(self, since: datetime) -> list[RefundedPayment]:
        found = [
            (refund.settled_at, payment.id, order.id, payment)
            for order in self._memory.orders.values()
            for refund in order.refunds
            for payment in order.payments
            if refund.payment_id == payment.id and payment.provider_payment_id is not None
            if refund.state is RefundState.SUCCEEDED and refund.settled_at is not None and refund.settled_at >= since
        ]
        latest = sorted(sorted(found, key=lambda it: it[1]), key=lambda it: it[0], reverse=True)[:LIMIT]
        return list(
            dict.fromkeys(
                RefundedPayment(
                    order_id=order_id,
                    provider_id=payment.provider_id,
                    provider_payment_id=payment.provider_payment_id or "",
                )
                for _, _, order_id, payment in latest
            )
        )

    def sent(self, since: datetime, before: datetime) -> list[SentMail]:
        found = [
            (mail.sent_at, SentMail(mail_id=mail.id, message_id=mail.provider_message_id))
            for mail in sorted(self._memory.mails.values(), key=lambda mail: mail.id)
            if mail.status is DeliveryStatus.SENT and mail.provider_message_id is not None
            if mail.sent_at is not None and since <= mail.sent_at < before
        ]
        return [sent for _, sent in sorted(found, key=lambda it: it[0], reverse=True)][:LIMIT]
