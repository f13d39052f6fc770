"""Shapes of order edits and payment collections."""

from __future__ import annotations

from sqlalchemy import ColumnElement, FromClause, String, case, literal

from adapters.db import tables
from adapters.db.reads.cart import TOTALS
from adapters.db.reads.filters import each, search
from adapters.db.reads.lines import LINE_COLUMNS, LINE_CONSTANTS, line_relations
from adapters.db.reads.payment import PAYMENT
from adapters.db.reads.region import REGION
from adapters.db.reads.shape import Relation, Shape, columns, everything, to_one
from adapters.db.reads.shop import CURRENCY
from core.domain.order_edit import EditStatus, OrderEditNotFound
from core.domain.payment_collection import CollectionSessionMissing, PaymentCollectionNotFound


def _order() -> Shape:
    from adapters.db.reads.order import ORDER

    return ORDER


def _order_line() -> Shape:
    from adapters.db.reads.order import ORDER_LINE

    return ORDER_LINE


def _status(edit: FromClause) -> ColumnElement[str]:
    """As the aggregate derives it."""
    moments = {
        "canceled_at": EditStatus.CANCELED,
        "confirmed_at": EditStatus.CONFIRMED,
        "declined_at": EditStatus.DECLINED,
        "requested_at": EditStatus.REQUESTED,
    }
    whens = [(edit.c[name].is_not(None), literal(str(status), String)) for name, status in moments.items()]
    return case(*whens, else_=literal(str(EditStatus.CREATED), String))


COLLECTION_SESSION = Shape(
    name="payment_collection_session",
    table=tables.payment_collection_sessions,
    columns=columns(
        "id",
        "provider_id",
        "is_initiated",
        "status",
        "data",
        "amount",
        "payment_authorized_at",
        "created_at",
        "updated_at",
    ),
    hidden=columns("payment_collection_id", "position"),
    constants={"cart_id": None, "is_selected": None, "idempotency_key": None},
    filters=each("id"),
    visible=everything,
    missing=(CollectionSessionMissing, "Payment collection related to Payment Session id {} was not found"),
)

PAYMENT_COLLECTION = Shape(
    name="payment_collection",
    table=tables.payment_collections,
    columns=columns(
        "id",
        "type",
        "status",
        "description",
        "amount",
        "authorized_amount",
        "region_id",
        "currency_code",
        "created_by",
        "created_at",
        "updated_at",
        "deleted_at",
        "metadata",
    ),
    relations={
        "region": to_one(lambda: REGION, "region_id", visible=everything),
        "currency": to_one(lambda: CURRENCY, "currency_code", there="code"),
        "payment_sessions": Relation(
            shape=lambda: COLLECTION_SESSION, there="payment_collection_id", order=("position", "id")
        ),
        "payments": Relation(shape=lambda: PAYMENT, there="payment_collection_id", order=("id",)),
    },
    filters=each("id", "status"),
    admin_only=frozenset({"created_by"}),
    missing=(PaymentCollectionNotFound, "Payment collection with id {} was not found"),
)

EDITED_LINE = Shape(
    name="order_edit_item",
    table=tables.order_edit_items,
    columns=columns(
        *LINE_COLUMNS,
        "order_edit_id",
        "original_item_id",
        "fulfilled_quantity",
        "returned_quantity",
        "shipped_quantity",
    ),
    hidden=columns("position"),
    constants={
        **{
            name: value for name, value in LINE_CONSTANTS.items() if name not in ("order_edit_id", "original_item_id")
        },
        "cart_id": None,
        "order_id": None,
    },
    relations=line_relations("order_edit_item", tables.order_edit_item_adjustments, tables.order_edit_item_tax_lines),
    visible=everything,
)

ITEM_CHANGE = Shape(
    name="order_item_change",
    table=tables.order_item_changes,
    columns=columns(
        "id", "type", "order_edit_id", "original_line_item_id", "line_item_id", "created_at", "updated_at"
    ),
    hidden=columns("position"),
    constants={"deleted_at": None},
    relations={
        "line_item": to_one(lambda: EDITED_LINE, "line_item_id"),
        "original_line_item": to_one(_order_line, "original_line_item_id"),
    },
    visible=everything,
)

ORDER_EDIT = Shape(
    name="order_edit",
    table=tables.order_edits,
    columns=columns(
        "id",
        "order_id",
        "internal_note",
        "created_by",
        "requested_by",
        "requested_at",
        "confirmed_by",
        "confirmed_at",
        "declined_by",
        "declined_reason",
        "declined_at",
        "canceled_by",
        "canceled_at",
        "payment_collection_id",
        "created_at",
        *TOTALS,
        "difference_due",
        status=_status,
    ),
    relations={
        "order": to_one(_order, "order_id"),
        "changes": Relation(shape=lambda: ITEM_CHANGE, there="order_edit_id", order=("position", "id")),
        "items": Relation(shape=lambda: EDITED_LINE, there="order_edit_id", order=("position", "id")),
        "payment_collection": to_one(lambda: PAYMENT_COLLECTION, "payment_collection_id"),
    },
    filters={**each("id", "order_id"), "q": search(lambda edit: edit.c.internal_note)},
    admin_only=frozenset({"internal_note", "created_by", "confirmed_by", "canceled_by"}),
    missing=(OrderEditNotFound, "Order edit with id {} was not found"),
)
