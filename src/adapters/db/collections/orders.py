"""Orders, as rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, exists, func, or_, select, union

from adapters.db.collections.carts import ADDRESS
from adapters.db.collections.collection import SqlCollection, roots
from adapters.db.mapping import Links, Many, Mapper, One, Removal
from adapters.db.tables import (
    customers,
    disputes,
    downloads,
    fulfillment_items,
    fulfillments,
    order_discounts,
    order_item_adjustments,
    order_item_tax_lines,
    order_items,
    order_shipping_method_tax_lines,
    order_shipping_methods,
    orders,
    payments,
    refund_items,
    refunds,
    swaps,
    tracking_links,
)
from core.domain.dispute import Dispute
from core.domain.lines import Adjustment, ShippingMethod
from core.domain.order import (
    Fulfillment,
    FulfillmentItem,
    Order,
    OrderLine,
    OrderNotFound,
    TrackingLink,
)
from core.domain.payment import Payment, Refund, RefundLine
from core.domain.tax import TaxLine


def _part(entity: type[Any], table: Any, parent: str) -> Mapper[Any]:
    return Mapper(entity, table, skipped=(), given=(parent,))


_ORDER_LINE = Mapper(
    OrderLine,
    order_items,
    many=(
        Many(field="tax_lines", mapper=_part(TaxLine, order_item_tax_lines, "item_id"), parent="item_id"),
        Many(
            field="adjustments",
            mapper=_part(Adjustment, order_item_adjustments, "item_id"),
            parent="item_id",
            rare=True,
        ),
    ),
    skipped=(),
    given=("order_id", "swap_id", "cart_id"),
    removal=Removal.RETIRE,
)
_ON_ORDER = and_(order_items.c.deleted_at.is_(None), order_items.c.swap_id.is_(None))

_METHOD = Mapper(
    ShippingMethod,
    order_shipping_methods,
    many=(
        Many(
            field="tax_lines",
            mapper=_part(TaxLine, order_shipping_method_tax_lines, "shipping_method_id"),
            parent="shipping_method_id",
        ),
    ),
    skipped=(),
    given=("order_id",),
)

PAYMENT = _part(Payment, payments, "order_id")

REFUND = Mapper(
    Refund,
    refunds,
    many=(Many(field="items", mapper=_part(RefundLine, refund_items, "refund_id"), parent="refund_id"),),
    skipped=(),
    given=("order_id",),
)

DISPUTE = _part(Dispute, disputes, "order_id")

_FULFILLMENT = Mapper(
    Fulfillment,
    fulfillments,
    many=(
        Many(
            field="items", mapper=_part(FulfillmentItem, fulfillment_items, "fulfillment_id"), parent="fulfillment_id"
        ),
        Many(
            field="tracking_links",
            mapper=_part(TrackingLink, tracking_links, "fulfillment_id"),
            parent="fulfillment_id",
            rare=True,
        ),
    ),
    skipped=(),
    given=("order_id",),
)

ORDER = Mapper(
    Order,
    orders,
    many=(
        Many(field="items", mapper=_ORDER_LINE, parent="order_id", copied={"cart_id": "cart_id"}, where=_ON_ORDER),
        Many(field="shipping_methods", mapper=_METHOD, parent="order_id", rare=True),
        Many(field="payments", mapper=PAYMENT, parent="order_id"),
        Many(field="refunds", mapper=REFUND, parent="order_id", rare=True),
        Many(field="fulfillments", mapper=_FULFILLMENT, parent="order_id", rare=True),
        Many(field="disputes", mapper=DISPUTE, parent="order_id", rare=True),
    ),
    links=(Links("discount_ids", order_discounts, "order_id", "discount_id", flag="has_discounts"),),
    one=(
        One(field="shipping_address", mapper=ADDRESS, column="shipping_address_id"),
        One(field="billing_address", mapper=ADDRESS, column="billing_address_id"),
    ),
    flat=("totals",),
    derived={
        "payment_status": lambda order: str(order.payment_status),
        "fulfillment_status": lambda order: str(order.fulfillment_status),
        "paid_total": lambda order: order.paid_total,
        "refunded_total": lambda order: order.refunded_total,
        "refundable_amount": lambda order: order.refundable_amount,
        "created_at": lambda order: order.placed_at,
        "has_discounts": lambda order: bool(order.discount_ids),
    },
)

_BY_CART = roots(ORDER, orders.c.cart_id == bindparam("cart_id"))
_BY_PAYMENT = roots(
    ORDER,
    orders.c.id.in_(
        select(payments.c.order_id).where(
            payments.c.provider_id == bindparam("provider_id"),
            payments.c.provider_payment_id == bindparam("provider_payment_id"),
        )
    ),
)
_OF_PAYMENT = select(payments.c.order_id).where(payments.c.id == bindparam("payment_id"))
_CARTS_OF = union(
    select(orders.c.cart_id).where(orders.c.id == bindparam("order_id"), orders.c.cart_id.is_not(None)),
    select(swaps.c.cart_id).where(swaps.c.order_id == bindparam("order_id"), swaps.c.cart_id.is_not(None)),
).subquery()
_CARTS = select(_CARTS_OF.c.cart_id).order_by(_CARTS_OF.c.cart_id)
_NEWEST_FIRST = (orders.c.placed_at.desc(), orders.c.id.desc())
_OF_CUSTOMER = select(orders.c.id).where(orders.c.customer_id == bindparam("customer_id")).order_by(*_NEWEST_FIRST)
_OF_CUSTOMER_OR_EMAIL = (
    select(orders.c.id)
    .where(
        or_(
            orders.c.customer_id == bindparam("customer_id"),
            and_(
                orders.c.email == bindparam("email"),
                exists().where(customers.c.id == orders.c.customer_id, customers.c.has_account.is_(False)),
            ),
        )
    )
    .order_by(*_NEWEST_FIRST)
)

_ON_LINE = downloads.c.line_item_id == order_items.c.id
# Starts from the product's lines, so that its cost follows what was sold of it and not all orders.
_WAITING = (
    select(orders.c.id)
    .join(order_items, order_items.c.order_id == orders.c.id)
    .outerjoin(swaps, swaps.c.id == order_items.c.swap_id)
    .where(
        order_items.c.product_id == bindparam("product_id"),
        order_items.c.deleted_at.is_(None),
        or_(order_items.c.swap_id.is_(None), and_(swaps.c.confirmed_at.is_not(None), swaps.c.canceled_at.is_(None))),
        order_items.c.requires_shipping.is_(False),
        order_items.c.is_giftcard.is_(False),
        ~exists().where(_ON_LINE, downloads.c.chain_id == bindparam("chain_id")),
        or_(func.coalesce(swaps.c.confirmed_at, orders.c.placed_at) >= bindparam("since"), ~exists().where(_ON_LINE)),
    )
    .group_by(orders.c.id, orders.c.placed_at)
    .order_by(orders.c.placed_at, orders.c.id)
)
_WAITING_FOR_VARIANT = _WAITING.where(order_items.c.variant_id == bindparam("variant_id"))

_BEING_FULFILLED = (
    select(orders.c.id)
    .join(fulfillments, fulfillments.c.order_id == orders.c.id)
    .where(
        fulfillments.c.provider_id == bindparam("provider_id"),
        fulfillments.c.shipped_at.is_(None),
        fulfillments.c.canceled_at.is_(None),
        orders.c.placed_at >= bindparam("since"),
    )
    .group_by(orders.c.id, orders.c.placed_at)
    .order_by(orders.c.placed_at, orders.c.id)
)


class SqlOrders(SqlCollection[Order]):
    mapper = ORDER
    missing = OrderNotFound
    label = "Order"

    def by_cart(self, cart_id: str) -> Order | None:
        return self._first(_BY_CART, {"cart_id": cart_id})

    def by_payment(self, provider_id: str, provider_payment_id: str) -> Order | None:
        return self._first(_BY_PAYMENT, {"provider_id": provider_id, "provider_payment_id": provider_payment_id})

    def of_payment(self, payment_id: str) -> str | None:
        rows = self._transaction.rows(_OF_PAYMENT, {"payment_id": payment_id})
        return rows[0]["order_id"] if rows else None

    def carts_of(self, order_id: str) -> list[str]:
        return [row["cart_id"] for row in self._transaction.rows(_CARTS, {"order_id": order_id})]

    def ids_of_customer(self, customer_id: str, *, email: str | None = None) -> list[str]:
        if email is None:
            rows = self._transaction.rows(_OF_CUSTOMER, {"customer_id": customer_id})
        else:
            rows = self._transaction.rows(_OF_CUSTOMER_OR_EMAIL, {"customer_id": customer_id, "email": email})
        return [row["id"] for row in rows]

    def waiting_for_file(self, product_id: str, variant_id: str | None, chain_id: str, since: datetime) -> list[str]:
        wanted: dict[str, object] = {"product_id": product_id, "chain_id": chain_id, "since": since}
        if variant_id is None:
            rows = self._transaction.rows(_WAITING, wanted)
        else:
            rows = self._transaction.rows(_WAITING_FOR_VARIANT, {**wanted, "variant_id": variant_id})
        return [row["id"] for row in rows]

    def being_fulfilled(self, provider_id: str, since: datetime) -> list[str]:
        rows = self._transaction.rows(_BEING_FULFILLED, {"provider_id": provider_id, "since": since})
        return [row["id"] for row in rows]
