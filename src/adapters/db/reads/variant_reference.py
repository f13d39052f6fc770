"""The shape of what goes with a variant. Nobody sees an arrow to what they may not see."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, FromClause, Select, select

from adapters.db import tables
from adapters.db.reads.filters import by, each, through
from adapters.db.reads.product import VARIANT, sold
from adapters.db.reads.shape import Shape, View, columns, to_one
from core.domain.variant_reference import VariantReferenceNotFound


def _to_what_is_sold(reference: FromClause, view: View) -> Sequence[ColumnElement[bool]]:
    variant, product = tables.product_variants.alias("target"), tables.products.alias("of_target")
    target = (
        select(variant.c.id)
        .join(product, product.c.id == variant.c.product_id)
        .where(variant.c.id == reference.c.target_variant_id, variant.c.deleted_at.is_(None), *sold(product, view))
    )
    return (reference.c.deleted_at.is_(None), target.exists())


def _target(reference: FromClause) -> Select[tuple[str]]:
    variant = tables.product_variants.alias("pointed_at")
    return select(variant.c.sku).where(variant.c.id == reference.c.target_variant_id, variant.c.sku.is_not(None))


VARIANT_REFERENCE = Shape(
    name="variant_reference",
    table=tables.variant_references,
    columns=columns(
        "id",
        "reference_type",
        "rank",
        "created_at",
        "updated_at",
        source_product_variant_id="source_variant_id",
        target_product_variant_id="target_variant_id",
    ),
    relations={"targetProduct": to_one(lambda: VARIANT, "target_product_variant_id")},
    filters={
        **each("id", "reference_type"),
        "source_product_variant_id": by("source_variant_id"),
        "target_sku": through(_target, "sku"),
    },
    visible=_to_what_is_sold,
    missing=(VariantReferenceNotFound, "Product reference with id: {} was not found"),
)
