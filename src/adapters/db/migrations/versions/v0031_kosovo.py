"""Kosovo, which ISO 3166-1 leaves to users' own codes and which Medusa and its dashboard know as ``xk``."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

CODE = "xk"
# After those from the beginning, whose ids count in order of names.
KOSOVO = {"id": 250, "iso_2": CODE, "iso_3": "xkx", "num_code": 900, "name": "KOSOVO", "display_name": "Kosovo"}


def upgrade() -> None:
    op.bulk_insert(sa.table("countries", *(sa.column(name) for name in KOSOVO)), [KOSOVO])


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM region_countries WHERE country_code = :code").bindparams(code=CODE))
    op.execute(sa.text("DELETE FROM countries WHERE iso_2 = :code").bindparams(code=CODE))
