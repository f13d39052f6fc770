"""Why things come back: a list of reasons, some of them grouped under a category."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from core.domain.errors import Duplicate, Invalid, NotFound
from core.domain.events import Event
from core.domain.values import Metadata


class ReturnReasonNotFound(NotFound):
    pass


class ReturnReasonTaken(Duplicate):
    code = "RETURN_REASON_TAKEN"


class ReturnReasonIsCategory(Invalid):
    """A category groups reasons; buyers name one of those."""

    code = "RETURN_REASON_IS_CATEGORY"


@dataclass(slots=True, kw_only=True)
class ReturnReason:
    """Aggregate root. value: unique among live ones, for programs; label: for people.

    parent_return_reason_id: the category it is listed under; categories have no category themselves.
    """

    id: str
    value: str
    label: str
    description: str | None = None
    parent_return_reason_id: str | None = None
    metadata: Metadata | None = None
    deleted_at: datetime | None = None
    version: int = 0
    events: list[Event] = field(default_factory=list, compare=False, repr=False)

    def __post_init__(self) -> None:
        if not self.value.strip() or not self.label.strip():
            raise Invalid("a return reason needs a value and a label")

    def under(self, parent: ReturnReason) -> None:
        """List it under a category. Raises Invalid where that is listed under one itself."""
        if parent.parent_return_reason_id is not None:
            raise Invalid("Doubly nested return reasons is not supported")
        self.parent_return_reason_id = parent.id
