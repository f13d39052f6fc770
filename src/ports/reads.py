"""Reading: lists and details for the outside, by shape. Decisions use collections, never this."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from core.domain.errors import Invalid

Tree = dict[str, object]


class UnknownSelection(Invalid):
    """A field, relation, filter or sort key that the shape does not offer to this audience."""


class Audience(StrEnum):
    """For whom a tree is built; relations may show less to the store than to admins."""

    STORE = "store"
    ADMIN = "admin"


@dataclass(frozen=True)
class Selection:
    """Which columns and relations of a shape to return. ``everything``: all columns. ``eager``: also the
    relations that always come along with such a thing in Medusa, e.g. a fulfillment's items."""

    columns: frozenset[str] = frozenset()
    relations: Mapping[str, Selection] = field(default_factory=dict)
    everything: bool = False
    eager: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadContext:
    """The moment and the place a tree is built for; computed entries and visibility depend on it.

    role: of the admin who reads. group_ids, channel_ids: of the customer and the storefront. edition: which
    state of the catalogue the reader has found, for what follows from the catalogue and the channels alone;
    how many there are of something may then be told from memory. price_list_id: whose products are looked at.
    shipping_prices: minor units, of shipping options that cost something else here than they say.
    """

    audience: Audience
    now: datetime
    region_id: str | None = None
    currency_code: str | None = None
    customer_id: str | None = None
    group_ids: frozenset[str] = frozenset()
    channel_ids: frozenset[str] | None = None
    include_taxes: bool = True
    role: str | None = None
    edition: int | None = None
    price_list_id: str | None = None
    shipping_prices: tuple[tuple[str, int], ...] = ()


class Operator(StrEnum):
    EQ = "eq"
    NE = "ne"
    IN = "in"
    NIN = "nin"
    LT = "lt"
    LTE = "lte"
    GT = "gt"
    GTE = "gte"
    LIKE = "like"
    ILIKE = "ilike"
    NULL = "null"
    SEARCH = "search"


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that must hold. field: a filter the shape declares; value fits the operator
    (a sequence for IN and NIN, a bool for NULL)."""

    field: str
    operator: Operator
    value: object


Where = Sequence[Condition]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """order: (field, descending) pairs; ``id`` is always added as the last tie-break. ranked: where a
    condition searches, its best matches come first, and ``order`` only parts equals."""

    offset: int = 0
    limit: int | None = None
    order: Sequence[tuple[str, bool]] = (("created_at", True),)
    ranked: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Tree]
    count: int


class Reads(Protocol):
    """Trees of plain JSON values for one shape: times as text (``2024-01-02T03:04:05.678Z``), rates as Decimal.

    Costs    one statement per selected relation to many, none for empty key sets, at most one more
             per source of computed entries; ``page`` adds one for the count.
    Errors   UnknownSelection; NotFound (the shape's own) from ``one``.
    """

    def one(self, shape: str, where: Where, selection: Selection, context: ReadContext) -> Tree: ...

    def first(self, shape: str, where: Where, selection: Selection, context: ReadContext) -> Tree | None: ...

    def page(self, shape: str, where: Where, selection: Selection, context: ReadContext, paging: Paging) -> Page: ...

    def check(self, shape: str, selection: Selection, audience: Audience) -> None:
        """Raises UnknownSelection without reading anything."""
        ...
