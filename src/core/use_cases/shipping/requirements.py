"""From which subtotals a way to ship is offered, as clients say it."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.domain.errors import FieldProblem, Invalid
from core.domain.shop import RequirementType, ShippingRequirement
from ports.clock import Ids


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementInput:
    """amount: minor units. id: of one that the option has already, to keep it."""

    type: RequirementType
    amount: int
    id: str | None = None


def requirements(
    wanted: Sequence[RequirementInput], ids: Ids, present: Sequence[ShippingRequirement] = ()
) -> tuple[ShippingRequirement, ...]:
    """Raises Invalid for a negative amount and for an id that the option does not have."""
    known = {rule.id for rule in present}
    for given in wanted:
        if given.amount < 0:
            raise _bad("amount", "a requirement's amount must not be negative")
        if given.id is not None and given.id not in known:
            raise _bad("id", "ID does not exist")
    return tuple(
        ShippingRequirement(id=given.id or ids.new("sor"), type=given.type, amount=given.amount) for given in wanted
    )


def _bad(name: str, problem: str) -> Invalid:
    return Invalid(problem, fields=[FieldProblem(name, problem)])
