"""Shapes of orders and everything they own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, String, cast, false, func, null, or_, select, union

from adapters.db import tables
from adapters.db.reads.absent import none_of
from adapters.db.reads.cart import ORDERED_CART, TOTALS
from adapters.db.reads.customer import ADDRESS, BUYER
from adapters.db.reads.discount import USED_DISCOUNT
from adapters.db.reads.filters import by, contains, each, search
from adapters.db.reads.gift_card import GIFT_CARD_TRANSACTION, PAID_WITH, PAYING_GIFT_CARD
from adapters.db.reads.lines import (
    LINE_COLUMNS,
    METHOD_COLUMNS,
    METHOD_CONSTANTS,
    OWNED_LINE_CONSTANTS,
    REFUNDABLE,
    line_relations,
    method_relations,
)
from adapters.db.reads.order_edit import ORDER_EDIT
from adapters.db.reads.payment import PAYMENT
from adapters.db.reads.region import REGION
from adapters.db.reads.returning import RETURN, SWAP
from adapters.db.reads.shape import (
    Relation,
    Shape,
    Through,
    View,
    columns,
    everything,
    id_if,
    to_one,
    undeleted,
)
from adapters.db.reads.shop import CURRENCY, FULFILLMENT_PROVIDER, SALES_CHANNEL
from adapters.db.reads.tracking import tracking_numbers
from adapters.db.search.fragments import Anywhere, among_few, holding
from core.domain.order import OrderNotFound


def _cart_of_order(method: FromClause) -> ColumnElement[Any]:
    orders = tables.orders
    return select(orders.c.cart_id).where(orders.c.id == method.c.order_id).scalar_subquery()


ORDER_LINE = Shape(
    name="order_item",
    eager=("variant", "tax_lines", "adjustments"),
    table=tables.order_items,
    columns=columns(
        *LINE_COLUMNS, "cart_id", "order_id", "swap_id", "fulfilled_quantity", "returned_quantity", "shipped_quantity"
    ),
    hidden=columns("position", "deleted_at"),
    constants=OWNED_LINE_CONSTANTS,
    computed=(REFUNDABLE,),
    relations=line_relations("order_item", tables.order_item_adjustments, tables.order_item_tax_lines),
    visible=everything,
)

ORDER_METHOD = Shape(
    name="order_shipping_method",
    eager=("shipping_option", "tax_lines"),
    table=tables.order_shipping_methods,
    columns=columns(*METHOD_COLUMNS, "order_id", cart_id=_cart_of_order),
    hidden=columns("position"),
    constants=METHOD_CONSTANTS,
    relations=method_relations("order_shipping_method", tables.order_shipping_method_tax_lines),
    visible=everything,
)


def _staff_only(table: FromClause, view: View) -> Sequence[ColumnElement[bool]]:
    return (false(),) if view.is_store else ()


REFUND_LINE = Shape(
    name="refund_item",
    table=tables.refund_items,
    columns=columns("item_id", "quantity"),
    hidden=columns("id", "refund_id", "position"),
    visible=everything,
)

REFUND = Shape(
    name="refund",
    table=tables.refunds,
    columns=columns(
        "id",
        "order_id",
        "payment_id",
        "amount",
        "note",
        "reason",
        "created_at",
        "updated_at",
        "metadata",
        "idempotency_key",
        status="state",
    ),
    hidden=columns("position"),
    relations={"items": Relation(shape=lambda: REFUND_LINE, there="refund_id", order=("position", "id"))},
    filters=each("id", "order_id", "payment_id", "amount"),
    visible=everything,
)

FULFILLMENT_ITEM = Shape(
    name="fulfillment_item",
    table=tables.fulfillment_items,
    columns=columns("fulfillment_id", "item_id", "quantity"),
    hidden=columns("id", "position"),
    relations={"item": to_one(lambda: ORDER_LINE, "item_id")},
    visible=everything,
)

TRACKING_LINK = Shape(
    name="tracking_link",
    table=tables.tracking_links,
    columns=columns(
        "id", "url", "tracking_number", "fulfillment_id", "created_at", "updated_at", "deleted_at", "metadata"
    ),
    hidden=columns("position"),
    constants={"idempotency_key": None},
)

FULFILLMENT = Shape(
    name="fulfillment",
    eager=("items",),
    table=tables.fulfillments,
    columns=columns(
        "id",
        "order_id",
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
    constants=dict.fromkeys(("claim_order_id", "swap_id", "location_id", "idempotency_key")),
    computed=(tracking_numbers(tables.tracking_links),),
    relations={
        "items": Relation(shape=lambda: FULFILLMENT_ITEM, there="fulfillment_id", order=("position", "id")),
        "tracking_links": Relation(shape=lambda: TRACKING_LINK, there="fulfillment_id", order=("position", "id")),
        "provider": to_one(lambda: FULFILLMENT_PROVIDER, "provider_id"),
    },
    visible=everything,
)


# The shop's own, not Medusa's; a buyer who disputes knows it from the bank.
DISPUTE = Shape(
    name="dispute",
    table=tables.disputes,
    columns=columns(
        "id",
        "order_id",
        "payment_id",
        "provider_dispute_id",
        "amount",
        "currency_code",
        "reason",
        "opened_at",
        "closed_at",
        status="state",
    ),
    hidden=columns("position"),
    visible=_staff_only,
)


def _none_of_these(names: str) -> dict[str, Any]:
    return dict.fromkeys(names.split(), lambda table: null())


# This shop keeps no claims; clients written for Medusa ask for what hangs on them all the same.
CLAIM_IMAGE = Shape(
    name="claim_image",
    columns=_none_of_these("id claim_item_id url created_at updated_at deleted_at metadata"),
)
CLAIM_ITEM = Shape(
    name="claim_item",
    columns=_none_of_these(
        "id claim_order_id item_id variant_id reason note quantity created_at updated_at deleted_at metadata"
    ),
    relations={"item": Relation(shape=lambda: ORDER_LINE), "images": Relation(shape=lambda: CLAIM_IMAGE)},
)
CLAIM = Shape(
    name="claim_order",
    columns=_none_of_these(
        "id payment_status fulfillment_status type order_id shipping_address_id refund_amount canceled_at"
        " no_notification created_at updated_at deleted_at metadata idempotency_key"
    ),
    relations={
        "additional_items": Relation(shape=lambda: ORDER_LINE),
        "claim_items": Relation(shape=lambda: CLAIM_ITEM),
        "fulfillments": Relation(shape=lambda: FULFILLMENT),
        "return_order": Relation(shape=lambda: RETURN),
        "shipping_address": Relation(shape=lambda: ADDRESS),
        "shipping_methods": Relation(shape=lambda: ORDER_METHOD),
    },
)


def _ordered(line: FromClause, view: View) -> Sequence[ColumnElement[bool]]:
    """Neither taken off the order nor sent by one of its swaps, which show their lines themselves."""
    return (*undeleted(line, view), line.c.swap_id.is_(None))


def _returnable(line: FromClause, view: View) -> Sequence[ColumnElement[bool]]:
    """As Medusa counts: what was sent, by swaps too, and has not come back."""
    return (func.coalesce(line.c.returned_quantity, 0) < func.coalesce(line.c.shipped_quantity, 0),)


def _customer_of(order: FromClause) -> Select[Any]:
    return select(tables.customers).where(tables.customers.c.id == order.c.customer_id)


def _address_of(order: FromClause) -> Select[Any]:
    return select(tables.addresses).where(tables.addresses.c.id == order.c.shipping_address_id)


_NAMES = ("first_name", "last_name", "phone")
_LOOKED_FOR = search(
    lambda order: order.c.email,
    lambda order: cast(order.c.display_id, String),
    related=[(_address_of, _NAMES), (_customer_of, _NAMES)],
)


def _of_text(table: FromClause, text: str) -> ColumnElement[bool]:
    orders, customers = tables.orders.c, tables.customers.c
    named = or_(*(contains(customers[name], text) for name in _NAMES))  # the text has the e-mail address too
    buyers = select(customers.id).where(holding(customers.id, "customer", text), named)
    itself = select(orders.id).where(holding(orders.id, "order", text))
    bought = select(orders.id).where(among_few(orders.customer_id, buyers))
    return among_few(table.c.id, union(itself, bought))


ORDER = Shape(
    name="order",
    table=tables.orders,
    columns=columns(
        "id",
        "status",
        "fulfillment_status",
        "payment_status",
        "display_id",
        "cart_id",
        "customer_id",
        "email",
        "billing_address_id",
        "shipping_address_id",
        "region_id",
        "currency_code",
        "sales_channel_id",
        "canceled_at",
        "created_at",
        "updated_at",
        "metadata",
        "no_notification",
        "external_id",
        *TOTALS,
        "paid_total",
        "refunded_total",
        "refundable_amount",
    ),
    hidden=columns(_capture_error="capture_error", _placed_at="placed_at", _discounted=id_if("has_discounts")),
    constants={"object": "order", **dict.fromkeys(("tax_rate", "draft_order_id", "idempotency_key"))},
    relations={
        "customer": BUYER,
        "billing_address": to_one(lambda: ADDRESS, "billing_address_id", visible=everything),
        "shipping_address": to_one(lambda: ADDRESS, "shipping_address_id", visible=everything),
        "region": to_one(lambda: REGION, "region_id", visible=everything),
        "currency": to_one(lambda: CURRENCY, "currency_code", there="code"),
        "sales_channel": to_one(lambda: SALES_CHANNEL, "sales_channel_id", visible=everything),
        "items": Relation(shape=lambda: ORDER_LINE, there="order_id", order=("position", "id"), visible=_ordered),
        "shipping_methods": Relation(
            shape=lambda: ORDER_METHOD, there="order_id", order=("position", "id"), rare=True
        ),
        "payments": Relation(shape=lambda: PAYMENT, there="order_id", order=("position", "id")),
        "refunds": Relation(shape=lambda: REFUND, there="order_id", order=("position", "id"), rare=True),
        "disputes": Relation(shape=lambda: DISPUTE, there="order_id", order=("position", "id"), rare=True),
        "fulfillments": Relation(shape=lambda: FULFILLMENT, there="order_id", order=("position", "id"), rare=True),
        "discounts": Relation(
            here="_discounted",
            shape=lambda: USED_DISCOUNT,
            through=Through(table=tables.order_discounts, here="order_id", there="discount_id"),
        ),
        "gift_cards": Relation(
            shape=lambda: PAYING_GIFT_CARD,
            through=Through(table=PAID_WITH, here="order_id", there="gift_card_id"),
            rare=True,
        ),
        "gift_card_transactions": Relation(
            shape=lambda: GIFT_CARD_TRANSACTION, there="order_id", order=("created_at", "gift_card_id"), rare=True
        ),
        "returns": Relation(shape=lambda: RETURN, there="order_id", order=("created_at", "id"), rare=True),
        "edits": Relation(shape=lambda: ORDER_EDIT, there="order_id", order=("created_at", "id"), rare=True),
        "swaps": Relation(shape=lambda: SWAP, there="order_id", order=("created_at", "id"), rare=True),
        "claims": none_of(CLAIM),
        "cart": to_one(lambda: ORDERED_CART, "cart_id", visible=everything),
        "returnable_items": Relation(
            shape=lambda: ORDER_LINE, there="order_id", order=("position", "id"), visible=_returnable
        ),
    },
    filters={
        **each("id", "status", "fulfillment_status", "payment_status", "display_id", "cart_id", "customer_id"),
        **each("email", "region_id", "currency_code", "sales_channel_id", "external_id"),
        **each("created_at", "updated_at", "canceled_at"),
        "tax_rate": by(lambda order: null()),
        "q": Anywhere("order", _of_text, _LOOKED_FOR),
    },
    admin_only=frozenset({"edits", "cart"}),
    visible=everything,
    missing=(OrderNotFound, "Order with id {} was not found"),
)
