"""The shape of what was written to people, as Medusa's notifications. Neither letters nor tokens are kept,
so there is nothing secret to show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, case, func, select

from adapters.db import tables
from adapters.db.reads.customer import BUYER
from adapters.db.reads.filters import by, each
from adapters.db.reads.shape import Computed, Facts, Relation, Shape, columns, everything, to_one
from core.domain.mail import MailKind, MailNotFound
from ports.reads import Tree

EVENT_OF = {
    MailKind.INVITE: "invite.created",
    MailKind.ORDER: "order.placed",
    MailKind.DOWNLOADS: "order.downloads_granted",
    MailKind.REFUND: "order.refund_created",
    MailKind.CHECKOUT_REFUND: "cart.refund_due",
    MailKind.PASSWORD_RESET: "customer.password_reset",
    MailKind.PASSWORD_CHANGED: "customer.password_changed",
    MailKind.EMAIL_CHANGED: "customer.email_changed",
    MailKind.ORDER_CLAIM: "order-update-token.created",
    MailKind.GIFT_CARDS: "gift_card.created",
    MailKind.SHIPMENT: "order.shipment_created",
    MailKind.RETURN_REQUESTED: "order.return_requested",
    MailKind.RETURN_RECEIVED: "order.items_returned",
    MailKind.SWAP_CREATED: "swap.created",
    MailKind.SWAP_SHIPMENT: "swap.shipment_created",
    MailKind.ORDER_EDIT_REQUESTED: "order-edit.requested",
    MailKind.ORDER_EDIT_CONFIRMED: "order-edit.confirmed",
    MailKind.ORDER_EDIT_DECLINED: "order-edit.declined",
}
"""Medusa's words for what a mail tells, or ours where it has none."""

_ORDER, _CUSTOMER = "order", "customer"
RESOURCE_OF = {
    MailKind.INVITE: "invite",
    MailKind.ORDER: _ORDER,
    MailKind.DOWNLOADS: _ORDER,
    MailKind.REFUND: _ORDER,
    MailKind.CHECKOUT_REFUND: "payment_attempt",
    MailKind.PASSWORD_RESET: "mailbox_proof",
    MailKind.PASSWORD_CHANGED: _CUSTOMER,
    MailKind.EMAIL_CHANGED: _CUSTOMER,
    MailKind.ORDER_CLAIM: "mailbox_proof",
    MailKind.GIFT_CARDS: _ORDER,
    MailKind.SHIPMENT: _ORDER,
    MailKind.RETURN_REQUESTED: _ORDER,
    MailKind.RETURN_RECEIVED: _ORDER,
    MailKind.SWAP_CREATED: _ORDER,
    MailKind.SWAP_SHIPMENT: _ORDER,
    MailKind.ORDER_EDIT_REQUESTED: _ORDER,
    MailKind.ORDER_EDIT_CONFIRMED: _ORDER,
    MailKind.ORDER_EDIT_DECLINED: _ORDER,
}


def _word(words: Mapping[MailKind, str]) -> Any:
    return lambda mail: case({str(kind): word for kind, word in words.items()}, value=mail.c.kind, else_=mail.c.kind)


def _customer(mail: FromClause) -> ColumnElement[Any]:
    orders, customers = tables.orders, tables.customers
    of_order = select(orders.c.customer_id).where(orders.c.id == mail.c.subject_id).scalar_subquery()
    itself = select(customers.c.id).where(customers.c.id == mail.c.subject_id).scalar_subquery()
    return func.coalesce(of_order, itself)


def _data(rows: Sequence[Tree], facts: Facts) -> Iterable[Mapping[str, object]]:
    for row in rows:
        told = {name: row[name] for name in ("_kind", "_status", "_sent_at", "_error")}
        yield {"data": {name.removeprefix("_"): value for name, value in told.items()}}


_event, _resource = _word(EVENT_OF), _word(RESOURCE_OF)

NOTIFICATION: Shape = Shape(
    name="notification",
    table=tables.mails,
    columns=columns(
        "id",
        "to",
        "parent_id",
        "created_at",
        "updated_at",
        event_name=_event,
        resource_type=_resource,
        resource_id="subject_id",
        customer_id=_customer,
    ),
    hidden=columns(_kind="kind", _status="status", _sent_at="sent_at", _error="error"),
    constants={"provider_id": "email"},
    computed=(Computed(gives=("data",), needs=("_kind", "_status", "_sent_at", "_error"), compute=_data),),
    relations={
        "customer": BUYER,
        "parent_notification": to_one(lambda: NOTIFICATION, "parent_id"),
        "resends": Relation(shape=lambda: NOTIFICATION, there="parent_id", order=("created_at", "id")),
    },
    filters={
        **each("id", "to", "parent_id", "created_at", "updated_at"),
        "event_name": by(_event),
        "resource_type": by(_resource),
        "resource_id": by("subject_id"),
    },
    visible=everything,
    missing=(MailNotFound, "Notification with id: {} was not found"),
)
