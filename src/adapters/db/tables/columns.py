"""The shared MetaData and the few column shapes that every table repeats."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    false,
    text,
)
from sqlalchemy.types import TypeEngine

from adapters.db.types import Json, UtcDateTime

LIVE = text("deleted_at IS NULL")

# Names make constraints alterable in migrations and recognisable in errors.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ColumnType = TypeEngine[Any] | type[TypeEngine[Any]]


def key(name: str = "id") -> Column[Any]:
    return Column(name, String, primary_key=True)


def required(name: str, type: ColumnType = String) -> Column[Any]:
    return Column(name, type, nullable=False)


def optional(name: str, type: ColumnType = String) -> Column[Any]:
    return Column(name, type, nullable=True)


def reference(
    name: str, target: str, *, null: bool = False, primary_key: bool = False, closes_circle: bool = False
) -> Column[Any]:
    """A foreign key, checked at commit: rows of one commit may be written in any order.

    closes_circle: its target refers back, so databases that can add it only afterwards do.
    """
    foreign = ForeignKey(target, deferrable=True, initially="DEFERRED", use_alter=closes_circle)
    return Column(name, String, foreign, nullable=null, primary_key=primary_key)


def flag(name: str) -> Column[Any]:
    return Column(name, Boolean, nullable=False)


def flag_added(name: str) -> Column[Any]:
    """A flag that a table got when there were rows in it already: they have it off."""
    return Column(name, Boolean, nullable=False, server_default=false())


def count(name: str) -> Column[Any]:
    return Column(name, Integer, nullable=False)


def amount(name: str, *, null: bool = False) -> Column[Any]:
    """Minor units."""
    return Column(name, BigInteger, nullable=null)


def amount_added(name: str) -> Column[Any]:
    """An amount that a table got when there were rows in it already: they have 0."""
    return Column(name, BigInteger, nullable=False, server_default=text("0"))


def moment(name: str, *, null: bool = True) -> Column[Any]:
    return Column(name, UtcDateTime, nullable=null)


def json(name: str, *, null: bool = False) -> Column[Any]:
    return Column(name, Json, nullable=null)


def meta() -> Column[Any]:
    return json("metadata", null=True)


def timestamps() -> tuple[Column[Any], Column[Any]]:
    return moment("created_at", null=False), moment("updated_at", null=False)


def soft_timestamps() -> tuple[Column[Any], Column[Any], Column[Any]]:
    return (*timestamps(), moment("deleted_at"))


def position() -> Column[Any]:
    return Column("position", Integer, nullable=False)


def version() -> Column[Any]:
    return Column("version", Integer, nullable=False)


def version_added() -> Column[Any]:
    """For a table that had rows before anything of the shop wrote to it."""
    return Column("version", Integer, nullable=False, server_default=text("1"))


def not_negative(*names: str) -> tuple[CheckConstraint, ...]:
    return tuple(CheckConstraint(f"{name} >= 0", name=f"{name}_not_negative") for name in names)


def at_least_one(name: str) -> CheckConstraint:
    return CheckConstraint(f"{name} >= 1", name=f"{name}_at_least_one")


def newest_first(table: str) -> Index:
    """Serves the default order of lists."""
    return Index(f"ix_{table}_newest", "created_at", "id")


def live_index(table: str, *columns: str) -> Index:
    """For lists that show only what was not deleted, which then pass over rows and count them by it alone."""
    return Index(f"ix_{table}_live_{'_'.join(columns)}", *columns, sqlite_where=LIVE, postgresql_where=LIVE)
