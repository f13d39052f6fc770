"""The sandbox as a server, in this process or until Ctrl-C."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from bootstrap.sandbox.app import create_sandbox_app
from bootstrap.sandbox.sandbox import KEY, WEBHOOK_SECRET, Sandbox


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """The request log is kept for assertions; the terminal stays the caller's."""


def _listening(sandbox: Sandbox, host: str, port: int) -> BaseWSGIServer:
    server = make_server(host, port, create_sandbox_app(sandbox), threaded=True, request_handler=_Quiet)
    server.daemon_threads = True  # type: ignore[attr-defined]  # of its threading subclass
    sandbox.server = server
    return server


@contextmanager
def start_sandbox(
    *, port: int = 0, webhook_url: str | None = None, webhook_secret: str = WEBHOOK_SECRET, key: str = KEY
) -> Iterator[Sandbox]:
    """A sandbox on 127.0.0.1 in threads of this process; port 0: any free one."""
    sandbox = Sandbox(webhook_url=webhook_url, webhook_secret=webhook_secret, key=key)
    server = _listening(sandbox, "127.0.0.1", port)
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
    server = _listening(sandbox, host, port)
    try:
        server.serve_forever()
    finally:
        server.server_close()
        sandbox.courier.stop()
