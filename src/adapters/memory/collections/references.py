"""Which variants go with which, in memory."""

from __future__ import annotations

from adapters.memory.shelf import Shelf
from core.domain.variant_reference import VariantReference, VariantReferenceNotFound


class InMemoryVariantReferences(Shelf[VariantReference]):
    missing = VariantReferenceNotFound
    label = "Product reference"

    def of_source(self, variant_id: str) -> list[VariantReference]:
        found = self.find(lambda reference: reference.source_variant_id == variant_id)
        return sorted(found, key=lambda reference: (reference.rank, reference.id))
