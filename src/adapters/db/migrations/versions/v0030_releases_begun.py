"""Since when a payment is being released: it cannot be taken up for its cart any more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from adapters.db.types import UtcDateTime

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("payment_attempts", sa.Column("releasing_since", UtcDateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("payment_attempts", "releasing_since")
