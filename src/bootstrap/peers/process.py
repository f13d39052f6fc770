"""A server as a process of its own: started, waited for, and stopped by its own id."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import monotonic, sleep
from typing import Any

PATIENCE = 60.0  # seconds until a server has to answer, on a machine that is busy with something else
GRACE = 30.0
GLANCE = 0.05
LINES_SHOWN = 15
EXTRA = "pip install 'perseus-commerce[demo]'"


class PeerMissing(Exception):
    """There is no such server here; says what would bring it."""


class PeerFailed(Exception):
    """A server did not do what it should; the message holds the end of its log."""


class PeerProcess:
    """name: for messages. command: program and arguments. env: all of its environment; None: ours. log: where
    its output goes; None: nowhere. started_with: what else ``subprocess.Popen`` shall know.

    It leads a session of its own, so that Ctrl-C reaches us first and we stop things in order.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str | os.PathLike[str]],
        *,
        env: Mapping[str, str] | None = None,
        log: Path | None = None,
        **started_with: Any,
    ) -> None:
        self.name = name
        self._log = log
        with (log or Path(os.devnull)).open("ab") as output:
            self._process = subprocess.Popen(
                command,
                env=None if env is None else dict(env),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                **started_with,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs; minus the signal's number when one ended it."""
        return self._process.poll()

    def wait_until(self, ready: Callable[[], bool], patience: float = PATIENCE) -> None:
        """Raises PeerFailed when it ends before it is ready, or when that takes too long."""
        deadline = monotonic() + patience
        while not ready():
            if self.exit_code is not None:
                raise self._failed(f"ended while starting (exit code {self.exit_code})")
            if monotonic() > deadline:
                raise self._failed(f"was not ready within {patience:.0f} seconds")
            sleep(GLANCE)

    def wait_for_end(self, patience: float | None = None) -> int | None:
        """The exit code, or None if it still runs after so many seconds."""
        try:
            return self._process.wait(patience)
        except subprocess.TimeoutExpired:
            return None

    def stop(self, with_signal: signal.Signals = signal.SIGTERM, grace: float = GRACE) -> None:
        """Politely, and after ``grace`` seconds not. Nothing if it has ended already."""
        self._process.send_signal(with_signal)
        try:
            ended = self.wait_for_end(grace) is not None
        except BaseException:
            self.kill()
            raise
        if not ended:
            self.kill()

    def kill(self) -> None:
        """As if the machine had lost it."""
        self._process.kill()
        self._process.wait()

    def _failed(self, how: str) -> PeerFailed:
        lines = [] if self._log is None else self._log.read_text(encoding="utf-8", errors="replace").splitlines()
        return PeerFailed("\n".join([f"{self.name} {how}.", *lines[-LINES_SHOWN:]]))


def free_port() -> int:
    """One that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
