"""Which address of a customer goods go to by default."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("customers", sa.Column("default_shipping_address_id", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("customers", "default_shipping_address_id")
