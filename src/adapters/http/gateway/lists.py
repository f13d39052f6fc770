"""Pages of the gateway: ``limit``, ``offset``, ``sort`` in, ``{data, total}`` out.

``sort`` is ``createdAt_DESC`` or ``-createdAt``; a bare name ascends. Names are those of the API.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from adapters.http.paging import LIMIT_MAX, OFFSET_MAX
from adapters.http.query import Query
from core.domain.errors import Invalid
from ports.reads import Audience, Paging, Tree

Order = tuple[tuple[str, bool], ...]
NEWEST: Order = (("created_at", True),)
_DIRECTED = re.compile(r"(.+)_(asc|desc)", re.IGNORECASE)


def page_of(query: Query, sorts: Mapping[str, str], *, default_limit: int = 10, default: Order = NEWEST) -> Paging:
    """sorts: columns of the shape by the names callers use. Larger limits than allowed are lowered.
    Raises Invalid for other names."""
    limit, offset = query.get("limit"), query.get("offset") or 0
    if offset > OFFSET_MAX:
        raise Invalid(f"offset must not be greater than {OFFSET_MAX}")
    wanted = default_limit if limit is None else min(limit, LIMIT_MAX[Audience.STORE])
    return Paging(offset=offset, limit=wanted, order=sort_order(query.get("sort"), sorts, default=default))


def sort_order(sort: str | None, sorts: Mapping[str, str], *, default: Order = NEWEST) -> Order:
    """Raises Invalid."""
    if not sort:
        return default
    directed = _DIRECTED.fullmatch(sort)
    if directed is not None:
        name, descending = directed[1], directed[2].lower() == "desc"
    else:
        name, descending = sort.removeprefix("-"), sort.startswith("-")
    column = sorts.get(name) or sorts.get(_camel(name))
    if column is None:
        raise Invalid(f"sort must be one of {', '.join(sorts)}, with _ASC or _DESC after it")
    return ((column, descending),)


def paged(rows: Sequence[Tree], total: int) -> Tree:
    """total: of all pages."""
    return {"data": list(rows), "total": total}


def _camel(name: str) -> str:
    """``created_at`` works as ``createdAt`` does."""
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)
