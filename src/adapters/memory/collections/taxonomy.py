"""Categories and the records without rules, in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar, cast

from adapters.memory.shelf import Overlay, Shelf
from core.domain.category import CategoryNotFound, ProductCategory
from core.domain.reference import CollectionNotFound, Note, NoteNotFound, ProductCollection, Record

R = TypeVar("R", bound=Record)


class InMemoryCategories(Shelf[ProductCategory]):
    missing = CategoryNotFound
    label = "ProductCategory"

    def children_of(self, parent_id: str | None) -> list[ProductCategory]:
        found = self.find(lambda category: category.parent_category_id == parent_id)
        return sorted(found, key=lambda category: (category.rank, category.id))

    def known(self, ids: Iterable[str]) -> set[str]:
        wanted = set(ids)
        return {row.id for row in self.rows if row.id in wanted and row.deleted_at is None}


class _ProductCollections(Shelf[ProductCollection]):
    missing = CollectionNotFound
    label = "Product collection"


class _Notes(Shelf[Note]):
    missing = NoteNotFound
    label = "Note"


class InMemoryRecords:
    """One shelf per kind of record."""

    def __init__(self, product_collections: Overlay[ProductCollection], notes: Overlay[Note]) -> None:
        self.shelves: dict[Any, Shelf[Any]] = {
            ProductCollection: _ProductCollections(product_collections),
            Note: _Notes(notes),
        }

    def get(self, entity: Callable[..., R], id: str) -> R:
        return cast("R", self.shelves[entity].get(id))

    def add(self, record: Record) -> None:
        self.shelves[type(record)].add(record)
