"""Public names of storefronts: which sales channels a storefront sells in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from core.domain.errors import FieldProblem, Invalid, NotAllowed, NotFound
from core.domain.events import Event


class PublishableKeyNotFound(NotFound):
    pass


class PublishableKeyRevoked(NotAllowed):
    code = "PUBLISHABLE_KEY_REVOKED"


class OutOfScope(Invalid):
    """Something of a sales channel that the storefront's key does not sell in. problems: one sentence each."""

    code = "OUT_OF_SCOPE"

    def __init__(self, *problems: str) -> None:
        super().__init__("Provided request body contains errors. Please check the data and retry the request")
        self.problems = problems


@dataclass(slots=True, kw_only=True)
class PublishableKey:
    """Aggregate root. id: the key itself; it is public, and names a storefront without giving any right."""

    id: str
    title: str
    created_by: str | None = None
    revoked_by: str | None = None
    revoked_at: datetime | None = None
    sales_channel_ids: tuple[str, ...] = ()
    deleted_at: datetime | None = None
    version: int = 0
    events: list[Event] = field(default_factory=list, compare=False, repr=False)

    def __post_init__(self) -> None:
        self.check()

    def check(self) -> None:
        """Raises Invalid without a title. Called on load and before each save."""
        if not self.title.strip():
            raise Invalid("a publishable key needs a title", fields=[FieldProblem("title", "must not be empty")])

    def revoke(self, by: str | None, now: datetime) -> None:
        """For good. Raises NotAllowed the second time."""
        if self.revoked_at is not None:
            raise NotAllowed("PublishableApiKey has already been revoked.")
        self.revoked_by, self.revoked_at = by, now
