"""Shapes of carts and what they hold."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, FromClause, func, select

from adapters.db import tables
from adapters.db.reads.customer import ADDRESS, BUYER
from adapters.db.reads.discount import DISCOUNT
from adapters.db.reads.filters import each
from adapters.db.reads.gift_card import GIFT_CARD
from adapters.db.reads.lines import (
    LINE_COLUMNS,
    LINE_CONSTANTS,
    METHOD_COLUMNS,
    METHOD_CONSTANTS,
    line_relations,
    method_relations,
)
from adapters.db.reads.payment import PAYMENT, PAYMENT_SESSION
from adapters.db.reads.region import REGION
from adapters.db.reads.shape import Relation, Shape, Through, columns, everything, id_if, to_one
from adapters.db.reads.shop import SALES_CHANNEL, STAMPS
from core.domain.cart import CartNotFound

TOTALS = (
    "subtotal",
    "discount_total",
    "shipping_total",
    "item_tax_total",
    "shipping_tax_total",
    "tax_total",
    "gift_card_total",
    "gift_card_tax_total",
    "total",
)


def _order_of_cart(line: FromClause) -> ColumnElement[Any]:
    # Medusa shares one row between cart and order, so lines of a completed cart name its order.
    carts = tables.carts
    return select(carts.c.order_id).where(carts.c.id == line.c.cart_id).scalar_subquery()


CART_LINE = Shape(
    name="line_item",
    table=tables.line_items,
    columns=columns(*LINE_COLUMNS, "cart_id", order_id=_order_of_cart),
    hidden=columns("position"),
    constants={**LINE_CONSTANTS, "fulfilled_quantity": None, "returned_quantity": None, "shipped_quantity": None},
    relations=line_relations("line_item", tables.line_item_adjustments, tables.line_item_tax_lines),
    visible=everything,
)

CART_METHOD = Shape(
    name="shipping_method",
    table=tables.shipping_methods,
    columns=columns(*METHOD_COLUMNS, "cart_id", order_id=_order_of_cart),
    hidden=columns("position"),
    constants=METHOD_CONSTANTS,
    relations=method_relations("shipping_method", tables.shipping_method_tax_lines),
    visible=everything,
)


def _payment_of(cart: FromClause) -> ColumnElement[Any]:
    payments = tables.payments.alias("of_cart")
    stands = select(func.min(payments.c.id)).where(
        payments.c.order_id == cart.c.order_id, payments.c.canceled_at.is_(None)
    )
    return stands.scalar_subquery()


def _selected(cart: FromClause, session: FromClause) -> ColumnElement[bool]:
    sessions = tables.payment_sessions.alias("of_cart")
    selected = select(func.min(sessions.c.id)).where(
        sessions.c.cart_id == cart.c.id, sessions.c.is_selected.is_(True)
    )
    return session.c.id == selected.scalar_subquery()


CART = Shape(
    name="cart",
    table=tables.carts,
    columns=columns(
        "id",
        "email",
        "billing_address_id",
        "shipping_address_id",
        "region_id",
        "customer_id",
        "type",
        "completed_at",
        "payment_authorized_at",
        "sales_channel_id",
        *STAMPS,
        "metadata",
        "context",
        *TOTALS,
        payment_id=_payment_of,
    ),
    hidden=columns(
        _discounted=id_if("has_discounts"),
        _currency_code="currency_code",
        _order_id="order_id",
        _attempt_id="attempt_id",
        _pricing_epoch="pricing_epoch",
        _stale_at="stale_at",
    ),
    constants={"object": "cart", "idempotency_key": None},
    relations={
        "items": Relation(shape=lambda: CART_LINE, there="cart_id", order=("position", "id")),
        "region": to_one(lambda: REGION, "region_id", visible=everything),
        "shipping_address": to_one(lambda: ADDRESS, "shipping_address_id", visible=everything),
        "billing_address": to_one(lambda: ADDRESS, "billing_address_id", visible=everything),
        "customer": BUYER,
        "payment_sessions": Relation(
            shape=lambda: PAYMENT_SESSION, there="cart_id", order=("position", "id"), rare=True
        ),
        "payment_session": Relation(shape=lambda: PAYMENT_SESSION, many=False, on=_selected, omitted=True),
        "payment": Relation(
            shape=lambda: PAYMENT, many=False, on=lambda cart, payment: payment.c.id == _payment_of(cart)
        ),
        "shipping_methods": Relation(shape=lambda: CART_METHOD, there="cart_id", order=("position", "id"), rare=True),
        "sales_channel": to_one(lambda: SALES_CHANNEL, "sales_channel_id", visible=everything),
        "discounts": Relation(
            here="_discounted",
            shape=lambda: DISCOUNT,
            through=Through(table=tables.cart_discounts, here="cart_id", there="discount_id"),
        ),
        "gift_cards": Relation(
            shape=lambda: GIFT_CARD,
            through=Through(table=tables.cart_gift_cards, here="cart_id", there="gift_card_id"),
            visible=everything,
            rare=True,
        ),
    },
    filters=each(
        "id",
        "email",
        "customer_id",
        "region_id",
        "sales_channel_id",
        "type",
        "completed_at",
        "created_at",
        "updated_at",
    ),
    missing=(CartNotFound, "Cart with {} was not found"),
)

# As staff see it from its order, where how it was paid is told by payments: sessions hold what opens them.
ORDERED_CART = replace(
    CART,
    name="ordered_cart",
    relations={name: to for name, to in CART.relations.items() if not name.startswith("payment_session")},
)
