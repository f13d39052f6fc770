"""Column types whose values look the same in Python whichever database keeps them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import orjson
from sqlalchemy import BigInteger, DateTime, Dialect, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine

PERCENT_SCALE = 10_000


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in and out. SQLite keeps fixed-width text, so that text order is time order."""

    impl = String(26)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(26))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        return _text_of(value) if dialect.name == "sqlite" else _in_utc(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return _moment_of(value) if dialect.name == "sqlite" else _in_utc(value)

    # Straight to the functions: a page of products holds hundreds of times.
    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any] | None:
        return _text_of if dialect.name == "sqlite" else _in_utc

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None] | None:
        return _moment_of if dialect.name == "sqlite" else _in_utc


def _in_utc(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError(f"{value!r} has no time zone")
    return value.astimezone(UTC)


def _text_of(value: datetime | None) -> str | None:
    moment = _in_utc(value)
    return None if moment is None else moment.replace(tzinfo=None).isoformat(timespec="microseconds")


def _moment_of(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text + "+00:00")


class Percent(TypeDecorator[Decimal]):
    """A percentage as a whole number of ten-thousandths of a percent: 12.5 % is stored as 125000."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        scaled = Decimal(value) * PERCENT_SCALE
        if scaled != scaled.to_integral_value():
            raise ValueError(f"a percentage has at most four decimal places, not {value}")
        return int(scaled)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value) / PERCENT_SCALE


class JsonText(str):
    """JSON that has been written out already; columns take it as it is."""

    __slots__ = ()


def json_text(value: Any) -> JsonText:
    """Compact JSON. Tuples and sets become lists."""
    if isinstance(value, frozenset):
        value = sorted(value)
    return JsonText(orjson.dumps(value).decode())


class Json(TypeDecorator[Any]):
    """Plain JSON values; text on SQLite, jsonb on PostgreSQL. None is SQL NULL."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Text())
        return dialect.type_descriptor(JSONB(none_as_null=True))

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        if value is None:
            return None
        if dialect.name == "sqlite":
            return str(value) if isinstance(value, JsonText) else json_text(value)
        return value  # the engine knows JsonText

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return _json_of(value) if dialect.name == "sqlite" else value

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        # Elsewhere the driver gives what was stored, so there is nothing of our own to do.
        return _json_of if dialect.name == "sqlite" else self.impl_instance.result_processor(dialect, coltype)


def _json_of(text: str | None) -> Any:
    return None if text is None else orjson.loads(text)
