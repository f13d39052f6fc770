"""What a check finds."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One thing that does not add up. rule: as listed in docs/checks.md. id: of the record it was seen
    on. sentence: what is wrong, for people; names no person."""

    rule: str
    id: str
    sentence: str


Violations = Iterator[Violation]


def violation(rule: str, id: str, sentence: str) -> Violation:
    return Violation(rule=rule, id=id, sentence=sentence)
