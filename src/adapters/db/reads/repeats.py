"""How often an answer says the same thing, so that nobody can ask for one that fills the memory.

Records that several others lead to are read once and shared between their trees, but written out for each of
them. Where lists hang on what is shared (the products of a product's collection, and of each of theirs the
collection's again) an answer grows by powers, from few rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from core.domain.errors import Invalid
from ports.reads import Tree

REPEATS_MAX = 50_000


def check_repeats(trees: Iterable[Tree], most: int = REPEATS_MAX) -> None:
    """Raises Invalid where more than ``most`` records would be written out again."""
    weights: dict[int, int] = {}
    written = sum(_weight(tree, weights) for tree in trees)
    if written - len(weights) > most:
        raise Invalid(
            f"fields and expand repeat more than {most} records in this answer; ask for less of them at once"
        )


def _weight(tree: Mapping[str, Any], weights: dict[int, int]) -> int:
    """How many records it is when it is written out. weights: of those that were met."""
    known = weights.get(id(tree))
    if known is None:
        known = 1 + sum(_below(value, weights) for value in tree.values())
        weights[id(tree)] = known
    return known


def _below(value: Any, weights: dict[int, int]) -> int:
    if isinstance(value, dict):
        return _weight(value, weights)
    if isinstance(value, list):
        return sum(_weight(each, weights) for each in value if isinstance(each, dict))
    return 0
