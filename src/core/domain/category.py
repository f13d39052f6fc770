"""The tree that shoppers browse: product categories, each among its siblings at a rank of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core.domain.errors import Duplicate, FieldProblem, Invalid, NotAllowed, NotFound
from core.domain.events import Event, ProductCategoryDeleted
from core.domain.values import Metadata


class CategoryNotFound(NotFound):
    pass


class CategoryHandleTaken(Duplicate):
    code = "HANDLE_TAKEN"


@dataclass(slots=True, kw_only=True)
class ProductCategory:
    """handle: unique among live categories. rank: its place among its siblings, from 0 without gaps.

    The store shows it when it is active and not internal.
    """

    id: str
    name: str
    handle: str
    description: str = ""
    is_active: bool = False
    is_internal: bool = False
    parent_category_id: str | None = None
    rank: int = 0
    metadata: Metadata | None = None
    deleted_at: datetime | None = None
    version: int = 0
    events: list[Event] = field(default_factory=list, compare=False, repr=False)

    def __post_init__(self) -> None:
        self.check()

    def check(self) -> None:
        """Raises Invalid when the category contradicts itself."""
        for name, value in (("name", self.name), ("handle", self.handle)):
            if not value.strip():
                raise Invalid(f"a category needs a {name}", fields=[FieldProblem(name, "must not be empty")])

    def delete(self, now: datetime, children: Sequence[ProductCategory]) -> None:
        """Raises NotAllowed while there are categories below it."""
        if children:
            raise NotAllowed(f"Deleting ProductCategory ({self.id}) with category children is not allowed")
        self.deleted_at = now
        self.events.append(ProductCategoryDeleted(id=self.id))


def settle(
    siblings: Iterable[ProductCategory], moved: ProductCategory | None = None, rank: int | None = None
) -> None:
    """Rank all children of one parent without gaps, in the order they had.

    moved: which of them (or newly among them) goes to ``rank``, the others making room; a rank that is None
    or beyond the end is the end.
    """
    row = sorted((one for one in siblings if moved is None or one.id != moved.id), key=lambda one: (one.rank, one.id))
    if moved is not None:
        place = len(row) if rank is None else max(0, min(rank, len(row)))
        row.insert(place, moved)
    for number, category in enumerate(row):
        category.rank = number


def check_ancestors(category: ProductCategory, above: Iterable[ProductCategory]) -> None:
    """above: the new parent and everything above that. Raises NotAllowed when the category is among them."""
    if any(ancestor.id == category.id for ancestor in above):
        raise NotAllowed("a category cannot be below itself")
