"""Kinds of record that Medusa shows on carts and orders and of which this shop keeps none.

Their names are valid in selections and their lists are always empty, so that clients written for
Medusa find every key with its type.
"""

from __future__ import annotations

from adapters.db.reads.shape import Relation, Shape


def none_of(shape: Shape) -> Relation:
    """A relation to records of this kind: an empty list."""
    return Relation(shape=lambda: shape)
