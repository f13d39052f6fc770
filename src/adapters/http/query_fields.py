"""Types of query parameters: values for views, and filters that become conditions on the shape.

Values   ``Text()``, ``Whole(minimum=0)``, ``Percentage()``, ``Flag()``, ``Moment()``, ``Texts()`` (one or several),
         ``Names()`` (``a,b``, or one by one), ``Within({"city": Text()})`` for ``address[city]=``.
Filters  ``Exactly(Flag())``, ``AnyOf()`` (one or several values), ``Compare(Moment())`` (``a[lt]=``,
         ``a[$gte]=``, or a plain value; times as answers show them, to the millisecond), all of them with
         ``$ne``, ``$in``, ``$nin``, texts with ``$like`` and ``$ilike``, ``Search()`` for ``q``. ``field=``
         names the shape's filter where it differs from the parameter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, fields

from ports.reads import Condition, Operator

TEXT_MAX = 1_000
VALUES_MAX = 200
_WHOLE = re.compile(r"-?[0-9]{1,15}")
_PERCENTAGE = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,4})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_SHOWN_TO = timedelta(milliseconds=1)
LAST = datetime.max.replace(tzinfo=UTC)
_EQUALS = (Operator.EQ, Operator.NE, Operator.IN, Operator.NIN)
_ORDERED = (*_EQUALS, Operator.LT, Operator.LTE, Operator.GT, Operator.GTE)
_WRITTEN = (*_EQUALS, Operator.LIKE, Operator.ILIKE)


class Conditions(tuple[Condition, ...]):
    """What a filter parameter turned into."""


class Text(fields.Field[str]):
    def __init__(self, *, maximum: int = TEXT_MAX, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.maximum = maximum

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError("must be given once, as text")
        if len(value) > self.maximum:
            raise ValidationError(f"must be at most {self.maximum} characters long")
        return value


class Names(Text):
    """What to show, as one text of names parted by commas; Medusa's tax rates take the names one by one instead."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        one_by_one = isinstance(value, list) and all(isinstance(each, str) for each in value)
        return super()._deserialize(",".join(value) if one_by_one else value, attr, data, **kwargs)


