"""Public names of storefronts: which sales channels a storefront sells in."""

from __future__ import annotations

from collections.abc import Collection, Iterable
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
        super().__init__(
            "Provided request body contains errors. Please check the data and retry the request",
            extra={"errors": list(problems)},
        )
        self.problems = problems


class ChannelNotNamed(Invalid):
    """Something is to be sold in one of several channels, and nobody said in which."""

    code = "SALES_CHANNEL_REQUIRED"


def check_scope(scope: Collection[str], channel_ids: Iterable[str]) -> None:
    """Raises OutOfScope for each channel that a storefront with this scope does not sell in. An empty
    scope confines nothing."""
    outside = [id for id in dict.fromkeys(channel_ids) if scope and id not in scope]
    if outside:
        raise OutOfScope(
            *(
                f"Provided sales channel id param: {id} is not associated with the Publishable API Key passed in"
                " the header of the request."
                for id in outside
            )
        )


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

    def allow(self, channel_ids: Iterable[str]) -> None:
        """Sell in these channels too; those it sells in already stay where they are."""
        self.sales_channel_ids = tuple(dict.fromkeys((*self.sales_channel_ids, *channel_ids)))

    def withdraw(self, channel_ids: Collection[str]) -> None:
        """Sell no longer in these channels; others are passed over."""
        self.sales_channel_ids = tuple(id for id in self.sales_channel_ids if id not in channel_ids)

    def channel_of_new_cart(self, named: str | None) -> str | None:
        """The channel a cart of this storefront is opened in, None to leave it to the shop. Raises
        PublishableKeyRevoked, OutOfScope, ChannelNotNamed."""
        self.check_named(named)
        if named is not None or not self.sales_channel_ids:
            return named
        if len(self.sales_channel_ids) > 1:
            raise ChannelNotNamed(
                "The publishable key sells in several sales channels; name one of them as sales_channel_id",
                fields=[FieldProblem("sales_channel_id", "is required with this publishable key")],
            )
        return self.sales_channel_ids[0]

    def check_named(self, channel_id: str | None) -> None:
        """Raises PublishableKeyRevoked, OutOfScope. None: nothing was named."""
        if self.revoked_at is not None:
            raise PublishableKeyRevoked("this publishable key has been revoked")
        check_scope(self.sales_channel_ids, () if channel_id is None else (channel_id,))

    def revoke(self, by: str | None, now: datetime) -> None:
        """For good. Raises NotAllowed the second time."""
        if self.revoked_at is not None:
            raise NotAllowed("PublishableApiKey has already been revoked.")
        self.revoked_by, self.revoked_at = by, now
