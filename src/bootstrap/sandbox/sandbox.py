"""The sandbox itself: an account's books, what it was asked, and how it reports events."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from werkzeug.serving import BaseWSGIServer

from bootstrap.sandbox.books import Books
from bootstrap.sandbox.courier import Courier, Delivery, Manner
from bootstrap.sandbox.faults import Fault, FaultKind, Faults
from bootstrap.sandbox.refusals import Tree
from bootstrap.sandbox.replays import Replays
from bootstrap.sandbox.stripe_api import StripeApi

KEY = "sk_test_sandbox"
PUBLISHABLE_KEY = "pk_test_sandbox"
WEBHOOK_SECRET = "whsec_sandbox"  # noqa: S105  known to everybody, like the keys


@dataclass(frozen=True, slots=True)
class Request:
    """One entry of the log. status: what was answered, whether or not it arrived. fault: what was planned."""

    method: str
    path: str
    form: Tree
    key: str | None
    status: int
    replayed: bool = False
    fault: str | None = None


class Sandbox:
    """A running sandbox. url: its base address, as STRIPE_API_BASE takes it. requests: everything asked
    of it, oldest first."""

    def __init__(
        self, *, webhook_url: str | None = None, webhook_secret: str = WEBHOOK_SECRET, key: str = KEY
    ) -> None:
        self.key = key
        self.publishable_key = PUBLISHABLE_KEY
        self.books = Books()
        self.api = StripeApi(self.books)
        self.courier = Courier(webhook_url, webhook_secret)
        self.books.told = self.courier.take
        self.faults = Faults()
        self.replays = Replays()
        self.requests: list[Request] = []
        self.server: BaseWSGIServer | None = None

    def forget(self) -> None:
        """As good as new, at the same address."""
        with self.books.lock:
            self.books.clear()
        self.replays.clear()
        self.faults.clear()
        self.requests.clear()
        self.deliver()

    @property
    def url(self) -> str:
        if self.server is None:
            raise RuntimeError("the sandbox is not listening yet")
        return f"http://{self.server.server_address[0]!s}:{self.server.server_address[1]}"

    def send_webhooks_to(self, url: str | None) -> None:
        self.courier.url = url

    def deliver(self, **manner: object) -> None:
        """How events go out from now on: ``deliver(copies=2)``, ``deliver(held=True)``; nothing: as usual."""
        self.courier.manner = replace(Manner(), **manner)  # type: ignore[arg-type]

    def plan(
        self, kind: FaultKind | str, *, method: str = "*", path: str = "*", times: int = 1, seconds: float = 1.0
    ) -> None:
        """What the next matching requests run into."""
        self.faults.plan(Fault(FaultKind(kind), method=method, path=path, times=times, seconds=seconds))

    def events(self, *types: str) -> list[Tree]:
        """Events of these types (default: all), oldest first."""
        with self.books.lock:
            events = [self.books.shown(event) for event in reversed(self.books.all("event"))]
        return [event for event in events if not types or event["type"] in types]

    def resend(self, event: Tree, **manner: object) -> None:
        """Send one event (again), whatever the present manner is."""
        self.courier.send(event, replace(Manner(), **manner))  # type: ignore[arg-type]

    @property
    def deliveries(self) -> list[Delivery]:
        return self.courier.deliveries

    def asked(self, method: str, path: str) -> list[Request]:
        """The requests for exactly this method and path."""
        return [request for request in list(self.requests) if (request.method, request.path) == (method, path)]

    @contextmanager
    def at_the_desk(self) -> Iterator[StripeApi]:
        """Act as the account's owner in the dashboard: refund, dispute, finish a payment."""
        with self.books.lock:
            yield self.api
