"""Looking a reference up below the product and the variant that its address names."""

from core.domain.variant_reference import VariantReference, VariantReferenceNotFound
from ports.unit_of_work import UnitOfWork


def reference_of(work: UnitOfWork, product_id: str, variant_id: str, reference_id: str) -> VariantReference:
    """With the product locked. Raises ProductNotFound, VariantNotFound, VariantReferenceNotFound."""
    source = work.products.get(product_id).variant(variant_id)
    reference = work.variant_references.get(reference_id)
    if reference.source_variant_id != source.id:
        raise VariantReferenceNotFound(f"Product reference with id: {reference_id} was not found")
    return reference
