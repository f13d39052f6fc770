"""Which variants go with which, and accounts at sign-in services outside of the shop."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from adapters.db.types import UtcDateTime

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_LIVE = sa.text("deleted_at IS NULL")


def _foreign(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [target], name=op.f(f"fk_{table}_{column}"), initially="DEFERRED", deferrable=True
    )


def upgrade() -> None:
    op.create_table(
        "linked_logins",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _foreign("linked_logins", "customer_id", "customers.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_linked_logins")),
    )
    op.create_index(op.f("ix_linked_logins_customer_id"), "linked_logins", ["customer_id"], unique=False)
    op.create_index("uq_linked_logins_issuer_subject", "linked_logins", ["issuer", "subject"], unique=True)
    op.create_table(
        "variant_references",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("source_variant_id", sa.String(), nullable=False),
        sa.Column("target_variant_id", sa.String(), nullable=False),
        sa.Column("reference_type", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("rank >= 0", name=op.f("ck_variant_references_rank_not_negative")),
        _foreign("variant_references", "source_variant_id", "product_variants.id"),
        _foreign("variant_references", "target_variant_id", "product_variants.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_variant_references")),
    )
    op.create_index(
        op.f("ix_variant_references_source_variant_id_rank_id"),
        "variant_references",
        ["source_variant_id", "rank", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_variant_references_target_variant_id"), "variant_references", ["target_variant_id"], unique=False
    )
    op.create_index(
        "uq_variant_references_source_target_type",
        "variant_references",
        ["source_variant_id", "target_variant_id", "reference_type"],
        unique=True,
        sqlite_where=_LIVE,
        postgresql_where=_LIVE,
    )


def downgrade() -> None:
    op.drop_table("variant_references")
    op.drop_table("linked_logins")
