"""Tables of orders and everything they own: lines, shipping, payments, refunds, fulfillments."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, Table, false, text

from adapters.db.tables.cart import adjustment_columns, line_columns, method_columns, tax_columns, totals_columns
from adapters.db.tables.columns import (
    amount,
    at_least_one,
    count,
    flag,
    flag_added,
    json,
    key,
    meta,
    metadata,
    moment,
    newest_first,
    not_negative,
    optional,
    position,
    reference,
    required,
    soft_timestamps,
    timestamps,
    version,
)

KNOWN_PAYMENT = text("provider_payment_id IS NOT NULL")
SENT = text("swap_id IS NOT NULL")

# payment_status to refundable_amount are copies for lists and filters; the aggregate derives them.
# The last may go below zero when a refund made by hand at the provider crosses one of ours.
orders = Table(
    "orders",
    metadata,
    key(),
    count("display_id"),
    reference("cart_id", "carts.id", null=True),
    reference("customer_id", "customers.id"),
    required("email"),
    reference("region_id", "regions.id"),
    reference("currency_code", "currencies.code"),
    reference("sales_channel_id", "sales_channels.id", null=True),
    required("status"),
    required("payment_status"),
    required("fulfillment_status"),
    reference("shipping_address_id", "addresses.id", null=True),
    reference("billing_address_id", "addresses.id", null=True),
    *totals_columns(),
    amount("paid_total"),
    amount("refunded_total"),
    amount("refundable_amount"),
    flag_added("has_discounts"),
    optional("capture_error"),
    Column("return_action_required", Boolean, server_default=false(), nullable=False),
    optional("external_id"),
    optional("no_notification", Boolean),
    meta(),
    moment("placed_at", null=False),
    moment("canceled_at"),
    *timestamps(),
    version(),
    *not_negative("total", "paid_total", "refunded_total"),
    Index("uq_orders_cart_id", "cart_id", unique=True),
    Index("uq_orders_display_id", "display_id", unique=True),
    newest_first("orders"),
    Index(None, "customer_id", "created_at"),
    Index(None, "email", "created_at"),
    Index(None, "status", "created_at", "id"),
    Index(None, "payment_status", "created_at", "id"),
    Index(None, "updated_at", "id"),
    Index(None, "fulfillment_status", "created_at", "id"),
    Index(None, "region_id", "created_at", "id"),
    Index(None, "currency_code", "created_at", "id"),
    Index(None, "sales_channel_id", "created_at", "id"),
    Index(None, "canceled_at"),
    Index(None, "external_id"),
    Index(None, "shipping_address_id"),
)

# Lines of an order, and with swap_id what its swaps send, so that whatever names a line can name both.
order_items = Table(
    "order_items",
    metadata,
    key(),
    reference("order_id", "orders.id"),
    optional("cart_id"),
    *line_columns(),
    optional("fulfilled_quantity", Integer),
    optional("shipped_quantity", Integer),
    optional("returned_quantity", Integer),
    Column(
        "returning_quantity",
        Integer,
        CheckConstraint(
            "returning_quantity >= 0 AND COALESCE(returned_quantity, 0) + returning_quantity <= quantity",
            name="returning_at_most_left",
        ),
        server_default=text("0"),
        nullable=False,
    ),
    moment("deleted_at"),  # an edit took it off the order; downloads and changes still name it
    optional("swap_id"),
    at_least_one("quantity"),
    CheckConstraint("returned_quantity <= quantity", name="returned_at_most_sold"),
    Index(None, "order_id"),
    Index(None, "product_id"),
    Index(None, "variant_id"),
    # Most lines have none: an index of those too would look to SQLite like the shortest way to any order's.
    Index(
        None,
        "swap_id",
        sqlite_where=SENT,
        postgresql_where=SENT,
    ),
)

order_item_tax_lines = Table(
    "order_item_tax_lines",
    metadata,
    key(),
    reference("item_id", "order_items.id"),
    *tax_columns(),
    *not_negative("rate"),
    Index(None, "item_id"),
)

order_item_adjustments = Table(
    "order_item_adjustments",
    metadata,
    key(),
    reference("item_id", "order_items.id"),
    *adjustment_columns(),
    *not_negative("amount"),
    Index(None, "item_id"),
)

order_shipping_methods = Table(
    "order_shipping_methods",
    metadata,
    key(),
    reference("order_id", "orders.id"),
    *method_columns(),
    *not_negative("price"),
    Index(None, "order_id"),
)

order_shipping_method_tax_lines = Table(
    "order_shipping_method_tax_lines",
    metadata,
    key(),
    reference("shipping_method_id", "order_shipping_methods.id"),
    *tax_columns(),
    *not_negative("rate"),
    Index(None, "shipping_method_id"),
)

# Those of a payment collection belong to no order until the edit they pay for is confirmed.
payments = Table(
    "payments",
    metadata,
    key(),
    reference("order_id", "orders.id", null=True),
    required("provider_id"),
    amount("amount"),
    required("currency_code"),
    optional("provider_payment_id"),
    optional("cart_id"),
    optional("swap_id"),
    optional("payment_collection_id"),
    amount("amount_refunded"),
    json("data"),
    moment("capture_requested_at"),
    moment("captured_at"),
    moment("canceled_at"),
    optional("idempotency_key"),
    meta(),
    *timestamps(),
    position(),
    *not_negative("amount", "amount_refunded"),
    CheckConstraint("amount_refunded <= amount", name="refunded_at_most_paid"),
    Index(
        "uq_payments_provider_payment",
        "provider_id",
        "provider_payment_id",
        unique=True,
        sqlite_where=KNOWN_PAYMENT,
        postgresql_where=KNOWN_PAYMENT,
    ),
    CheckConstraint("order_id IS NOT NULL OR payment_collection_id IS NOT NULL", name="paid_for_something"),
    Index(None, "order_id"),
    Index(None, "payment_collection_id"),
)

refunds = Table(
    "refunds",
    metadata,
    key(),
    reference("order_id", "orders.id"),
    reference("payment_id", "payments.id"),
    amount("amount"),
    required("reason"),
    optional("note"),
    required("state"),
    flag("external"),
    optional("provider_refund_id"),
    optional("idempotency_key"),
    meta(),
    moment("created_at", null=False),
    moment("updated_at", null=False),
    moment("settled_at"),
    position(),
    CheckConstraint("amount > 0", name="amount_positive"),
    Index("uq_refunds_provider_refund", "payment_id", "provider_refund_id", unique=True),
    Index(None, "order_id"),
)

refund_items = Table(
    "refund_items",
    metadata,
    key(),
    reference("refund_id", "refunds.id"),
    reference("item_id", "order_items.id"),
    count("quantity"),
    position(),
    at_least_one("quantity"),
    Index(None, "refund_id"),
)

disputes = Table(
    "disputes",
    metadata,
    key(),
    reference("order_id", "orders.id"),
    reference("payment_id", "payments.id"),
    required("provider_dispute_id"),
    amount("amount"),
    required("currency_code"),
    optional("reason"),
    required("state"),
    moment("as_of", null=False),
    moment("opened_at", null=False),
    moment("closed_at"),
    *timestamps(),
    position(),
    Index("uq_disputes_provider_dispute", "payment_id", "provider_dispute_id", unique=True),
    Index(None, "order_id"),
)

fulfillments = Table(
    "fulfillments",
    metadata,
    key(),
    reference("order_id", "orders.id"),
    required("provider_id"),
    json("data"),
    optional("no_notification", Boolean),
    moment("shipped_at"),
    moment("canceled_at"),
    meta(),
    *timestamps(),
    position(),
    Index(None, "order_id"),
)

fulfillment_items = Table(
    "fulfillment_items",
    metadata,
    key(),
    reference("fulfillment_id", "fulfillments.id"),
    reference("item_id", "order_items.id"),
    count("quantity"),
    position(),
    at_least_one("quantity"),
    Index(None, "fulfillment_id"),
)

tracking_links = Table(
    "tracking_links",
    metadata,
    key(),
    reference("fulfillment_id", "fulfillments.id"),
    required("tracking_number"),
    optional("url"),
    meta(),
    *soft_timestamps(),
    position(),
    Index(None, "fulfillment_id"),
)
