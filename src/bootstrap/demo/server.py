"""The real server as a process of its own, as an operator would start it."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import requests

from bootstrap.demo.story import DemoFailed, Story

PATIENCE = 60
GRACE = 30
GLANCE = 0.1
LINES_SHOWN = 15


@contextmanager
def running_server(
    story: Story, base: str, port: int, env: Mapping[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Start ``perseus serve``, wait until it is ready, and stop it at the end."""
    command = [sys.executable, "-m", "bootstrap.cli", "serve", "--host", "127.0.0.1", "--port", str(port)]
    with log.open("wb") as output:
        # A group of its own: Ctrl-C reaches us first, and we stop it in order.
        process = subprocess.Popen(
            command, env=dict(env), stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
    try:
        with story.waiting("Starting the server"):
            _wait_until_ready(process, base, log)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(process: subprocess.Popen[bytes], base: str, log: Path) -> None:
    deadline = monotonic() + PATIENCE
    with requests.Session() as http:
        http.trust_env = False
        while monotonic() < deadline:
            if process.poll() is not None:
                raise DemoFailed(f"The server ended while starting (exit code {process.returncode}):\n{_end_of(log)}")
            try:
                if http.get(f"{base}/health/ready", timeout=2).status_code == 200:
                    return
            except requests.RequestException:
                pass  # not listening yet; the deadline decides
            sleep(GLANCE)
    raise DemoFailed(f"The server was not ready within {PATIENCE} seconds:\n{_end_of(log)}")


def _end_of(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines()
    return "\n".join(lines[-LINES_SHOWN:])
