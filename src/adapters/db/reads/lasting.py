"""Conditions whose statement is kept: their values come in as parameters each time.

Lists are filled up to one of a few lengths with what they hold already, so that lists of about the same
length share a statement. They are written out, value by value: of a list in one parameter SQLite cannot tell
how short it is, and would rather look through a whole index than look up a few keys.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam

from adapters.db.reads.filters import By
from adapters.db.reads.shape import Shape
from ports.reads import Condition, Operator, Where

_PLAIN = frozenset({Operator.EQ, Operator.LT, Operator.LTE, Operator.GT, Operator.GTE})
_LENGTHS = (1, 2, 4, 8, 16, 32, 64, 128)


def is_lasting(shape: Shape, condition: Condition) -> bool:
    """Whether the statement stays the same for other values."""
    if not isinstance(shape.filters.get(condition.field), By):
        return False
    value = condition.value
    if condition.operator is Operator.IN:
        return isinstance(value, list | tuple) and 0 < len(value) <= _LENGTHS[-1] and all(map(_is_one, value))
    return condition.operator in _PLAIN and _is_one(value)


def form(condition: Condition) -> tuple[object, ...]:
    """Equal for conditions that share a statement."""
    return condition.field, condition.operator, _length(condition)


def named(number: int, condition: Condition) -> Condition:
    """The condition with parameters for values. number: its place among all conditions."""
    names = _names(number, condition)
    value: object = bindparam(names[0])
    if condition.operator is Operator.IN:
        value = [bindparam(name) for name in names]
    return Condition(condition.field, condition.operator, value)


def values_of(where: Where) -> dict[str, object]:
    """What the parameters of ``named`` are filled with."""
    values: dict[str, object] = {}
    for number, condition in enumerate(where):
        names = _names(number, condition)
        given: Sequence[object] = [condition.value]
        if condition.operator is Operator.IN and isinstance(condition.value, list | tuple):
            given = [*condition.value, *[condition.value[-1]] * (len(names) - len(condition.value))]
        values |= zip(names, given, strict=True)
    return values


def _is_one(value: object) -> bool:
    return isinstance(value, str | int | datetime)


def _length(condition: Condition) -> int:
    """For how many values there are parameters."""
    if condition.operator is not Operator.IN or not isinstance(condition.value, list | tuple):
        return 1
    return _LENGTHS[bisect_left(_LENGTHS, len(condition.value))]


def _names(number: int, condition: Condition) -> Sequence[str]:
    return [f"where_{number}_{place}" for place in range(_length(condition))]
