"""What goes out in exchange, packed and sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from adapters.db.types import Json, UtcDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "swap_fulfillments",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("swap_id", sa.String(), nullable=False),
        sa.Column("provider_id", sa.String(), nullable=False),
        sa.Column("data", Json(), nullable=False),
        sa.Column("no_notification", sa.Boolean(), nullable=True),
        sa.Column("shipped_at", UtcDateTime(), nullable=True),
        sa.Column("canceled_at", UtcDateTime(), nullable=True),
        sa.Column("metadata", Json(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["swap_id"],
            ["swaps.id"],
            name=op.f("fk_swap_fulfillments_swap_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_swap_fulfillments")),
    )
    with op.batch_alter_table("swap_fulfillments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_swap_fulfillments_swap_id"), ["swap_id"], unique=False)

    op.create_table(
        "swap_fulfillment_items",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("fulfillment_id", sa.String(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_swap_fulfillment_items_quantity_at_least_one")),
        sa.ForeignKeyConstraint(
            ["fulfillment_id"],
            ["swap_fulfillments.id"],
            name=op.f("fk_swap_fulfillment_items_fulfillment_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["swap_items.id"],
            name=op.f("fk_swap_fulfillment_items_item_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_swap_fulfillment_items")),
    )
    with op.batch_alter_table("swap_fulfillment_items", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_swap_fulfillment_items_fulfillment_id"), ["fulfillment_id"], unique=False
        )

    op.create_table(
        "swap_tracking_links",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("fulfillment_id", sa.String(), nullable=False),
        sa.Column("tracking_number", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("metadata", Json(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["fulfillment_id"],
            ["swap_fulfillments.id"],
            name=op.f("fk_swap_tracking_links_fulfillment_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_swap_tracking_links")),
    )
    with op.batch_alter_table("swap_tracking_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_swap_tracking_links_fulfillment_id"), ["fulfillment_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("swap_tracking_links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_swap_tracking_links_fulfillment_id"))

    op.drop_table("swap_tracking_links")
    with op.batch_alter_table("swap_fulfillment_items", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_swap_fulfillment_items_fulfillment_id"))

    op.drop_table("swap_fulfillment_items")
    with op.batch_alter_table("swap_fulfillments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_swap_fulfillments_swap_id"))

    op.drop_table("swap_fulfillments")
