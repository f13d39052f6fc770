"""Filtering products, customer groups and the like by a discount's condition that names them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import FromClause, Select, select

from adapters.db import tables
from adapters.db.reads.filters import through


def _conditions_on(named: FromClause) -> Select[Any]:
    links = tables.discount_condition_resources
    return select(links.c.condition_id).where(links.c.resource_id == named.c.id)


named_by_condition = through(_conditions_on, "condition_id")
