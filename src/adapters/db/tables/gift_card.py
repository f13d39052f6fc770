"""Tables of gift cards, of every movement of their money, and of the carts they lie on."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Index, Integer, Table

from adapters.db.tables.columns import (
    amount,
    flag,
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
    version,
)
from adapters.db.types import Percent

gift_cards = Table(
    "gift_cards",
    metadata,
    key(),
    required("code"),
    amount("value"),
    amount("balance"),
    amount("debited"),
    amount("credited"),
    reference("region_id", "regions.id"),
    reference("order_id", "orders.id", null=True),
    reference("order_item_id", "order_items.id", null=True),
    optional("unit", Integer),
    flag("is_disabled"),
    optional("disabled_before_void", Boolean),
    moment("ends_at"),
    optional("tax_rate", Percent),
    meta(),
    *soft_timestamps(),
    version(),
    *not_negative("balance", "debited", "credited", "tax_rate"),
    CheckConstraint("balance <= value", name="balance_at_most_value"),
    CheckConstraint("balance = value - debited + credited", name="balance_follows"),
    Index("uq_gift_cards_code", "code", unique=True),
    Index("uq_gift_cards_unit", "order_item_id", "unit", unique=True),
    newest_first("gift_cards"),
    Index(None, "order_id"),
)

# Append-only: nothing updates or deletes its rows.
gift_card_transactions = Table(
    "gift_card_transactions",
    metadata,
    key(),
    reference("gift_card_id", "gift_cards.id"),
    reference("order_id", "orders.id", null=True),
    required("kind"),
    amount("amount"),
    optional("tax_rate", Percent),
    moment("created_at", null=False),
    CheckConstraint("amount > 0", name="amount_positive"),
    Index("uq_gift_card_transactions_once", "gift_card_id", "order_id", "kind", unique=True),
    Index(None, "order_id"),
)

cart_gift_cards = Table(
    "cart_gift_cards",
    metadata,
    key(),
    reference("cart_id", "carts.id"),
    reference("gift_card_id", "gift_cards.id"),
    amount("balance"),
    optional("tax_rate", Percent),
    moment("ends_at"),
    flag("covers_tax"),
    position(),
    *not_negative("balance"),
    Index("uq_cart_gift_cards_once", "cart_id", "gift_card_id", unique=True),
    Index(None, "gift_card_id"),
)
