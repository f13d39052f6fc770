"""Groups of customers, to whom some price lists are confined."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from core.domain.errors import Duplicate, FieldProblem, Invalid, NotFound
from core.domain.events import Event
from core.domain.values import Metadata


class CustomerGroupNotFound(NotFound):
    pass


class GroupNameTaken(Duplicate):
    code = "GROUP_NAME_TAKEN"


@dataclass(slots=True, kw_only=True)
class CustomerGroup:
    """Aggregate root. name: unique among live groups. Who is in it stands with each customer."""

    id: str
    name: str
    metadata: Metadata | None = None
    deleted_at: datetime | None = None
    version: int = 0
    events: list[Event] = field(default_factory=list, compare=False, repr=False)

    def __post_init__(self) -> None:
        self.check()

    def check(self) -> None:
        """Raises Invalid without a name. Called on load and before each save."""
        if not self.name.strip():
            raise Invalid("a customer group needs a name", fields=[FieldProblem("name", "must not be empty")])
