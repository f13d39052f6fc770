"""The numbers of a fulfillment's tracking links, which Medusa shows beside the links themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Table, select

from adapters.db.reads.among import among
from adapters.db.reads.shape import KEYS, Computed, Facts, Source
from ports.reads import Tree


def tracking_numbers(links: Table) -> Computed:
    """``tracking_numbers`` of the fulfillments whose links are in this table; one statement for all rows."""
    source = Source(
        statement=select(links.c.fulfillment_id, links.c.tracking_number)
        .where(among(links.c.fulfillment_id, KEYS), links.c.deleted_at.is_(None))
        .order_by(links.c.position, links.c.id),
        key="id",
    )

    def compute(rows: Sequence[Tree], facts: Facts) -> Iterable[Mapping[str, object]]:
        for row in rows:
            yield {"tracking_numbers": [found.tracking_number for found in facts.of(source, row["id"])]}

    return Computed(gives=("tracking_numbers",), needs=("id",), sources=(source,), compute=compute)
