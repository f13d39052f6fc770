"""The sandbox as a server, in this process or until Ctrl-C."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from bootstrap.sandbox.app import Request, create_sandbox_app
from bootstrap.sandbox.books import Books
from bootstrap.sandbox.courier import Courier, Delivery, Manner
from bootstrap.sandbox.faults import Fault, FaultKind, Faults
from bootstrap.sandbox.refusals import Tree
from bootstrap.sandbox.replays import Replays
from bootstrap.sandbox.stripe_api import StripeApi

KEY = "sk_test_sandbox"
PUBLISHABLE_KEY = "pk_test_sandbox"
WEBHOOK_SECRET = "whsec_sandbox"  # noqa: S105  known to everybody, like the keys


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """The request log is kept for assertions; the terminal stays the caller's."""


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

    def listen(self, host: str, port: int) -> BaseWSGIServer:
        self.server = make_server(host, port, create_sandbox_app(self), threaded=True, request_handler=_Quiet)
        self.server.daemon_threads = True  # type: ignore[attr-defined]  # of its threading subclass
        return self.server

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


@contextmanager
def start_sandbox(
    *, port: int = 0, webhook_url: str | None = None, webhook_secret: str = WEBHOOK_SECRET, key: str = KEY
) -> Iterator[Sandbox]:
    """A sandbox on 127.0.0.1 in threads of this process; port 0: any free one."""
    sandbox = Sandbox(webhook_url=webhook_url, webhook_secret=webhook_secret, key=key)
    server = sandbox.listen("127.0.0.1", port)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), name="sandbox-stripe", daemon=True)
    thread.start()
    try:
        yield sandbox
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        sandbox.courier.stop()


def run_sandbox(host: str, port: int, *, webhook_url: str | None, webhook_secret: str, key: str) -> None:
    """Serve until interrupted."""
    sandbox = Sandbox(webhook_url=webhook_url, webhook_secret=webhook_secret, key=key)
    server = sandbox.listen(host, port)
    try:
        server.serve_forever()
    finally:
        server.server_close()
        sandbox.courier.stop()
