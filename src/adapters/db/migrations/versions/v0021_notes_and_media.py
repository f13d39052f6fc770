"""Notes of staff, uploaded pictures and papers, and the link templates of the store."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from adapters.db.types import Json, UtcDateTime

revision = "0021"
down_revision = "0020a"
branch_labels = None
depends_on = None

TEMPLATES = ("swap_link_template", "payment_link_template", "invite_link_template")


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":  # the store's row may be of this transaction, with checks to come
        op.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for name in TEMPLATES:
        op.add_column("stores", sa.Column(name, sa.String(), nullable=True))
    op.create_table(
        "notes",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("resource_type", sa.String(), nullable=False),
        sa.Column("resource_id", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("author_id", sa.String(), nullable=True),
        sa.Column("metadata", Json(), nullable=True),
        *_soft_root(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
    )
    op.create_index(op.f("ix_notes_resource_id"), "notes", ["resource_id"], unique=False)
    op.create_table(
        "media_files",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("storage_key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("mime_type", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("batch_id", sa.String(), nullable=False),
        sa.Column("uploaded_by", sa.String(), nullable=True),
        *_soft_root(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media_files")),
    )
    op.create_index("uq_media_files_storage_key", "media_files", ["storage_key"], unique=True)
    op.create_index(op.f("ix_media_files_batch_id"), "media_files", ["batch_id"], unique=False)


def _soft_root() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("media_files")
    op.drop_table("notes")
    for name in reversed(TEMPLATES):
        op.drop_column("stores", name)
