"""Which variants go with which, as rows."""

from __future__ import annotations

from sqlalchemy import bindparam

from adapters.db.collections.collection import SqlCollection, roots
from adapters.db.mapping import Mapper
from adapters.db.tables import variant_references
from core.domain.variant_reference import VariantReference, VariantReferenceNotFound

VARIANT_REFERENCE = Mapper(VariantReference, variant_references)
_ROW = variant_references.c
_OF_SOURCE = roots(VARIANT_REFERENCE, _ROW.source_variant_id == bindparam("source_id")).order_by(_ROW.rank, _ROW.id)


class SqlVariantReferences(SqlCollection[VariantReference]):
    mapper = VARIANT_REFERENCE
    missing = VariantReferenceNotFound
    label = "Product reference"

    def of_source(self, variant_id: str) -> list[VariantReference]:
        return self._find(_OF_SOURCE, {"source_id": variant_id})
