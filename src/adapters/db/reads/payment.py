"""Shapes of payment sessions and payments."""

from __future__ import annotations

from adapters.db import tables
from adapters.db.reads.filters import each
from adapters.db.reads.shape import Shape, columns, everything, to_one
from adapters.db.reads.shop import CURRENCY
from core.domain.cart import PaymentSessionNotFound
from core.domain.payment import PaymentNotFound


def _order() -> Shape:
    from adapters.db.reads.order import ORDER

    return ORDER


def _cart() -> Shape:
    from adapters.db.reads.cart import CART

    return CART


def _swap() -> Shape:
    from adapters.db.reads.returning import SWAP

    return SWAP


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

PAYMENT: Shape = Shape(
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
    relations={
        "order": to_one(_order, "order_id"),
        "cart": to_one(_cart, "cart_id"),
        "swap": to_one(_swap, "swap_id"),
        "currency": to_one(lambda: CURRENCY, "currency_code", there="code"),
    },
    filters=each("id", "order_id", "cart_id", "provider_id"),
    # The store comes to payments from their cart, order or swap.
    admin_only=frozenset({"order", "cart", "swap", "currency"}),
    visible=everything,
    missing=(PaymentNotFound, "Payment with id {} was not found"),
)
