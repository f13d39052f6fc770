"""Counting what goes on, for whoever watches the shop run."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


class Metrics(Protocol):
    """Counts in this process. No argument names a person, an order or a concrete path: all of them come
    from small sets that the shop knows beforehand. Never raises."""

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """route: the pattern, e.g. ``/store/carts/<cart_id>``."""
        ...

    def webhook(self, provider: str, status: str) -> None:
        """status: accepted, refused or failed."""
        ...

    def job(self, kind: str, outcome: str) -> None:
        """outcome: done, failed (it is tried again) or dead."""
        ...

    def provider_call(self, provider: str, method: str, outcome: str) -> None:
        """outcome: ok, refused (a definite no), unavailable (unknown) or error (a defect)."""
        ...

    def circuit(self, provider: str, *, is_open: bool) -> None:
        """is_open: calls are not made for a while, because the provider is down."""
        ...

    def exposition(self) -> tuple[bytes, str]:
        """All counts as Prometheus reads them, and the content type.

        Source: https://prometheus.io/docs/instrumenting/exposition_formats/.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """So many of one sort. name: the kind of job, or the provider. state: as stored."""

    name: str
    state: str
    count: int


class Backlog(Protocol):
    """What waits or was given up, of the whole shop and not only of this process. Raises Unavailable."""

    def jobs(self) -> Sequence[Waiting]:
        """Ready and dead ones."""
        ...

    def webhook_events(self) -> Sequence[Waiting]:
        """Received, parked and failed ones."""
        ...
