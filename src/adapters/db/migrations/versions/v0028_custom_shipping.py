"""What staff ask for the ways to ship the goods of a swap."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from adapters.db.types import Json

revision = "0028"
down_revision = "0027a"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("carts", sa.Column("custom_shipping_prices", Json(), nullable=True))


def downgrade() -> None:
    op.drop_column("carts", "custom_shipping_prices")
