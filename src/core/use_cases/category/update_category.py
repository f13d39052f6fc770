"""Change a category, or move it in the tree."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.domain.actor import Actor
from core.domain.category import ProductCategory, check_ancestors, settle
from core.domain.errors import FieldProblem, Invalid
from core.domain.events import ProductCategoryUpdated
from core.domain.values import Metadata, merge_metadata
from core.use_cases.category.tree import above, hold
from core.use_cases.replay import replayed
from ports.unit_of_work import Begin, UnitOfWork

_PLAIN = frozenset({"name", "handle", "description", "is_active", "is_internal"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryChanges:
    """values: what was sent, by name: name, handle, description, is_active, is_internal,
    parent_category_id (None makes it a root), rank (from 0; beyond the end is the end)."""

    values: Mapping[str, object] = field(default_factory=dict)
    metadata: Metadata | None = None


class UpdateCategory:
    """A new parent without a rank puts it last among its new siblings.

    Raises CategoryNotFound for it and for its parent, Invalid, NotAllowed when it would be below itself,
    CategoryHandleTaken.
    """

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    @replayed
    def __call__(self, actor: Actor, id: str, changes: CategoryChanges) -> None:
        values = changes.values
        for name in values.keys() & _PLAIN:
            if values[name] is None:
                raise Invalid(f"{name} must not be null", fields=[FieldProblem(name, "must not be null")])
        with self._begin(actor, "product_category.update") as work:
            hold(work)
            category = work.categories.get(id)
            for name in values.keys() & _PLAIN:
                setattr(category, name, values[name])
            category.metadata = merge_metadata(category.metadata, changes.metadata)
            self._move(work, category, values)
            category.check()
            category.events.append(ProductCategoryUpdated(id=id))
            work.commit()

    def _move(self, work: UnitOfWork, category: ProductCategory, values: Mapping[str, object]) -> None:
        before = category.parent_category_id
        wanted = values.get("parent_category_id", before)
        parent_id = None if wanted is None else str(wanted)
        given = values.get("rank")
        rank = given if isinstance(given, int) else None
        if parent_id != before:
            check_ancestors(category, above(work, parent_id))
            siblings = work.categories.children_of(before)
            category.parent_category_id = parent_id
            settle(sibling for sibling in siblings if sibling.id != category.id)
            settle(work.categories.children_of(parent_id), category, rank)
        elif rank is not None:
            settle(work.categories.children_of(before), category, rank)
