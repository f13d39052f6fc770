"""What every shop starts with: the world's countries and currencies, a store, its sales channel and
shipping profiles, and the providers that are always installed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from adapters.db.migrations.data_countries import COUNTRIES
from adapters.db.migrations.data_currencies import CURRENCIES
from adapters.db.types import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

STORE = "store_01J00000000000000000000ST0"
CHANNEL = "sc_01J00000000000000000000SC0"
PROFILES = (
    ("sp_01J00000000000000000000SP0", "Default Shipping Profile", "default"),
    ("sp_01J00000000000000000000SP1", "Gift Card Profile", "gift_card"),
)
PROVIDERS = (("payment_providers", "manual"), ("fulfillment_providers", "manual"), ("tax_providers", "system"))


def upgrade() -> None:
    now = datetime.now(UTC)
    _fill(
        "currencies", [dict(zip(("code", "symbol", "symbol_native", "name"), row, strict=True)) for row in CURRENCIES]
    )
    _fill("countries", [_country(number, row) for number, row in enumerate(COUNTRIES, start=1)])
    _fill("sales_channels", [_record(now, id=CHANNEL, name="Default Sales Channel", is_disabled=False)])
    _fill(
        "stores",
        [
            _record(
                now,
                id=STORE,
                name="Perseus Store",
                default_currency_code="usd",
                default_sales_channel_id=CHANNEL,
            )
        ],
    )
    _fill(
        "store_currencies",
        [{"store_id": STORE, "currency_code": code, "position": place} for place, code in enumerate(("usd", "eur"))],
    )
    _fill("shipping_profiles", [_record(now, id=id, name=name, type=type) for id, name, type in PROFILES])
    for table, provider in PROVIDERS:
        _fill(table, [{"id": provider, "is_installed": True}])


def downgrade() -> None:
    for table, _ in PROVIDERS:
        op.execute(f"DELETE FROM {table}")  # noqa: S608  # a constant of this file
    for table in ("shipping_profiles", "store_currencies", "stores", "sales_channels", "countries", "currencies"):
        op.execute(f"DELETE FROM {table}")  # noqa: S608  # a constant of the line above
    if op.get_bind().dialect.name != "sqlite":  # references are checked now, else no table could be dropped next
        op.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _fill(table: str, rows: list[dict[str, Any]]) -> None:
    columns = [sa.column(name, UtcDateTime() if name.endswith("_at") else None) for name in rows[0]]
    op.bulk_insert(sa.table(table, *columns), rows)


def _record(now: datetime, **values: Any) -> dict[str, Any]:
    return {**values, "created_at": now, "updated_at": now, "version": 1}


def _country(number: int, row: tuple[str, str, int, str]) -> dict[str, Any]:
    iso_2, iso_3, num_code, name = row
    return {
        "id": number,
        "iso_2": iso_2,
        "iso_3": iso_3,
        "num_code": num_code,
        "name": name.upper(),
        "display_name": name,
    }
