"""Kinds of record that Medusa shows on carts and orders and of which this shop keeps none.

Their names are valid in selections and their lists are always empty, so that clients written for
Medusa find every key with its type.
"""

from __future__ import annotations

from sqlalchemy import null

from adapters.db.reads.shape import Relation, Shape


def _absent(name: str, names: str, **relations: Shape) -> Shape:
    # The default argument binds each shape as it is met; the checker cannot type such a lambda.
    return Shape(
        name=name,
        columns={column: lambda table: null() for column in names.split()},
        relations={label: Relation(shape=lambda other=other: other) for label, other in relations.items()},  # type: ignore[misc]
    )


FULFILLMENT = _absent(
    "swap_fulfillment",
    "id swap_id provider_id data shipped_at canceled_at created_at updated_at metadata tracking_numbers",
)


def none_of(shape: Shape) -> Relation:
    """A relation to records of this kind: an empty list."""
    return Relation(shape=lambda: shape)