class Whole(fields.Field[int]):
    def __init__(self, *, minimum: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.minimum = minimum

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if not (isinstance(value, str) and _WHOLE.fullmatch(value)):
            raise ValidationError("must be an integer number")
        number = int(value)
        if self.minimum is not None and number < self.minimum:
            raise ValidationError(f"must not be less than {self.minimum}")
        return number


class Percentage(fields.Field[Decimal]):
    """As rates are kept: at most four decimal places."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Decimal:
        if not (isinstance(value, str) and _PERCENTAGE.fullmatch(value)):
            raise ValidationError("must be a number with at most four decimal places")
        return Decimal(value)


class Flag(fields.Field[bool]):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        known = {"true": True, "false": False, "1": True, "0": False}.get(value) if isinstance(value, str) else None
        if known is None:
            raise ValidationError("must be a boolean value")
        return known


class Moment(fields.Field[datetime]):
    """``2023-02-17`` (midnight UTC), ``2023-02-17T07:22:30Z``, or seconds since 1970 as in Medusa v1."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        try:
            if isinstance(value, str) and _WHOLE.fullmatch(value):
                return datetime.fromtimestamp(int(value), UTC)
            # A "+" of an offset that was not escaped arrives as a space.
            text = value.replace(" ", "+") if isinstance(value, str) else ""
            if _DAY.fullmatch(text) or _MOMENT.fullmatch(text):
                moment = datetime.fromisoformat(text)
                return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        except (ValueError, OverflowError, OSError) as error:
            raise ValidationError("must be a date that exists") from error
        raise ValidationError("must be a date (YYYY-MM-DD) or a time (YYYY-MM-DDTHH:MM:SSZ)")


class Texts(fields.Field[list[str]]):
    """One or several values; with ``commas`` also ``a,b``."""

    def __init__(self, *, commas: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.commas = commas

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[str]:
        values = [value] if isinstance(value, str) else value
        if not (isinstance(values, list) and all(isinstance(each, str) for each in values)):
            raise ValidationError("must be one or several texts")
        if self.commas:
            values = [part for each in values for part in each.split(",") if part]
        if len(values) > VALUES_MAX or any(len(each) > TEXT_MAX for each in values):
            raise ValidationError(f"must be at most {VALUES_MAX} values of {TEXT_MAX} characters")
        return values


class Within(fields.Field[dict[str, Any]]):
    """An object of known members: ``shipping_address[postal_code]=``."""

    def __init__(self, members: Mapping[str, fields.Field[Any]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.members = members

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise ValidationError(f"must be an object of {', '.join(self.members)}")
        if unknown := set(value) - self.members.keys():
            raise ValidationError(f"has no property {', '.join(sorted(unknown))[:50]}")
        return {name: self.members[name].deserialize(given) for name, given in value.items()}


class Filter(fields.Field[Conditions]):
    """A parameter that narrows a list. field: the shape's filter, unless it has the parameter's name."""

    def __init__(self, inner: fields.Field[Any] | None = None, *, field: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.inner: fields.Field[Any] = inner or Text()
        self.field = field

    def _about(self, attr: str | None) -> str:
        return self.field or self.data_key or attr or ""

    def _value(self, value: Any) -> Any:
        return self.inner.deserialize(value)

    def _operated(self, given: Mapping[str, Any], operators: Sequence[Operator], attr: str | None) -> Conditions:
        """``{"ne": "x"}``: the parser has taken the ``$`` off."""
        known = {operator.value: operator for operator in operators}
        if unknown := set(given) - known.keys():
            raise ValidationError(f"has no operator {', '.join(sorted(unknown))[:50]}; use {', '.join(known)}")
        about = self._about(attr)
        return Conditions(
            [Condition(about, known[name], self._operand(known[name], it)) for name, it in given.items()]
        )

    def _operand(self, operator: Operator, given: Any) -> Any:
        return self._values(given) if operator in (Operator.IN, Operator.NIN) else self._value(given)

    def _values(self, given: Any) -> list[Any]:
        values = given if isinstance(given, list) else [given]
        if len(values) > VALUES_MAX:
            raise ValidationError(f"must be at most {VALUES_MAX} values")
        return [self._value(each) for each in values]


class Exactly(Filter):
    """One value; texts also by ``a[$ne]=``, ``a[$in][]=``, ``a[$like]=x%`` and the like."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Conditions:
        if isinstance(value, Mapping) and not isinstance(self.inner, Within):
            written = isinstance(self.inner, Text)
            return self._operated(value, _WRITTEN if written else _EQUALS, attr)
        return Conditions([Condition(self._about(attr), Operator.EQ, self._value(value))])


class AnyOf(Filter):
    """One value or several, and operators as of ``Exactly``; ``choices`` closes the set; with ``commas`` also
    ``a,b``. ``blank`` says that an empty value filters nothing, for those whose forms send one."""

    def __init__(
        self,
        inner: fields.Field[Any] | None = None,
        *,
        choices: frozenset[str] | None = None,
        commas: bool = False,
        blank: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(inner, **kwargs)
        self.choices = choices
        self.commas = commas
        self.blank = blank

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Conditions:
        if self.blank and value == "":
            return Conditions([])
        if isinstance(value, Mapping):
            written = isinstance(self.inner, Text) and self.choices is None
            return self._operated(value, _WRITTEN if written else _EQUALS, attr)
        given = value if isinstance(value, list) else [value]
        if self.commas:
            given = [part for each in given if isinstance(each, str) for part in each.split(",") if part]
        return Conditions([Condition(self._about(attr), Operator.IN, self._values(given))])

    def _value(self, value: Any) -> Any:
        known = super()._value(value)
        if self.choices is not None and known not in self.choices:
            raise ValidationError(f"must be one of the following values: {', '.join(sorted(self.choices))}")
        return known


class Compare(Filter):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Conditions:
        if isinstance(value, Mapping):
            given = self._operated(value, _ORDERED, attr)
        else:
            given = Conditions([Condition(self._about(attr), Operator.EQ, self._value(value))])
        return Conditions(each for condition in given for each in as_shown(condition))


def as_shown(condition: Condition) -> list[Condition]:
    """The condition, in terms of what is kept. Times are kept in microseconds and shown cut to milliseconds: who
    asks for what came after the last time they saw is not to be shown the same again, nor to miss it by ``lte``."""
    value = condition.value
    if not isinstance(value, datetime) or condition.operator not in _ORDERED or condition.operator is Operator.NE:
        return [condition]
    begin = value.replace(microsecond=value.microsecond // 1_000 * 1_000)
    whole = begin == value
    end = begin + min(_SHOWN_TO, LAST - begin)
    since, until = Condition(condition.field, Operator.GTE, begin), Condition(condition.field, Operator.LT, end)
    after = Condition(condition.field, Operator.GTE, end)
    match condition.operator:
        case Operator.EQ:
            return [since, until] if whole else [condition]
        case Operator.LT:
            return [Condition(condition.field, Operator.LT, begin) if whole else until]
        case Operator.LTE:
            return [until]
        case Operator.GT:
            return [after]
        case _:
            return [since if whole else after]


class Search(Filter):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Conditions:
        text = self._value(value).strip()
        return Conditions([Condition(self._about(attr), Operator.SEARCH, text)] if text else [])
