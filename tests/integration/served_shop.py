"""A shop served by a process of its own, for clients that are no Python."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which

from bootstrap.demo.perseus import is_ready, kept_environment
from bootstrap.peers.process import PeerProcess, free_port
from bootstrap.seed import SAMPLE_ADMIN_EMAIL, SAMPLE_ADMIN_PASSWORD

NODE = which("node")
START_SECONDS = 90
SCRIPT_SECONDS = 100


def perseus(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "bootstrap.cli", *arguments]


@contextmanager
def served_shop(folder: Path, *, empty: bool = False) -> Iterator[str]:
    """Its address. The sample goods and the sample admin are in it, or the admin alone."""
    env = {
        **kept_environment(),
        "PERSEUS_DATA_DIR": str(folder),
        "PERSEUS_ENV": "development",
        "RATE_LIMITS": "off",
        "PYTHONPATH": ":".join(sys.path),
    }
    admin = ("create-admin", "--email", SAMPLE_ADMIN_EMAIL, "--password", SAMPLE_ADMIN_PASSWORD)
    for command in (("migrate",), admin if empty else ("seed",)):
        subprocess.run(perseus(*command), env=env, check=True, capture_output=True)
    port = free_port()
    serve = perseus("serve", "--host", "127.0.0.1", "--port", str(port))
    server = PeerProcess("server", serve, env=env, log=folder / "server.log")
    try:
        address = f"http://127.0.0.1:{port}"
        server.wait_until(lambda: is_ready(f"{address}/health/ready"), START_SECONDS)
        yield address
    finally:
        server.stop()


def run_script(script: Path, *arguments: str, folder: Path | None = None, **env: str) -> str:
    """What it printed. Fails with that when it does not end well."""
    done = subprocess.run(
        [str(NODE), str(script), *arguments],
        cwd=folder,
        env={**kept_environment(), **env},
        capture_output=True,
        text=True,
        timeout=SCRIPT_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
