"""``limit``, ``offset`` and ``order`` of lists, and the three keys that answer them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from adapters.http.query import Query
from core.domain.errors import Invalid
from ports.reads import Audience, Paging

LIMIT_MAX = {Audience.STORE: 100, Audience.ADMIN: 1_000}
OFFSET_MAX = 1_000_000
NEWEST_FIRST: tuple[tuple[str, bool], ...] = (("created_at", True),)
OLDEST_FIRST: tuple[tuple[str, bool], ...] = (("created_at", False),)
_ORDER = re.compile(r"[-+ ]?[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*")


def paging(
    limit: int | None, offset: int | None, order: str | None, *, default: int | None, audience: Audience
) -> Paging:
    """A larger limit than allowed is lowered, 0 gives an empty page. Without an order, the best matches of
    a search come first. Raises Invalid."""
    wanted = default if limit is None else limit
    if wanted is not None:
        wanted = min(wanted, LIMIT_MAX[audience])
    if (offset or 0) > OFFSET_MAX:
        raise Invalid(f"offset must not be greater than {OFFSET_MAX}")
    return Paging(offset=offset or 0, limit=wanted, order=_order(order) if order else NEWEST_FIRST, ranked=not order)


def oldest_first(query: Query) -> Query:
    """As asked, and the oldest first if no order was asked for."""
    paging = query.paging
    if paging is None or not paging.ranked:
        return query
    return replace(query, paging=replace(paging, order=OLDEST_FIRST))


def _order(text: str) -> Sequence[tuple[str, bool]]:
    """``title`` ascending, ``-created_at`` descending; several after commas."""
    keys = text.split(",")
    for key in keys:
        if not _ORDER.fullmatch(key):
            raise Invalid(f"order [{key[:50]}] is not a valid field name")
    return tuple((key.lstrip("-+ "), key.startswith("-")) for key in keys)
