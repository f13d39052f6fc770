"""Put a new category into the tree."""

from dataclasses import dataclass

from core.domain.actor import Actor
from core.domain.category import ProductCategory, settle
from core.domain.events import ProductCategoryCreated
from core.domain.values import Metadata, handle_of, merge_metadata
from core.use_cases.category.tree import hold
from core.use_cases.replay import replayed
from ports.clock import Ids
from ports.unit_of_work import Begin


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCategory:
    """handle: made from the name if None. rank: the end of its siblings if None."""

    name: str
    handle: str | None = None
    description: str = ""
    is_active: bool = False
    is_internal: bool = False
    parent_category_id: str | None = None
    rank: int | None = None
    metadata: Metadata | None = None


class CreateCategory:
    """Answers the category's id. Raises Invalid, CategoryNotFound for its parent, CategoryHandleTaken.

    Source: https://docs.medusajs.com/v1/api/admin#product-categories_postproductcategories.
    """

    def __init__(self, begin: Begin, ids: Ids) -> None:
        self._begin = begin
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, new: NewCategory) -> str:
        with self._begin(actor, "product_category.create") as work:
            hold(work)
            if new.parent_category_id is not None:
                work.categories.get(new.parent_category_id)
            id = self._ids.new("pcat")
            category = ProductCategory(
                id=id,
                name=new.name,
                handle=new.handle or handle_of(new.name) or handle_of(id),
                description=new.description,
                is_active=new.is_active,
                is_internal=new.is_internal,
                parent_category_id=new.parent_category_id,
                metadata=merge_metadata(None, new.metadata),
            )
            settle(work.categories.children_of(new.parent_category_id), category, new.rank)
            category.events.append(ProductCategoryCreated(id=id))
            work.categories.add(category)
            work.commit()
        return id
