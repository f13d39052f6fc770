"""Take a category out of the tree."""

from core.domain.actor import Actor
from core.domain.category import CategoryNotFound, settle
from core.use_cases.category.tree import hold
from core.use_cases.replay import replayed
from ports.clock import Clock
from ports.unit_of_work import Begin


class DeleteCategory:
    """Its products stay; its siblings close the gap. Deleting what is not there is fine, as in Medusa.

    Raises NotAllowed while there are categories below it.
    """

    def __init__(self, begin: Begin, clock: Clock) -> None:
        self._begin = begin
        self._clock = clock

    @replayed
    def __call__(self, actor: Actor, id: str) -> None:
        with self._begin(actor, "product_category.delete") as work:
            hold(work)
            try:
                category = work.categories.get(id)
            except CategoryNotFound:
                return
            category.delete(self._clock.now(), work.categories.children_of(id))
            siblings = work.categories.children_of(category.parent_category_id)
            settle(sibling for sibling in siblings if sibling.id != id)
            work.commit()
