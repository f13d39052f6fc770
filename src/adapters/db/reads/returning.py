"""Shapes of returns, the reasons for them, and swaps."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, FromClause, func, select

from adapters.db import tables
from adapters.db.reads.customer import ADDRESS
from adapters.db.reads.filters import each
from adapters.db.reads.lines import (
    LINE_COLUMNS,
    METHOD_COLUMNS,
    METHOD_CONSTANTS,
    OWNED_LINE_CONSTANTS,
    REFUNDABLE,
    line_relations,
    method_relations,
)
from adapters.db.reads.payment import PAYMENT
from adapters.db.reads.shape import (
    Relation,
    Shape,
    columns,
    everything,
    to_one,
)
from adapters.db.reads.shop import FULFILLMENT_PROVIDER
from adapters.db.reads.tracking import tracking_numbers
from core.domain.return_reason import ReturnReasonNotFound
from core.domain.returns import ReturnNotFound
from core.domain.swap import SwapNotFound

# Orders and carts show returns and swaps, and the other way round.
_NOWHERE_ELSE = {"order_id": None, "cart_id": None}


def _order() -> Shape:
    from adapters.db.reads.order import ORDER

    return ORDER


def _order_line() -> Shape:
    from adapters.db.reads.order import ORDER_LINE

    return ORDER_LINE


def _cart() -> Shape:
    from adapters.db.reads.cart import CART

    return CART


RETURN_REASON: Shape = Shape(
    name="return_reason",
    table=tables.return_reasons,
    columns=columns(
        "id",
        "value",
        "label",
        "description",
        "parent_return_reason_id",
        "created_at",
        "updated_at",
        "deleted_at",
        "metadata",
    ),
    relations={
        "parent_return_reason": to_one(lambda: RETURN_REASON, "parent_return_reason_id"),
        "return_reason_children": Relation(
            shape=lambda: RETURN_REASON, there="parent_return_reason_id", order=("created_at", "id")
        ),
    },
    filters=each("id", "value", "label", "parent_return_reason_id"),
    missing=(ReturnReasonNotFound, "Return Reason with id: {} was not found."),
)

RETURN_ITEM = Shape(
    name="return_item",
    table=tables.return_items,
    columns=columns(
        "return_id",
        "item_id",
        "quantity",
        "is_requested",
        "requested_quantity",
        "received_quantity",
        "reason_id",
        "note",
        "metadata",
    ),
    hidden=columns("id", "position"),
    relations={
        "reason": to_one(lambda: RETURN_REASON, "reason_id", visible=everything),
        "item": to_one(_order_line, "item_id"),
    },
    visible=everything,
)

RETURN_METHOD = Shape(
    name="return_shipping_method",
    eager=("shipping_option",),
    table=tables.return_shipping_methods,
    columns=columns(*METHOD_COLUMNS, "return_id"),
    hidden=columns("position"),
    constants={**{name: value for name, value in METHOD_CONSTANTS.items() if name != "return_id"}, **_NOWHERE_ELSE},
    relations=method_relations("return_shipping_method", tables.return_shipping_method_tax_lines),
    visible=everything,
)

RETURN = Shape(
    name="return",
    eager=("items",),
    table=tables.returns,
    columns=columns(
        "id",
        "status",
        "swap_id",
        "order_id",
        "shipping_data",
        "refund_amount",
        "received_at",
        "no_notification",
        "created_at",
        "updated_at",
        "metadata",
    ),
    constants=dict.fromkeys(("claim_order_id", "location_id", "idempotency_key")),
    relations={
        "items": Relation(shape=lambda: RETURN_ITEM, there="return_id", order=("position", "id")),
        "shipping_method": Relation(shape=lambda: RETURN_METHOD, there="return_id", many=False),
        "order": to_one(_order, "order_id"),
        "swap": to_one(lambda: SWAP, "swap_id"),
    },
    filters=each("id", "status", "order_id", "swap_id", "created_at", "updated_at"),
    visible=everything,
    missing=(ReturnNotFound, "Return with id: {} was not found"),
)

SWAP_LINE = Shape(
    name="swap_item",
    eager=("variant",),
    table=tables.order_items,
    columns=columns(
        *LINE_COLUMNS, "cart_id", "swap_id", "fulfilled_quantity", "returned_quantity", "shipped_quantity"
    ),
    hidden=columns("position", "deleted_at"),
    constants={**OWNED_LINE_CONSTANTS, "order_id": None},
    computed=(REFUNDABLE,),
    relations=line_relations("swap_item", tables.order_item_adjustments, tables.order_item_tax_lines),
    visible=everything,
)

SWAP_FULFILLMENT_ITEM = Shape(
    name="swap_fulfillment_item",
    table=tables.swap_fulfillment_items,
    columns=columns("fulfillment_id", "item_id", "quantity"),
    hidden=columns("id", "position"),
    relations={"item": to_one(lambda: SWAP_LINE, "item_id")},
    visible=everything,
)

SWAP_TRACKING_LINK = Shape(
    name="swap_tracking_link",
    table=tables.swap_tracking_links,
    columns=columns(
        "id", "url", "tracking_number", "fulfillment_id", "created_at", "updated_at", "deleted_at", "metadata"
    ),
    hidden=columns("position"),
    constants={"idempotency_key": None},
)

SWAP_FULFILLMENT = Shape(
    name="swap_fulfillment",
    eager=("items",),
    table=tables.swap_fulfillments,
    columns=columns(
        "id",
        "swap_id",
        "provider_id",
        "data",
        "no_notification",
        "shipped_at",
        "canceled_at",
        "created_at",
        "updated_at",
        "metadata",
    ),
    hidden=columns("position"),
    constants=dict.fromkeys(("claim_order_id", "order_id", "location_id", "idempotency_key")),
    computed=(tracking_numbers(tables.swap_tracking_links),),
    relations={
        "items": Relation(shape=lambda: SWAP_FULFILLMENT_ITEM, there="fulfillment_id", order=("position", "id")),
        "tracking_links": Relation(
            shape=lambda: SWAP_TRACKING_LINK, there="fulfillment_id", order=("position", "id")
        ),
        "provider": to_one(lambda: FULFILLMENT_PROVIDER, "provider_id"),
    },
    visible=everything,
)

SWAP_METHOD = Shape(
    name="swap_shipping_method",
    eager=("shipping_option",),
    table=tables.swap_shipping_methods,
    columns=columns(*METHOD_COLUMNS, "swap_id"),
    hidden=columns("position"),
    constants={**{name: value for name, value in METHOD_CONSTANTS.items() if name != "swap_id"}, **_NOWHERE_ELSE},
    relations=method_relations("swap_shipping_method", tables.swap_shipping_method_tax_lines),
    visible=everything,
)


def _paid(swap: FromClause, payment: FromClause) -> ColumnElement[Any]:
    payments = tables.payments.alias("of_swap")
    newest = select(func.max(payments.c.id)).where(
        payments.c.swap_id == swap.c.id, payments.c.order_id == swap.c.order_id
    )
    return payment.c.id == newest.scalar_subquery()


SWAP: Shape = Shape(
    name="swap",
    table=tables.swaps,
    columns=columns(
        "id",
        "fulfillment_status",
        "payment_status",
        "order_id",
        "difference_due",
        "shipping_address_id",
        "cart_id",
        "confirmed_at",
        "canceled_at",
        "no_notification",
        "allow_backorder",
        "created_at",
        "updated_at",
        "deleted_at",
        "metadata",
    ),
    constants={"idempotency_key": None},
    relations={
        "order": to_one(_order, "order_id"),
        "additional_items": Relation(shape=lambda: SWAP_LINE, there="swap_id", order=("position", "id")),
        "return_order": Relation(shape=lambda: RETURN, there="swap_id", many=False),
        "fulfillments": Relation(shape=lambda: SWAP_FULFILLMENT, there="swap_id", order=("position", "id")),
        "payment": Relation(shape=lambda: PAYMENT, many=False, on=_paid),
        "shipping_address": to_one(lambda: ADDRESS, "shipping_address_id", visible=everything),
        "shipping_methods": Relation(shape=lambda: SWAP_METHOD, there="swap_id", order=("position", "id")),
        "cart": to_one(_cart, "cart_id"),
    },
    filters=each("id", "order_id", "cart_id", "payment_status", "fulfillment_status", "created_at", "updated_at"),
    missing=(SwapNotFound, "Swap was not found"),
)
