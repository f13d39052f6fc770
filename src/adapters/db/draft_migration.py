"""For developers: writes the next migration from what the tables have and the migrations lack.

    python -m adapters.db.draft_migration "Add gift cards"

Read and finish what it writes; data and triggers are not its business.
"""

from __future__ import annotations

import sys

from alembic import command

from adapters.db.engine import open_engines
from adapters.db.migrate import configuration, migrate


def draft(message: str) -> None:
    engines = open_engines("sqlite://")
    migrate(engines.write)
    with engines.write.begin() as connection:
        command.revision(configuration(connection), message=message, autogenerate=True)


if __name__ == "__main__":
    draft(" ".join(sys.argv[1:]) or sys.exit('usage: python -m adapters.db.draft_migration "What changes"'))
