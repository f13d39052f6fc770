"""``ports.product_search.ProductSearch`` in the shop's own database."""

from __future__ import annotations

from adapters.db.engine import Engines
from adapters.db.reads.sql_reads import SqlReads
from adapters.db.search.documents import rebuild
from adapters.db.transaction import transaction
from ports.product_search import Found
from ports.reads import Condition, Operator, Paging, ReadContext, Selection

_IDS = Selection(frozenset({"id"}))


class SqlProductSearch:
    """The index is written by units of work; this reads it, and makes it anew."""

    def __init__(self, engines: Engines, reads: SqlReads) -> None:
        self._engines = engines
        self._reads = reads

    def find(self, text: str, context: ReadContext, *, offset: int, limit: int) -> Found:
        if not text.strip():
            return Found((), 0)
        page = self._reads.page(
            "product",
            [Condition("q", Operator.SEARCH, text)],
            _IDS,
            context,
            Paging(offset=offset, limit=limit, ranked=True),
        )
        return Found([str(row["id"]) for row in page.rows], page.count)

    def rebuild(self) -> int:
        with transaction(self._engines.write) as run:
            return rebuild(run)
