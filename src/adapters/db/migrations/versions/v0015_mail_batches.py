"""With which other mails a mail goes out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mails", sa.Column("batch_id", sa.String(), nullable=True))
    op.create_index("ix_mails_batch_id", "mails", ["batch_id"])
    # What is queued may have been tried: it goes on under the key it was tried with.
    op.execute("UPDATE mails SET batch_id = id WHERE status = 'queued'")


def downgrade() -> None:
    op.drop_index("ix_mails_batch_id", table_name="mails")
    op.drop_column("mails", "batch_id")
