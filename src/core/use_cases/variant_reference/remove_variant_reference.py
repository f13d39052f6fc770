"""Take back that a variant goes with another."""

from core.domain.actor import Actor
from core.use_cases.replay import replayed
from core.use_cases.variant_reference.finding import reference_of
from ports.clock import Clock
from ports.unit_of_work import Begin


class RemoveVariantReference:
    """Raises ProductNotFound, VariantNotFound, VariantReferenceNotFound."""

    def __init__(self, begin: Begin, clock: Clock) -> None:
        self._begin = begin
        self._clock = clock

    @replayed
    def __call__(self, actor: Actor, product_id: str, variant_id: str, reference_id: str) -> None:
        with self._begin(actor, "variant_reference.remove") as work:
            reference_of(work, product_id, variant_id, reference_id).deleted_at = self._clock.now()
            work.commit()
