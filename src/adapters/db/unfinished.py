"""What has not come to an end, by statements that follow the indexes on states."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Select, bindparam, select

from adapters.db.tables import (
    carts,
    jobs,
    mails,
    order_edits,
    orders,
    payment_attempts,
    payment_collection_sessions,
    payment_sessions,
    payments,
    refunds,
)
from core.domain.mail import DeliveryStatus
from core.domain.order import OrderStatus
from core.domain.payment import AttemptState, RefundState
from ports.unfinished import LIMIT, OpenPayment, OpenRefund, RefundedPayment, SentMail

_PAYMENTS = (
    select(payment_sessions.c.cart_id, payment_sessions.c.provider_id, payment_sessions.c.data)
    .join(carts, carts.c.id == payment_sessions.c.cart_id)
    .where(
        payment_sessions.c.is_selected.is_(True),
        payment_sessions.c.is_initiated.is_(True),
        payment_sessions.c.updated_at >= bindparam("since"),
        carts.c.order_id.is_(None),
        carts.c.completed_at.is_(None),
        carts.c.attempt_id.is_(None),
        carts.c.deleted_at.is_(None),
    )
    .order_by(payment_sessions.c.updated_at.desc(), payment_sessions.c.id)
    .limit(LIMIT)
)
_COLLECTED = (
    select(
        payment_collection_sessions.c.payment_collection_id,
        payment_collection_sessions.c.provider_id,
        payment_collection_sessions.c.data,
    )
    .join(order_edits, order_edits.c.payment_collection_id == payment_collection_sessions.c.payment_collection_id)
    .where(
        payment_collection_sessions.c.is_initiated.is_(True),
        payment_collection_sessions.c.updated_at >= bindparam("since"),
        order_edits.c.confirmed_at.is_(None),
        order_edits.c.declined_at.is_(None),
        order_edits.c.canceled_at.is_(None),
        order_edits.c.deleted_at.is_(None),
    )
    .order_by(payment_collection_sessions.c.updated_at.desc(), payment_collection_sessions.c.id)
    .limit(LIMIT)
)
_ATTEMPTS = (
    select(payment_attempts.c.id)
    .where(
        payment_attempts.c.state.in_([AttemptState.STARTED.value, AttemptState.REFUND_DUE.value]),
        payment_attempts.c.started_at <= bindparam("before"),
    )
    .order_by(payment_attempts.c.started_at, payment_attempts.c.id)
    .limit(LIMIT)
)
_REFUNDS = (
    select(refunds.c.order_id, refunds.c.id)
    .where(refunds.c.state == RefundState.PENDING.value, refunds.c.created_at <= bindparam("before"))
    .order_by(refunds.c.created_at, refunds.c.id)
    .limit(LIMIT)
)
_CAPTURES = (
    select(orders.c.id)
    .join(payments, payments.c.order_id == orders.c.id)
    .where(
        payments.c.capture_requested_at <= bindparam("before"),
        payments.c.captured_at.is_(None),
        payments.c.canceled_at.is_(None),
        orders.c.capture_error.is_(None),
        orders.c.status != OrderStatus.CANCELED.value,
    )
    .order_by(payments.c.capture_requested_at, orders.c.id)
    .limit(LIMIT)
)
_MAILS = (
    select(mails.c.id)
    .where(mails.c.status == DeliveryStatus.QUEUED.value, mails.c.queued_at <= bindparam("before"))
    .order_by(mails.c.queued_at, mails.c.id)
    .limit(LIMIT)
)
_REFUNDED = (
    select(payments.c.order_id, payments.c.provider_id, payments.c.provider_payment_id)
    .join(refunds, refunds.c.payment_id == payments.c.id)
    .where(
        refunds.c.state == RefundState.SUCCEEDED.value,
        refunds.c.settled_at >= bindparam("since"),
        payments.c.provider_payment_id.is_not(None),
    )
    .order_by(refunds.c.settled_at.desc(), payments.c.id)
    .limit(LIMIT)
)
_SENT = (
    select(mails.c.id, mails.c.provider_message_id)
    .where(
        mails.c.status == DeliveryStatus.SENT.value,
        mails.c.sent_at >= bindparam("since"),
        mails.c.sent_at < bindparam("before"),
        mails.c.provider_message_id.is_not(None),
    )
    .order_by(mails.c.sent_at.desc(), mails.c.id)
    .limit(LIMIT)
)
_MAIL_JOBS = select(jobs.c.payload).where(jobs.c.kind == "deliver_mail", jobs.c.state == "ready")


class SqlUnfinished:
    """``Unfinished`` on the read engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def payments(self, since: datetime) -> list[OpenPayment]:
        rows = self._rows(_PAYMENTS, since=since)
        found = [OpenPayment(cart_id=row.cart_id, provider_id=row.provider_id, data=dict(row.data)) for row in rows]
        collected = [
            OpenPayment(collection_id=row.payment_collection_id, provider_id=row.provider_id, data=dict(row.data))
            for row in self._rows(_COLLECTED, since=since)
        ]
        return [*found, *collected]

    def attempts(self, before: datetime) -> list[str]:
        return [row.id for row in self._rows(_ATTEMPTS, before=before)]

    def refunds(self, before: datetime) -> list[OpenRefund]:
        rows = self._rows(_REFUNDS, before=before)
        return [OpenRefund(order_id=row.order_id, refund_id=row.id) for row in rows]

    def captures(self, before: datetime) -> list[str]:
        return list(dict.fromkeys(row.id for row in self._rows(_CAPTURES, before=before)))

    def mails(self, before: datetime) -> list[str]:
        waiting = [row.id for row in self._rows(_MAILS, before=before)]
        if not waiting:
            return []
        queued = {row.payload.get("mail_id") for row in self._rows(_MAIL_JOBS)}
        return [id for id in waiting if id not in queued]

    def refunded(self, since: datetime) -> list[RefundedPayment]:
        return list(dict.fromkeys(RefundedPayment(**row._mapping) for row in self._rows(_REFUNDED, since=since)))

    def sent(self, since: datetime, before: datetime) -> list[SentMail]:
        rows = self._rows(_SENT, since=since, before=before)
        return [SentMail(mail_id=row.id, message_id=row.provider_message_id) for row in rows]

    def _rows(self, statement: Select[Any], **parameters: datetime) -> list[Any]:
        with self._engine.connect() as connection:
            return list(connection.execute(statement, parameters))
