"""Types of JSON body fields, strict: a boolean is no integer, a float is no integer, "5" is no number.

Optional fields also take null, as Medusa v1 does; views see None for it and find nothing for a name
that was not sent. Schemas derive from ``Body``. Fields: ``Str(min=, max=)``, ``Int(min=, max=)``,
``Bool()``, ``Dec(min=, max=)`` (Decimal, of percentages), ``Word("a", "b")`` (closed set), ``Moment()``,
``Metadata()``, ``Many(Str(), max=)``, ``Part(AddressBody)`` (an object), ``Anything()`` (a free object),
``Either(Str(), Part(...))``, ``File()`` (of a form).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields
from werkzeug.datastructures import FileStorage

METADATA_KEYS_MAX = 50
METADATA_BYTES_MAX = 16 * 1024
STRING_MAX = 10_000
ARRAY_MAX = 1_000
INT_MAX = 2**53 - 1
PLACES = 4


class Body(Schema):
    """A JSON object in which every name is known."""

    class Meta:
        unknown = RAISE


class Strict(fields.Field[Any]):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("allow_none", not kwargs.get("required", False))
        super().__init__(**kwargs)


class Str(Strict):
    """min, max: characters. A required text is not empty unless ``min=0``."""

    def __init__(self, *, min: int | None = None, max: int = STRING_MAX, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.min = min if min is not None else (1 if self.required else 0)
        self.max = max

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError("must be a string")
        if len(value) < self.min:
            raise ValidationError(
                "should not be empty" if self.min == 1 else f"must be at least {self.min} characters"
            )
        if len(value) > self.max:
            raise ValidationError(f"must be at most {self.max} characters")
        return value


class Int(Strict):
    """A JSON number written without fraction or exponent."""

    def __init__(self, *, min: int = -INT_MAX, max: int = INT_MAX, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.min, self.max = min, max

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if type(value) is not int:
            raise ValidationError("must be an integer number")
        if value < self.min:
            raise ValidationError(f"must not be less than {self.min}")
        if value > self.max:
            raise ValidationError(f"must not be greater than {self.max}")
        return value


class Bool(Strict):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("must be a boolean value")
        return value


class Dec(Strict):
    """A number kept exact, e.g. a tax rate, with the four decimal places that are kept of percentages. Never
    money: amounts are ``Int`` in minor units."""

    def __init__(self, *, min: int, max: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.min, self.max = min, max

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValidationError("must be a number")
        if not self.min <= value <= self.max:
            raise ValidationError(f"must be between {self.min} and {self.max}")
        exact = Decimal(str(value))
        if exact != round(exact, PLACES):
            raise ValidationError(f"must have at most {PLACES} decimal places")
        return exact


class Word(Strict):
    """One of a closed set."""

    def __init__(self, *words: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.words = words

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not (isinstance(value, str) and value in self.words):
            raise ValidationError(f"must be one of the following values: {', '.join(self.words)}")
        return value


class Moment(Strict):
    """A time with its zone, or a day (midnight UTC)."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        if not isinstance(value, str) or len(value) > 40:
            raise ValidationError("must be a time in ISO 8601")
        try:
            moment = datetime.fromisoformat(value)
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise ValidationError("must be a time in ISO 8601") from error


class Anything(Strict):
    """An object whose names are the caller's own."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, object]:
        if not isinstance(value, dict):
            raise ValidationError("must be an object")
        return value


class File(Strict):
    """A file of a multipart form."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> FileStorage:
        if not isinstance(value, FileStorage):
            raise ValidationError("must be a file")
        return value


class Metadata(Anything):
    """Up to 50 keys and 16 KiB."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, object]:
        metadata = super()._deserialize(value, attr, data, **kwargs)
        if len(metadata) > METADATA_KEYS_MAX:
            raise ValidationError(f"must have at most {METADATA_KEYS_MAX} keys")
        if len(json.dumps(metadata, ensure_ascii=False).encode()) > METADATA_BYTES_MAX:
            raise ValidationError(f"must be at most {METADATA_BYTES_MAX} bytes of JSON")
        return metadata


class Many(Strict):
    """A list of one kind, none of them null. min, max: members."""

    def __init__(self, inner: fields.Field[Any], *, min: int = 0, max: int = ARRAY_MAX, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        inner.allow_none = False
        self.inner, self.min, self.max = inner, min, max

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        if not isinstance(value, list):
            raise ValidationError("must be an array")
        if len(value) < self.min:
            raise ValidationError(
                "should not be empty" if self.min == 1 else f"must have at least {self.min} members"
            )
        if len(value) > self.max:
            raise ValidationError(f"must have at most {self.max} members")
        members, problems = [], {}
        for index, each in enumerate(value):
            try:
                members.append(self.inner.deserialize(each))
            except ValidationError as error:
                problems[index] = error.messages
        if problems:
            raise ValidationError(problems)
        return members


class Part(Strict):
    """An object of known names."""

    def __init__(self, schema: type[Schema], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.schema = schema

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            raise ValidationError("must be an object")
        loaded: Mapping[str, Any] = self.schema().load(value)
        return loaded


class Either(Strict):
    """A text where the other form is an object, e.g. an address or an address's id."""

    def __init__(self, text: Str, part: Part, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.text, self.part = text, part

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        return (self.text if isinstance(value, str) else self.part).deserialize(value)
