"""Which mail a mail repeats, and mails by what they are about."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mails", sa.Column("parent_id", sa.String(), nullable=True))
    op.create_index(op.f("ix_mails_subject_id"), "mails", ["subject_id"], unique=False)
    op.create_index(op.f("ix_mails_parent_id"), "mails", ["parent_id"], unique=False)
    op.create_index("ix_mails_newest", "mails", ["created_at", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_mails_newest", table_name="mails")
    op.drop_index(op.f("ix_mails_parent_id"), table_name="mails")
    op.drop_index(op.f("ix_mails_subject_id"), table_name="mails")
    op.drop_column("mails", "parent_id")
