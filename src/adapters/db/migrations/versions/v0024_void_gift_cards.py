"""What a gift card was before its sale was taken back. Cards that are void already stay what they are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("gift_cards", sa.Column("disabled_before_void", sa.Boolean(), nullable=True))


def downgrade() -> None:
    op.drop_column("gift_cards", "disabled_before_void")
