"""A real server on a shop of its own, and what its processes have used so far."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from bootstrap.peers.postgres import PostgresServer

TICKS = os.sysconf("SC_CLK_TCK")
STARTS_WITHIN = 60.0


@dataclass(frozen=True)
class Server:
    """cpu: seconds, user and system, of the server and all its processes. rss: MiB, likewise."""

    pid: int
    port: int

    def cpu(self) -> float:
        return sum(_cpu_of(pid) for pid in _family(self.pid))

    def rss(self) -> float:
        return sum(_rss_of(pid) for pid in _family(self.pid))


@contextmanager
def database(engine: str) -> Iterator[Mapping[str, str]]:
    """Settings of a migrated and seeded shop on ``sqlite`` or ``postgres``; gone afterwards."""
    server = PostgresServer() if engine == "postgres" else None
    with tempfile.TemporaryDirectory(prefix="perseus_bench_") as folder:
        if server is not None:
            server.start()
        environment = {
            **os.environ,
            "DATABASE_URL": server.url if server is not None else f"sqlite:///{folder}/shop.db",
            "PERSEUS_DATA_DIR": folder,
            "RATE_LIMITS": "off",
            "LOG_LEVEL": "warning",
        }
        try:
            for step in ("migrate", "seed"):
                subprocess.run([_perseus(), step], env=environment, check=True, stdout=subprocess.DEVNULL)
            yield environment
        finally:
            if server is not None:
                server.stop()


@contextmanager
def serving(port: int, environment: Mapping[str, str]) -> Iterator[Server]:
    """``perseus serve`` on that shop."""
    process = subprocess.Popen(
        [_perseus(), "serve", "--port", str(port)],
        env=dict(environment),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(port)
        yield Server(process.pid, port)
    finally:
        process.terminate()
        process.wait(timeout=40)


def _perseus() -> Path:
    return Path(sys.executable).with_name("perseus")


def _wait(port: int) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/health/ready")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"the server did not answer on port {port} within {STARTS_WITHIN:.0f} seconds")


def _family(pid: int) -> list[int]:
    """The process and all its descendants."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int(_stat(int(entry.name))[1])
            except OSError:
                continue
    family = [pid]
    for member in family:
        family += [child for child, parent in parents.items() if parent == member]
    return family


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the command's name, which may hold anything."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _cpu_of(pid: int) -> float:
    fields = _stat(pid)
    return (int(fields[11]) + int(fields[12])) / TICKS


def _rss_of(pid: int) -> float:
    return int(_stat(pid)[21]) * os.sysconf("SC_PAGE_SIZE") / 2**20
