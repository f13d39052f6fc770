"""What swaps send, beside the lines of their orders: it can be downloaded, returned and refunded as they can."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from adapters.db.types import Json, Percent, UtcDateTime

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_TITLE = ("title", "description", "thumbnail", "variant_id", "product_id", "profile_id")
_FLAGS = (
    "is_giftcard",
    "is_return",
    "should_merge",
    "allow_discounts",
    "has_shipping",
    "requires_shipping",
    "includes_tax",
)
_AMOUNTS = (
    "unit_price",
    "subtotal",
    "discount_total",
    "tax_total",
    "total",
    "original_tax_total",
    "original_total",
)
_QUANTITIES = ("quantity", "fulfilled_quantity", "shipped_quantity", "returned_quantity", "returning_quantity")
_REST = ("metadata", "created_at", "updated_at", "position")
LINE = ("id", "swap_id", "cart_id", *_TITLE, *_FLAGS, *_AMOUNTS, *_QUANTITIES, *_REST)
TAX_LINE = ("id", "item_id", "rate", "name", "code", "created_at", "updated_at", "position")
ADJUSTMENT = ("id", "item_id", "description", "amount", "discount_id", "metadata", "position")
PARTS = (("tax_lines", TAX_LINE), ("adjustments", ADJUSTMENT))
POINTER = "fk_swap_fulfillment_items_item_id"


def upgrade() -> None:
    _check_at_once()
    op.add_column("swaps", sa.Column("by_staff", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("order_items", sa.Column("swap_id", sa.String(), nullable=True))
    sent = sa.text("swap_id IS NOT NULL")
    op.create_index(
        op.f("ix_order_items_swap_id"), "order_items", ["swap_id"], sqlite_where=sent, postgresql_where=sent
    )
    lines, swaps = _table("swap_items", LINE), _table("swaps", ("id", "order_id"))
    found = sa.select(*lines.c, swaps.c.order_id).join_from(lines, swaps, swaps.c.id == lines.c.swap_id)
    op.execute(_table("order_items", (*LINE, "order_id")).insert().from_select([*LINE, "order_id"], found))
    for name, columns in PARTS:
        parts = sa.select(*_table(f"swap_item_{name}", columns).c)
        op.execute(_table(f"order_item_{name}", columns).insert().from_select(list(columns), parts))
    _point_to("order_items")
    for name, _ in PARTS:
        op.drop_table(f"swap_item_{name}")
    op.drop_table("swap_items")


def downgrade() -> None:
    _check_at_once()
    op.create_table(
        "swap_items",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("swap_id", sa.String(), nullable=False),
        sa.Column("cart_id", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("thumbnail", sa.String(), nullable=True),
        sa.Column("variant_id", sa.String(), nullable=True),
        sa.Column("product_id", sa.String(), nullable=True),
        sa.Column("profile_id", sa.String(), nullable=True),
        sa.Column("is_giftcard", sa.Boolean(), nullable=False),
        sa.Column("is_return", sa.Boolean(), nullable=False),
        sa.Column("should_merge", sa.Boolean(), nullable=False),
        sa.Column("allow_discounts", sa.Boolean(), nullable=False),
        sa.Column("has_shipping", sa.Boolean(), nullable=False),
        sa.Column("requires_shipping", sa.Boolean(), nullable=False),
        sa.Column("unit_price", sa.BigInteger(), nullable=False),
        sa.Column("includes_tax", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("metadata", Json(), nullable=True),
        sa.Column("subtotal", sa.BigInteger(), nullable=False),
        sa.Column("discount_total", sa.BigInteger(), nullable=False),
        sa.Column("tax_total", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("original_tax_total", sa.BigInteger(), nullable=False),
        sa.Column("original_total", sa.BigInteger(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("fulfilled_quantity", sa.Integer(), nullable=True),
        sa.Column("shipped_quantity", sa.Integer(), nullable=True),
        sa.Column("returned_quantity", sa.Integer(), nullable=True),
        sa.Column("returning_quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_swap_items_quantity_at_least_one")),
        _foreign_key("swap_items", "product_id", "products"),
        _foreign_key("swap_items", "swap_id", "swaps"),
        _foreign_key("swap_items", "variant_id", "product_variants"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_swap_items")),
    )
    op.create_index(op.f("ix_swap_items_swap_id"), "swap_items", ["swap_id"], unique=False)
    op.create_table(
        "swap_item_adjustments",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("discount_id", sa.String(), nullable=True),
        sa.Column("metadata", Json(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_swap_item_adjustments_amount_not_negative")),
        _foreign_key("swap_item_adjustments", "item_id", "swap_items"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_swap_item_adjustments")),
    )
    op.create_table(
        "swap_item_tax_lines",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("rate", Percent(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("rate >= 0", name=op.f("ck_swap_item_tax_lines_rate_not_negative")),
        _foreign_key("swap_item_tax_lines", "item_id", "swap_items"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_swap_item_tax_lines")),
    )
    lines = _table("order_items", LINE)
    of_swaps = lines.c.swap_id.is_not(None)
    moved = sa.select(*lines.c).where(of_swaps)
    op.execute(_table("swap_items", LINE).insert().from_select(list(LINE), moved))
    for name, columns in PARTS:
        table, parts = f"swap_item_{name}", _table(f"order_item_{name}", columns)
        theirs = parts.c.item_id.in_(sa.select(lines.c.id).where(of_swaps))
        op.create_index(op.f(f"ix_{table}_item_id"), table, ["item_id"], unique=False)
        found = sa.select(*parts.c).where(theirs)
        op.execute(_table(table, columns).insert().from_select(list(columns), found))
        op.execute(parts.delete().where(theirs))
    _point_to("swap_items")
    op.execute(lines.delete().where(of_swaps))
    op.drop_index(op.f("ix_order_items_swap_id"), "order_items")
    op.drop_column("order_items", "swap_id")
    op.drop_column("swaps", "by_staff")


def _check_at_once() -> None:
    """PostgreSQL changes no table of which rows are still to be checked when the transaction ends."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _table(name: str, columns: Sequence[str]) -> sa.TableClause:
    return sa.table(name, *(sa.column(column) for column in columns))


def _point_to(table: str) -> None:
    """Have what was packed for a swap name its lines where they are."""
    with op.batch_alter_table("swap_fulfillment_items") as changed:
        changed.drop_constraint(POINTER, type_="foreignkey")
        changed.create_foreign_key(POINTER, table, ["item_id"], ["id"], deferrable=True, initially="DEFERRED")


def _foreign_key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"), initially="DEFERRED", deferrable=True
    )
