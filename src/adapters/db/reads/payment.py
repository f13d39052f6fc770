"""Shapes of payment sessions and payments."""

from __future__ import annotations

from adapters.db import tables
from adapters.db.reads.filters import each
from adapters.db.reads.shape import Shape, columns, everything
from core.domain.cart import PaymentSessionNotFound
from core.domain.errors import NotFound

PAYMENT_SESSION = Shape(
    name="payment_session",
    table=tables.payment_sessions,
    columns=columns(
        "id",
        "cart_id",
        "provider_id",
        "is_selected",
        "is_initiated",
        "status",
        "data",
        "amount",
        "payment_authorized_at",
        "created_at",
        "updated_at",
    ),
    hidden=columns("position"),
    constants={"idempotency_key": None},
    filters=each("id", "cart_id", "provider_id", "status", "is_selected"),
    visible=everything,
    missing=(PaymentSessionNotFound, "Payment session with id: {} was not found"),
)

PAYMENT = Shape(
    name="payment",
    table=tables.payments,
    columns=columns(
        "id",
        "cart_id",
        "order_id",
        "swap_id",
        "amount",
        "currency_code",
        "amount_refunded",
        "provider_id",
        "data",
        "captured_at",
        "canceled_at",
        "created_at",
        "updated_at",
        "metadata",
        "idempotency_key",
    ),
    hidden=columns("payment_collection_id", "position"),
    filters=each("id", "order_id", "cart_id", "provider_id"),
    visible=everything,
    missing=(NotFound, "Payment with {} was not found"),
)
