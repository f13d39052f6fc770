"""Where buyers are sent after a payment, and what clients note about one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from adapters.db.types import Json

revision = "0026"
down_revision = "0025a"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("payment_sessions", sa.Column("return_url", sa.String(), nullable=True))
    op.add_column("payment_sessions", sa.Column("cancel_url", sa.String(), nullable=True))
    op.add_column("payment_sessions", sa.Column("metadata", Json(), nullable=True))


def downgrade() -> None:
    for name in ("metadata", "cancel_url", "return_url"):
        op.drop_column("payment_sessions", name)
