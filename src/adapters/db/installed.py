"""The tables of providers follow the settings: a row per provider, and whether it is installed now.

Regions and shipping options show these rows (``is_installed``), as in Medusa, which also fills them when
the server starts.
"""

from collections.abc import Collection

from sqlalchemy import Connection, Engine, Table, select, update

from adapters.db.tables import fulfillment_providers, payment_providers, tax_providers
from adapters.db.upserts import upsert


def note_installed(
    engine: Engine, *, payment: Collection[str], fulfillment: Collection[str], tax: Collection[str]
) -> None:
    """Installed are exactly these ids. Repeatable; writes nothing where everything is noted already."""
    wanted = {payment_providers: set(payment), fulfillment_providers: set(fulfillment), tax_providers: set(tax)}
    with engine.connect() as connection:
        if all(_rows(connection, table) == _after(connection, table, ids) for table, ids in wanted.items()):
            return
    with engine.begin() as connection:
        for table, ids in wanted.items():
            for id in sorted(ids):  # several processes start at once
                offer = upsert(connection.dialect.name, table).values(id=id, is_installed=True)
                connection.execute(offer.on_conflict_do_update(index_elements=["id"], set_={"is_installed": True}))
            gone = update(table).where(table.c.id.not_in(sorted(ids))).values(is_installed=False)
            connection.execute(gone)


def _rows(connection: Connection, table: Table) -> dict[str, bool]:
    return {row.id: row.is_installed for row in connection.execute(select(table))}


def _after(connection: Connection, table: Table, ids: Collection[str]) -> dict[str, bool]:
    return {id: id in ids for id in {*_rows(connection, table), *ids}}
