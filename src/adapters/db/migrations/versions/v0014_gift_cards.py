"""Gift cards, their ledger, and the carts they lie on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from adapters.db.types import Json, Percent, UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "gift_cards",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.Column("debited", sa.BigInteger(), nullable=False),
        sa.Column("credited", sa.BigInteger(), nullable=False),
        sa.Column("region_id", sa.String(), nullable=False),
        sa.Column("order_id", sa.String(), nullable=True),
        sa.Column("order_item_id", sa.String(), nullable=True),
        sa.Column("unit", sa.Integer(), nullable=True),
        sa.Column("is_disabled", sa.Boolean(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=True),
        sa.Column("tax_rate", Percent(), nullable=True),
        sa.Column("metadata", Json(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("balance <= value", name=op.f("ck_gift_cards_balance_at_most_value")),
        sa.CheckConstraint("balance = value - debited + credited", name=op.f("ck_gift_cards_balance_follows")),
        sa.CheckConstraint("balance >= 0", name=op.f("ck_gift_cards_balance_not_negative")),
        sa.CheckConstraint("credited >= 0", name=op.f("ck_gift_cards_credited_not_negative")),
        sa.CheckConstraint("debited >= 0", name=op.f("ck_gift_cards_debited_not_negative")),
        sa.CheckConstraint("tax_rate >= 0", name=op.f("ck_gift_cards_tax_rate_not_negative")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_gift_cards_order_id"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["order_item_id"],
            ["order_items.id"],
            name=op.f("fk_gift_cards_order_item_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["region_id"], ["regions.id"], name=op.f("fk_gift_cards_region_id"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gift_cards")),
    )
    op.create_index("ix_gift_cards_newest", "gift_cards", ["created_at", "id"], unique=False)
    op.create_index(op.f("ix_gift_cards_order_id"), "gift_cards", ["order_id"], unique=False)
    op.create_index("uq_gift_cards_code", "gift_cards", ["code"], unique=True)
    op.create_index("uq_gift_cards_unit", "gift_cards", ["order_item_id", "unit"], unique=True)

    op.create_table(
        "cart_gift_cards",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("cart_id", sa.String(), nullable=False),
        sa.Column("gift_card_id", sa.String(), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.Column("tax_rate", Percent(), nullable=True),
        sa.Column("ends_at", UtcDateTime(), nullable=True),
        sa.Column("covers_tax", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("balance >= 0", name=op.f("ck_cart_gift_cards_balance_not_negative")),
        sa.ForeignKeyConstraint(
            ["cart_id"], ["carts.id"], name=op.f("fk_cart_gift_cards_cart_id"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["gift_card_id"],
            ["gift_cards.id"],
            name=op.f("fk_cart_gift_cards_gift_card_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cart_gift_cards")),
    )
    op.create_index(op.f("ix_cart_gift_cards_gift_card_id"), "cart_gift_cards", ["gift_card_id"], unique=False)
    op.create_index("uq_cart_gift_cards_once", "cart_gift_cards", ["cart_id", "gift_card_id"], unique=True)

    op.create_table(
        "gift_card_transactions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("gift_card_id", sa.String(), nullable=False),
        sa.Column("order_id", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("tax_rate", Percent(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_gift_card_transactions_amount_positive")),
        sa.ForeignKeyConstraint(
            ["gift_card_id"],
            ["gift_cards.id"],
            name=op.f("fk_gift_card_transactions_gift_card_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["orders.id"],
            name=op.f("fk_gift_card_transactions_order_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gift_card_transactions")),
    )
    op.create_index(op.f("ix_gift_card_transactions_order_id"), "gift_card_transactions", ["order_id"], unique=False)
    op.create_index(
        "uq_gift_card_transactions_once", "gift_card_transactions", ["gift_card_id", "order_id", "kind"], unique=True
    )


def downgrade() -> None:

    op.drop_table("gift_card_transactions")

    op.drop_table("cart_gift_cards")

    op.drop_table("gift_cards")
