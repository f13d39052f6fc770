"""What lists of products and orders are sorted and filtered by, at twenty thousand and a hundred thousand rows."""

from __future__ import annotations

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_INDEXES = (
    ("products", ("title", "id")),
    ("products", ("updated_at", "id")),
    ("products", ("status", "title", "id")),
    ("products", ("status", "updated_at", "id")),
    ("orders", ("updated_at", "id")),
    ("orders", ("fulfillment_status", "created_at", "id")),
    ("orders", ("region_id", "created_at", "id")),
    ("orders", ("currency_code", "created_at", "id")),
    ("orders", ("sales_channel_id", "created_at", "id")),
    ("orders", ("canceled_at",)),
    ("orders", ("external_id",)),
)


def upgrade() -> None:
    for table, columns in _INDEXES:
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns), unique=False)


def downgrade() -> None:
    for table, columns in reversed(_INDEXES):
        op.drop_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table_name=table)
