"""Runs the migrations on the connection that ``adapters.db.migrate`` hands over.

Everything up to the newest revision happens in one transaction: an interrupted upgrade leaves the
database as it was.
"""

from __future__ import annotations

from alembic import context

from adapters.db.tables import metadata
from adapters.db.tables.search import is_described

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    include_name=is_described,
    render_as_batch=True,
    transactional_ddl=True,
    transaction_per_migration=False,
)

with context.begin_transaction():
    context.run_migrations()
