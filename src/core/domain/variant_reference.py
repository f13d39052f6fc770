"""Which variants go with which: spare parts, replacements, services that fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core.domain.errors import Duplicate, FieldProblem, Invalid, NotFound
from core.domain.events import Event

SPARE_PART = "SPARE_PART"
REPLACEMENT = "REPLACEMENT"
COMPATIBLE_SERVICE = "COMPATIBLE_SERVICE"
TYPE_MAX = 100


class VariantReferenceNotFound(NotFound):
    pass


class VariantReferenceTaken(Duplicate):
    code = "VARIANT_REFERENCE_TAKEN"


@dataclass(slots=True, kw_only=True)
class VariantReference:
    """Aggregate root: one arrow from a variant to another.

    reference_type: what the target is to the source; any word, the three above are those storefronts
    know. rank: its place among all arrows of the source, from 0.
    """

    id: str
    source_variant_id: str
    target_variant_id: str
    reference_type: str
    rank: int = 0
    deleted_at: datetime | None = None
    version: int = 0
    events: list[Event] = field(default_factory=list, compare=False, repr=False)

    def __post_init__(self) -> None:
        word = self.reference_type
        if not 1 <= len(word) <= TYPE_MAX or word != word.strip():
            problem = f"must have 1 to {TYPE_MAX} characters, without spaces around them"
            raise Invalid(f"referenceType {problem}", fields=[FieldProblem("referenceType", problem)])
        if self.source_variant_id == self.target_variant_id:
            raise Invalid("a variant cannot be related to itself")


def rank_at(others: Sequence[VariantReference], moved: VariantReference, rank: int | None) -> None:
    """Give it this place among the others of its source, which are in their order; None: the last one.
    The others move up or down; a place beyond the end is the end."""
    place = len(others) if rank is None else min(max(rank, 0), len(others))
    for position, reference in enumerate([*others[:place], moved, *others[place:]]):
        reference.rank = position
