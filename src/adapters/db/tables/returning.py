"""Tables of returns, the reasons for them, and swaps."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Index, Integer, Table, text

from adapters.db.tables.cart import method_columns, tax_columns
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

LIVE = text("deleted_at IS NULL")

return_reasons = Table(
    "return_reasons",
    metadata,
    key(),
    required("value"),
    required("label"),
    optional("description"),
    reference("parent_return_reason_id", "return_reasons.id", null=True),
    meta(),
    *soft_timestamps(),
    version(),
    Index("uq_return_reasons_value", "value", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
    Index(None, "parent_return_reason_id"),
)

swaps = Table(
    "swaps",
    metadata,
    key(),
    reference("order_id", "orders.id"),
    reference("cart_id", "carts.id", null=True),
    required("fulfillment_status"),
    required("payment_status"),
    reference("shipping_address_id", "addresses.id", null=True),
    amount("difference_due", null=True),
    flag("allow_backorder"),
    flag_added("by_staff"),
    optional("no_notification", Boolean),
    meta(),
    moment("confirmed_at"),
    moment("canceled_at"),
    *soft_timestamps(),
    version(),
    Index("uq_swaps_cart_id", "cart_id", unique=True),
    Index(None, "order_id"),
    newest_first("swaps"),
)

swap_shipping_methods = Table(
    "swap_shipping_methods",
    metadata,
    key(),
    reference("swap_id", "swaps.id"),
    *method_columns(),
    *not_negative("price"),
    Index(None, "swap_id"),
)

swap_shipping_method_tax_lines = Table(
    "swap_shipping_method_tax_lines",
    metadata,
    key(),
    reference("shipping_method_id", "swap_shipping_methods.id"),
    *tax_columns(),
    *not_negative("rate"),
    Index(None, "shipping_method_id"),
)

swap_fulfillments = Table(
    "swap_fulfillments",
    metadata,
    key(),
    reference("swap_id", "swaps.id"),
    required("provider_id"),
    json("data"),
    optional("no_notification", Boolean),
    moment("shipped_at"),
    moment("canceled_at"),
    meta(),
    *timestamps(),
    position(),
    Index(None, "swap_id"),
)

swap_fulfillment_items = Table(
    "swap_fulfillment_items",
    metadata,
    key(),
    reference("fulfillment_id", "swap_fulfillments.id"),
    reference("item_id", "order_items.id"),
    count("quantity"),
    position(),
    at_least_one("quantity"),
    Index(None, "fulfillment_id"),
)

swap_tracking_links = Table(
    "swap_tracking_links",
    metadata,
    key(),
    reference("fulfillment_id", "swap_fulfillments.id"),
    required("tracking_number"),
    optional("url"),
    meta(),
    *soft_timestamps(),
    position(),
    Index(None, "fulfillment_id"),
)

returns = Table(
    "returns",
    metadata,
    key(),
    reference("order_id", "orders.id", null=True),
    reference("swap_id", "swaps.id", null=True),
    required("status"),
    json("shipping_data", null=True),
    amount("refund_amount"),
    moment("received_at"),
    optional("no_notification", Boolean),
    meta(),
    *timestamps(),
    version(),
    *not_negative("refund_amount"),
    CheckConstraint("(order_id IS NULL) <> (swap_id IS NULL)", name="of_an_order_or_a_swap"),
    Index("uq_returns_swap_id", "swap_id", unique=True),
    Index(None, "order_id"),
    newest_first("returns"),
)

return_items = Table(
    "return_items",
    metadata,
    key(),
    reference("return_id", "returns.id"),
    reference("item_id", "order_items.id"),
    count("quantity"),
    flag("is_requested"),
    optional("requested_quantity", Integer),
    optional("received_quantity", Integer),
    reference("reason_id", "return_reasons.id", null=True),
    optional("note"),
    meta(),
    position(),
    at_least_one("quantity"),
    Index("uq_return_items_item", "return_id", "item_id", unique=True),
    Index(None, "item_id"),
)

return_shipping_methods = Table(
    "return_shipping_methods",
    metadata,
    key(),
    reference("return_id", "returns.id"),
    *method_columns(),
    *not_negative("price"),
    Index("uq_return_shipping_methods_return_id", "return_id", unique=True),
)

return_shipping_method_tax_lines = Table(
    "return_shipping_method_tax_lines",
    metadata,
    key(),
    reference("shipping_method_id", "return_shipping_methods.id"),
    *tax_columns(),
    *not_negative("rate"),
    Index(None, "shipping_method_id"),
)
