"""Conditions on a shape's rows, as SQL.

Every filter answers a boolean expression over the shape's table (sub-queries for anything further
away, so that rows are never multiplied). An operator that makes no sense for a filter is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, FromClause, bindparam, false, not_, or_, true
from sqlalchemy.sql.selectable import Select

from adapters.db.reads.moments import cut
from adapters.db.reads.patterns import matches, small
from adapters.db.reads.shape import Expression, Filter
from adapters.db.types import UtcDateTime
from ports.reads import Condition, Operator, ReadContext, UnknownSelection

_EQUAL_OR_NOT = frozenset({Operator.EQ, Operator.NE, Operator.IN, Operator.NIN})
Subquery = Callable[[FromClause], Select[Any]]


def refuse(condition: Condition) -> UnknownSelection:
    return UnknownSelection(f"{condition.field} cannot be filtered by {condition.operator.value}")


def compare(column: ColumnElement[Any], condition: Condition) -> ColumnElement[bool]:
    """One column against one condition; a time equals what is shown of it, its milliseconds. Raises
    UnknownSelection for SEARCH."""
    value = condition.value
    if condition.operator in _EQUAL_OR_NOT and isinstance(column.type, UtcDateTime):
        column = cut(column)
    match condition.operator:
        case Operator.EQ:
            return column.is_(None) if value is None else column == value
        case Operator.NE:
            return column.is_not(None) if value is None else or_(column != value, column.is_(None))
        case Operator.IN:
            return _among(column, value)
        case Operator.NIN:
            return or_(not_(_among(column, value)), column.is_(None))
        case Operator.LT:
            return column < value
        case Operator.LTE:
            return column <= value
        case Operator.GT:
            return column > value
        case Operator.GTE:
            return column >= value
        case Operator.LIKE:
            return matches(column, str(value))
        case Operator.ILIKE:
            return matches(small(column), str(value).lower())
        case Operator.NULL:
            return column.is_(None) if value else column.is_not(None)
        case _:
            raise refuse(condition)


def _among(column: ColumnElement[Any], value: object) -> ColumnElement[bool]:
    values = list(value) if isinstance(value, Sequence | set | frozenset) and not isinstance(value, str) else [value]
    return column.in_([_of_type(column, one) for one in values])


def _of_type(column: ColumnElement[Any], value: object) -> object:
    """A parameter for a value of the column, which SQLAlchemy does not see in lists."""
    return bindparam(value.key, type_=column.type) if isinstance(value, BindParameter) else value


@dataclass(frozen=True, slots=True)
class By:
    """Filter by a column of the shape's own table."""

    expression: str | Expression

    def __call__(self, table: FromClause, condition: Condition, context: ReadContext) -> ColumnElement[bool]:
        expression = self.expression
        column = table.c[expression] if isinstance(expression, str) else expression(table)
        return compare(column, condition)


def by(expression: str | Expression) -> Filter:
    return By(expression)


def each(*names: str) -> dict[str, Filter]:
    """Filters by columns of the same names."""
    return {name: by(name) for name in names}


def through(link: Subquery, column: str) -> Filter:
    """Rows that have at least one related row for which the condition holds (NE, NIN, NULL: none).

    link: the related rows of one row of the table, correlated to it; column: what is compared.
    """

    def build(table: FromClause, condition: Condition, context: ReadContext) -> ColumnElement[bool]:
        related = link(table)
        compared = related.selected_columns[column]
        match condition.operator:
            case Operator.NE:
                return not_(related.where(compared == condition.value).exists())
            case Operator.NIN:
                return not_(related.where(_among(compared, condition.value)).exists())
            case Operator.NULL:
                return not_(related.exists()) if condition.value else related.exists()
            case _:
                return related.where(compare(compared, condition)).exists()

    return build


def search(*expressions: Expression, related: Sequence[tuple[Subquery, tuple[str, ...]]] = ()) -> Filter:
    """``q``: the text occurs, whatever its case, in one of the columns here or in related rows."""

    def build(table: FromClause, condition: Condition, context: ReadContext) -> ColumnElement[bool]:
        if condition.operator not in (Operator.SEARCH, Operator.EQ):
            raise refuse(condition)
        text = str(condition.value).strip()
        if not text:
            return true()
        here = [contains(expression(table), text) for expression in expressions]
        there = [_related_contains(link(table), names, text) for link, names in related]
        return or_(*here, *there)

    return build


def contains(column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    """``text`` somewhere in the column, whatever its case; % and _ in it are plain characters."""
    return small(column).contains(text.lower(), autoescape=True)


def _related_contains(related: Select[Any], names: Sequence[str], text: str) -> ColumnElement[bool]:
    hits = [contains(related.selected_columns[name], text) for name in names]
    return related.where(or_(*hits)).exists()


def one_of(
    cases: Callable[[FromClause, ReadContext], dict[str, ColumnElement[bool]]],
) -> Filter:
    """A status that is worked out, not stored: each of its values as a condition."""

    def build(table: FromClause, condition: Condition, context: ReadContext) -> ColumnElement[bool]:
        known = cases(table, context)
        value = condition.value
        match condition.operator:
            case Operator.EQ:
                return known.get(str(value), false())
            case Operator.NE:
                return not_(known.get(str(value), false()))
            case Operator.IN | Operator.NIN:
                values = list(value) if isinstance(value, Sequence) and not isinstance(value, str) else [value]
                among = or_(false(), *(known.get(str(one), false()) for one in values))
                return among if condition.operator is Operator.IN else not_(among)
            case _:
                raise refuse(condition)

    return build
