"""Lists that show only what was not deleted pass over rows and count them by an index alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025a"
down_revision = "0025"
branch_labels = None
depends_on = None

_LIVE = sa.text("deleted_at IS NULL")
_OF_ALL = (
    ("ix_products_newest", "products", ("created_at", "id")),
    ("ix_products_title_id", "products", ("title", "id")),
    ("ix_products_updated_at_id", "products", ("updated_at", "id")),
    ("ix_products_status_created_at_id", "products", ("status", "created_at", "id")),
    ("ix_products_status_title_id", "products", ("status", "title", "id")),
    ("ix_products_status_updated_at_id", "products", ("status", "updated_at", "id")),
    ("ix_customers_newest", "customers", ("created_at", "id")),
)
_OF_LIVE = (
    ("products", ("created_at", "id")),
    ("products", ("title", "id")),
    ("products", ("updated_at", "id")),
    ("products", ("status", "created_at", "id")),
    ("products", ("status", "title", "id")),
    ("products", ("status", "updated_at", "id")),
    ("customers", ("created_at", "id")),
    ("customers", ("updated_at", "id")),
    ("customers", ("has_account", "created_at", "id")),
)


def upgrade() -> None:
    for name, table, _ in _OF_ALL:
        op.drop_index(name, table_name=table)
    for table, columns in _OF_LIVE:
        name = f"ix_{table}_live_{'_'.join(columns)}"
        op.create_index(name, table, list(columns), unique=False, sqlite_where=_LIVE, postgresql_where=_LIVE)


def downgrade() -> None:
    for table, columns in reversed(_OF_LIVE):
        op.drop_index(f"ix_{table}_live_{'_'.join(columns)}", table_name=table)
    for name, table, columns in reversed(_OF_ALL):
        op.create_index(name, table, list(columns), unique=False)
