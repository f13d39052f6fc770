"""Say that a variant goes with another."""

from dataclasses import dataclass

from core.domain.actor import Actor
from core.domain.product import VariantNotFound
from core.domain.variant_reference import VariantReference, rank_at
from core.use_cases.replay import replayed
from ports.clock import Ids
from ports.unit_of_work import Begin


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVariantReference:
    """rank: its place among those of the source; None: the last."""

    target_variant_id: str
    reference_type: str
    rank: int | None = None


class AddVariantReference:
    """Answers its id. Its source's product is locked meanwhile, so that two arrows never want one place.
    Raises ProductNotFound, VariantNotFound of either side, VariantReferenceTaken, Invalid."""

    def __init__(self, begin: Begin, ids: Ids) -> None:
        self._begin = begin
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, product_id: str, variant_id: str, new: NewVariantReference) -> str:
        with self._begin(actor, "variant_reference.add") as work:
            source = work.products.get(product_id).variant(variant_id)
            if new.target_variant_id not in work.offers.of([new.target_variant_id]):
                raise VariantNotFound(f"Variant with id: {new.target_variant_id} was not found")
            reference = VariantReference(
                id=self._ids.new("vref"),
                source_variant_id=source.id,
                target_variant_id=new.target_variant_id,
                reference_type=new.reference_type,
            )
            rank_at(work.variant_references.of_source(source.id), reference, new.rank)
            work.variant_references.add(reference)
            work.commit()
        return reference.id
