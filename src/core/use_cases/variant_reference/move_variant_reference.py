"""Change the order in which what goes with a variant is shown."""

from core.domain.actor import Actor
from core.domain.variant_reference import rank_at
from core.use_cases.replay import replayed
from core.use_cases.variant_reference.finding import reference_of
from ports.unit_of_work import Begin


class MoveVariantReference:
    """rank: its new place, from 0; beyond the end is the end. Raises ProductNotFound, VariantNotFound,
    VariantReferenceNotFound."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    @replayed
    def __call__(self, actor: Actor, product_id: str, variant_id: str, reference_id: str, rank: int) -> None:
        with self._begin(actor, "variant_reference.move") as work:
            moved = reference_of(work, product_id, variant_id, reference_id)
            others = [it for it in work.variant_references.of_source(variant_id) if it.id != reference_id]
            rank_at(others, moved, rank)
            work.commit()
