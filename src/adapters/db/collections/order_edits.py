"""Order edits and payment collections, as rows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select

from adapters.db.collections.collection import SqlCollection, roots
from adapters.db.mapping import Many, Mapper
from adapters.db.tables import (
    order_edit_item_adjustments,
    order_edit_item_tax_lines,
    order_edit_items,
    order_edits,
    order_item_changes,
    payment_collection_sessions,
    payment_collections,
    payments,
)
from core.domain.lines import Adjustment
from core.domain.order_edit import EditedLine, ItemChange, OrderEdit, OrderEditNotFound
from core.domain.payment import Payment
from core.domain.payment_collection import CollectionSession, PaymentCollection, PaymentCollectionNotFound
from core.domain.tax import TaxLine


def _part(entity: type[Any], table: Any, parent: str) -> Mapper[Any]:
    return Mapper(entity, table, skipped=(), given=(parent,))


_LINE = Mapper(
    EditedLine,
    order_edit_items,
    many=(
        Many(field="tax_lines", mapper=_part(TaxLine, order_edit_item_tax_lines, "item_id"), parent="item_id"),
        Many(field="adjustments", mapper=_part(Adjustment, order_edit_item_adjustments, "item_id"), parent="item_id"),
    ),
    skipped=(),
    given=("order_edit_id",),
)

ORDER_EDIT = Mapper(
    OrderEdit,
    order_edits,
    many=(
        Many(field="items", mapper=_LINE, parent="order_edit_id"),
        Many(field="changes", mapper=_part(ItemChange, order_item_changes, "order_edit_id"), parent="order_edit_id"),
    ),
    flat=("totals",),
)

COLLECTION_SESSION = Mapper(
    CollectionSession,
    payment_collection_sessions,
    absent=("return_url", "cancel_url", "metadata"),  # told to sessions of carts
    skipped=(),
    given=("payment_collection_id",),
)

# What the order has taken over is the order's; deletions are written before insertions, so the row moves.
PAYMENT_COLLECTION = Mapper(
    PaymentCollection,
    payment_collections,
    many=(
        Many(
            field="payment_sessions",
            mapper=COLLECTION_SESSION,
            parent="payment_collection_id",
        ),
        Many(
            field="payments",
            mapper=_part(Payment, payments, "order_id"),
            parent="payment_collection_id",
            where=payments.c.order_id.is_(None),
        ),
    ),
)

_ACTIVE = roots(
    ORDER_EDIT,
    order_edits.c.order_id == bindparam("order_id"),
    order_edits.c.confirmed_at.is_(None),
    order_edits.c.declined_at.is_(None),
    order_edits.c.canceled_at.is_(None),
)
_BY_COLLECTION = roots(ORDER_EDIT, order_edits.c.payment_collection_id == bindparam("collection_id"))
_ORDER_OF_EDIT = select(order_edits.c.order_id).where(order_edits.c.id == bindparam("id"))
_EDIT_OF_LINE = select(order_edit_items.c.order_edit_id).where(order_edit_items.c.id == bindparam("id"))
_ORDER_OF_COLLECTION = select(payment_collections.c.order_id).where(payment_collections.c.id == bindparam("id"))
_BY_PAYMENT = select(payment_collection_sessions.c.payment_collection_id).where(
    payment_collection_sessions.c.provider_id == bindparam("provider_id"),
    payment_collection_sessions.c.reference == bindparam("reference"),
)

_OF_PAYMENT = select(payments.c.payment_collection_id).where(
    payments.c.id == bindparam("payment_id"), payments.c.order_id.is_(None)
)


class SqlOrderEdits(SqlCollection[OrderEdit]):
    mapper = ORDER_EDIT
    missing = OrderEditNotFound
    label = "Order edit"

    def order_of(self, id: str) -> str | None:
        rows = self._transaction.rows(_ORDER_OF_EDIT, {"id": id})
        return rows[0]["order_id"] if rows else None

    def of_line(self, line_id: str) -> str | None:
        rows = self._transaction.rows(_EDIT_OF_LINE, {"id": line_id})
        return rows[0]["order_edit_id"] if rows else None

    def active_of(self, order_id: str) -> OrderEdit | None:
        return self._first(_ACTIVE, {"order_id": order_id})

    def of_collection(self, collection_id: str) -> OrderEdit | None:
        return self._first(_BY_COLLECTION, {"collection_id": collection_id})


class SqlPaymentCollections(SqlCollection[PaymentCollection]):
    mapper = PAYMENT_COLLECTION
    missing = PaymentCollectionNotFound
    label = "Payment collection"

    def order_of(self, id: str) -> str | None:
        rows = self._transaction.rows(_ORDER_OF_COLLECTION, {"id": id})
        return rows[0]["order_id"] if rows else None

    def by_payment(self, provider_id: str, reference: str) -> str | None:
        rows = self._transaction.rows(_BY_PAYMENT, {"provider_id": provider_id, "reference": reference})
        return rows[0]["payment_collection_id"] if rows else None

    def of_payment(self, payment_id: str) -> str | None:
        rows = self._transaction.rows(_OF_PAYMENT, {"payment_id": payment_id})
        return rows[0]["payment_collection_id"] if rows else None
