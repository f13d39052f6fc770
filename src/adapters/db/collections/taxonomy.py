"""Categories and the records without rules, as rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar, cast

from sqlalchemy import bindparam, select

from adapters.db.collections.collection import SqlCollection, roots
from adapters.db.mapping import Mapper
from adapters.db.tables import notes, product_categories, product_collections
from adapters.db.transaction import Transaction
from core.domain.category import CategoryNotFound, ProductCategory
from core.domain.reference import CollectionNotFound, Note, NoteNotFound, ProductCollection, Record

CATEGORY = Mapper(ProductCategory, product_categories)
PRODUCT_COLLECTION = Mapper(ProductCollection, product_collections)
NOTE = Mapper(Note, notes)

R = TypeVar("R", bound=Record)
_CATEGORY = product_categories.c
_ROOTS = roots(CATEGORY, _CATEGORY.parent_category_id.is_(None)).order_by(_CATEGORY.rank, _CATEGORY.id)
_CHILDREN = roots(CATEGORY, _CATEGORY.parent_category_id == bindparam("parent_id")).order_by(
    _CATEGORY.rank, _CATEGORY.id
)
_KNOWN = select(_CATEGORY.id).where(
    _CATEGORY.id.in_(bindparam("ids", expanding=True)), _CATEGORY.deleted_at.is_(None)
)


class SqlCategories(SqlCollection[ProductCategory]):
    mapper = CATEGORY
    missing = CategoryNotFound
    label = "ProductCategory"

    def children_of(self, parent_id: str | None) -> list[ProductCategory]:
        if parent_id is None:
            return self._find(_ROOTS, {})
        return self._find(_CHILDREN, {"parent_id": parent_id})

    def known(self, ids: Iterable[str]) -> set[str]:
        wanted = sorted(set(ids))
        return {row["id"] for row in self._transaction.rows(_KNOWN, {"ids": wanted})} if wanted else set()


class _ProductCollections(SqlCollection[ProductCollection]):
    mapper = PRODUCT_COLLECTION
    missing = CollectionNotFound
    label = "Product collection"


class _Notes(SqlCollection[Note]):
    mapper = NOTE
    missing = NoteNotFound
    label = "Note"


class SqlRecords:
    """One collection of rows per kind of record."""

    def __init__(self, transaction: Transaction) -> None:
        self.collections: dict[Any, SqlCollection[Any]] = {
            ProductCollection: _ProductCollections(transaction),
            Note: _Notes(transaction),
        }

    def get(self, entity: Callable[..., R], id: str) -> R:
        return cast("R", self.collections[entity].get(id))

    def add(self, record: Record) -> None:
        self.collections[type(record)].add(record)
